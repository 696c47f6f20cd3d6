"""The TUF client over a signed tree in a folder: what it takes, and what it refuses and how it says so."""

from datetime import timedelta
from pathlib import Path

import pytest

from player.core.faults import SyncFault, TrustFault
from player.trust import manifest
from player.trust.client import Expired, TrustClient, check_root, is_unchanged, role_facts, signed_at
from player.trust.directives import Alerts, Takedown
from player.trust.names import ALERT_TARGET, SNAPSHOT, TAKEDOWN_TARGET, TIMESTAMP, gate_role, gate_target
from player.trust.origin import FolderOrigin
from tests.trust.tree import GATE, NOW, ONLINE, A, B, Tree, later

SHOW = {"mot.yaml": b"title: M\n", "media/a.jpg": b"picture"}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "tree")
    made.release(SHOW)
    made.publish()
    return made


def look(tree: Tree, folder: Path, now: object = None) -> TrustClient:
    client = TrustClient(folder, tree.root, FolderOrigin(tree.path), tree.now if now is None else now)  # type: ignore[arg-type]
    client.refresh()
    return client


def test_what_both_agencies_signed_is_read(tree: Tree, tmp_path: Path) -> None:
    client = look(tree, tmp_path / "gate")
    data = client.target(gate_target(GATE))
    assert data is not None
    found = manifest.read(data, GATE)
    pages = {page.sha256: (tree.path / "blob" / page.sha256).read_bytes() for page in found.pages}
    assert [entry.name for entry in manifest.unfold(found, pages)] == ["media/a.jpg", "mot.yaml"]
    facts = client.role(gate_role(GATE))
    assert facts is not None
    assert set(facts.keyids) == {tree.key(A).keyid, tree.key(B).keyid}
    assert signed_at(gate_role(GATE), facts) == NOW


def test_nothing_new_is_two_small_requests(tree: Tree, tmp_path: Path) -> None:
    gate, origin = tmp_path / "gate", FolderOrigin(tree.path)
    assert not is_unchanged(gate, origin)
    look(tree, gate).settle()
    assert is_unchanged(gate, origin)
    tree.takedown(Takedown(blank=(GATE,)))
    tree.publish()
    assert not is_unchanged(gate, origin)


@pytest.mark.parametrize("signers", [(A,), (B,), (A, A), (ONLINE,), (A, ONLINE), ()])
def test_one_of_two_signatures_is_not_enough_for_a_gate(tree: Tree, tmp_path: Path, signers: tuple[str, ...]) -> None:
    tree.release({**SHOW, "media/b.jpg": b"another"})
    tree.publish()
    tree.write(gate_role(GATE), signers)
    with pytest.raises(TrustFault, match="not signed by all who must sign"):
        look(tree, tmp_path / "gate").target(gate_target(GATE))


def test_one_agency_may_take_down(tree: Tree, tmp_path: Path) -> None:
    tree.takedown(Takedown(blank=("*",)))
    tree.publish()
    assert look(tree, tmp_path / "gate").target(TAKEDOWN_TARGET) is not None


def test_the_key_of_the_server_may_not_raise_an_alert(tree: Tree, tmp_path: Path) -> None:
    tree.alerts(Alerts())
    tree.publish()
    tree.write("alert", (ONLINE,))
    with pytest.raises(TrustFault):
        look(tree, tmp_path / "gate").target(ALERT_TARGET)


def test_an_older_state_is_refused(tree: Tree, tmp_path: Path) -> None:
    old = (tree.path / "metadata/timestamp.json").read_bytes()
    tree.release({"hai.yaml": b"title: H\n"})
    tree.publish()
    look(tree, tmp_path / "gate")
    tree.put("metadata/timestamp.json", old)
    with pytest.raises(TrustFault, match="older than what was seen before"):
        look(tree, tmp_path / "gate")


@pytest.mark.parametrize(("role", "days"), [(TIMESTAMP, 31), (SNAPSHOT, 91)])
def test_what_is_out_of_date_is_refused(tree: Tree, tmp_path: Path, role: str, days: int) -> None:
    if role == SNAPSHOT:
        # The server's own key signs timestamps for ever, the snapshot grows old.
        tree.now = later(days)
        tree.bump(TIMESTAMP)
        tree.write(TIMESTAMP)
    with pytest.raises(Expired, match=role):
        look(tree, tmp_path / "gate", later(days))


def test_a_gate_that_nothing_was_signed_for(tree: Tree, tmp_path: Path) -> None:
    assert look(tree, tmp_path / "gate").target(gate_target("lao-cai-1")) is None


def test_a_gate_that_is_known_but_has_nothing_yet(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree")
    del tree.signed[gate_role(GATE)]
    tree.publish()
    assert look(tree, tmp_path / "gate").target(gate_target(GATE)) is None


def test_a_tree_that_is_not_there_can_be_tried_again(tree: Tree, tmp_path: Path) -> None:
    look(tree, tmp_path / "gate")
    (tree.path / "metadata/timestamp.json").unlink()
    with pytest.raises(SyncFault, match="is not in"):
        look(tree, tmp_path / "gate")


def test_garbage_is_no_root_of_trust(tree: Tree) -> None:
    assert check_root(tree.root) == 1
    for data in (b"", b"<html>", b"{}", tree.bytes_of("root", (A,))):
        with pytest.raises(TrustFault, match="no root of trust"):
            check_root(data)


def test_a_role_nobody_asked_for_has_no_facts(tmp_path: Path) -> None:
    assert role_facts(tmp_path, gate_role(GATE)) is None


def test_the_time_that_counts_is_the_one_handed_in(tree: Tree, tmp_path: Path) -> None:
    look(tree, tmp_path / "gate", NOW + timedelta(days=29))
    with pytest.raises(Expired):
        look(tree, tmp_path / "other", NOW + timedelta(days=31))


def test_one_role_cannot_stand_in_for_another(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree", (GATE, "lao-cai-1"))
    tree.release(SHOW)
    tree.release(SHOW, "lao-cai-1")
    tree.publish()
    other = (tree.path / f"metadata/2.{gate_role('lao-cai-1')}.json").read_bytes()
    tree.put(f"metadata/2.{gate_role(GATE)}.json", other)
    with pytest.raises(TrustFault, match="what was signed for something else comes in the place"):
        look(tree, tmp_path / "gate").target(gate_target(GATE))
    # Also what one agency alone may sign: an alert in the place of a takedown would hold the takedown up.
    tree.put("metadata/2.takedown.json", (tree.path / "metadata/2.alert.json").read_bytes())
    with pytest.raises(TrustFault):
        look(tree, tmp_path / "gate").target(TAKEDOWN_TARGET)

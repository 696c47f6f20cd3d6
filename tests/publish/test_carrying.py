"""What leaves the site: verified first, and onto sticks; and what runs out."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from player.core.faults import ContentFault
from player.publish.contents import quiet
from player.publish.discarding import discard
from player.publish.exporting import Exported, export
from player.publish.gates import add_gate
from player.publish.proving import Proof, prove
from player.publish.renewing import draft_due, lives, renew_if_due
from player.trust.client import TrustClient
from player.trust.names import gate_target
from player.trust.origin import FolderOrigin
from tests.publish.site import GATE, Made, make_site, playlists
from tests.publish.test_releasing import killed_at

ROLE = f"gate-{GATE}"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_site(tmp_path, (GATE, "bac-ha"))
    made.stage(playlists(tmp_path / "pl"))
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}), ("bac-ha",))
    made.sign()
    made.release()
    return made


def proof(made: Made, *, blobs: bool = True, tree: Path | None = None) -> Proof:
    return prove(tree or made.site.tree, made.root, made.now, quiet, blobs=blobs)


def entries(made: Made, role: str = ROLE) -> Iterator[Path]:
    found = made.tree.release(role)
    assert found is not None
    return (made.site.tree / "blob" / entry.sha256 for entry in found[1])


def test_good_tree_is_found_good(made: Made) -> None:
    found = proof(made)
    assert (found.gates, found.files, found.faults, found.silent) == (2, 5, [], [])


def test_silent_gate_is_named(made: Made) -> None:
    add_gate(made.site, "moi", None, made.now)
    made.sign()
    made.release()
    assert proof(made).silent == ["moi"]


def test_damaged_blob_is_found_by_reading_only(made: Made) -> None:
    path = next(path for path in entries(made) if path.stat().st_size > 50)
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert proof(made, blobs=False).faults == []
    (fault,) = proof(made).faults
    assert "damaged" in fault


def test_lost_blob_and_lost_metadata_are_found(made: Made) -> None:
    next(entries(made)).unlink()
    assert len(proof(made, blobs=False).faults) == 1
    (made.site.tree / "metadata" / f"1.{ROLE}.json").unlink()
    assert any(fault.startswith(GATE) for fault in proof(made, blobs=False).faults)


def test_expired_tree_is_found(made: Made) -> None:
    made.now += timedelta(days=31)
    assert len(proof(made).faults) == 2


def on_stick(made: Made, stick: Path, gate: str = GATE) -> bytes | None:
    client = TrustClient(
        made.folder / f"at-{stick.name}-{gate}", made.root, FolderOrigin(stick / "gateplayer"), made.now
    )
    client.refresh()
    return client.target(gate_target(gate))


def export_to(made: Made, stick: Path, *gates: str) -> Exported:
    stick.mkdir(exist_ok=True)
    return export(made.tree, stick, gates, quiet)


def test_stick_holds_a_tree_that_gates_believe(made: Made, tmp_path: Path) -> None:
    exported = export_to(made, tmp_path / "usb")
    assert exported.kept == 0
    assert proof(made, tree=tmp_path / "usb/gateplayer").faults == []
    again = export_to(made, tmp_path / "usb")
    assert (again.files, again.bytes, again.kept) == (0, 0, exported.files)


def test_stick_for_one_gate_has_only_what_that_needs(made: Made, tmp_path: Path) -> None:
    export_to(made, tmp_path / "usb", "bac-ha")
    assert on_stick(made, tmp_path / "usb", "bac-ha") == made.tree.target("gate-bac-ha")
    blobs = {path.name for path in (tmp_path / "usb/gateplayer/blob").iterdir()}
    only_other = {path.name for path in entries(made)} - {path.name for path in entries(made, "gate-bac-ha")}
    assert only_other
    assert not blobs & only_other


def test_only_what_changed_is_copied(made: Made, tmp_path: Path) -> None:
    export_to(made, tmp_path / "usb")
    made.stage(playlists(tmp_path / "pl2", {"red.png": "red", "violet.png": "violet"}))
    made.sign()
    made.release()
    exported = export_to(made, tmp_path / "usb")
    # The playlist, the new picture, its pages; the target; three pieces of metadata.
    assert exported.files <= 9
    assert proof(made, tree=tmp_path / "usb/gateplayer").faults == []


def test_stick_that_is_pulled_half_way_keeps_the_earlier_tree(made: Made, tmp_path: Path) -> None:
    stick = tmp_path / "usb"
    export_to(made, stick)
    before = on_stick(made, stick)
    made.stage(playlists(tmp_path / "pl2", {"violet.png": "violet"}))
    made.sign()
    made.release()
    for step in range(1, 100):
        if not killed_at(step, lambda: export_to(made, stick)):
            break
        assert on_stick(made, stick) in (before, made.tree.target(ROLE))
    assert step > 3
    assert on_stick(made, stick) == made.tree.target(ROLE)
    assert proof(made, tree=stick / "gateplayer").faults == []


def test_export_to_nowhere(made: Made, tmp_path: Path) -> None:
    with pytest.raises(ContentFault, match="no such folder"):
        export(made.tree, tmp_path / "absent", (), quiet)


def test_server_renews_its_own_signatures_in_time(made: Made) -> None:
    assert not renew_if_due(made.site, made.now)
    for _month in range(5):
        made.now += timedelta(days=29)
        assert renew_if_due(made.site, made.now)
        assert not renew_if_due(made.site, made.now)
        assert proof(made).faults == []


def test_nothing_to_renew_before_the_first_release(tmp_path: Path) -> None:
    made = make_site(tmp_path, live=False)
    assert not renew_if_due(made.site, made.now)
    assert lives(made.site, made.now) == []


def test_signatures_of_the_agencies_are_drafted_again_in_time(made: Made) -> None:
    assert not [life for life in lives(made.site, made.now) if life.due]
    made.now += timedelta(days=310)
    renew_if_due(made.site, made.now)
    due = draft_due(made.site, made.now)
    assert due == ["alert", "gate-bac-ha", ROLE, "takedown", "templates"]
    assert draft_due(made.site, made.now) == []
    made.sign()
    assert len(made.release().roles) == 5
    made.now += timedelta(days=60)
    renew_if_due(made.site, made.now)
    assert proof(made).faults == []


def test_after_three_years_root_and_list_of_gates_too(made: Made, tmp_path: Path) -> None:
    old = tmp_path / "old-gate"
    made.client(old).refresh()
    made.now += timedelta(days=3 * 365 - 30)
    renew_if_due(made.site, made.now)
    assert draft_due(made.site, made.now)[:2] == ["root", "targets"]
    made.sign()
    made.release()
    made.now += timedelta(days=100)
    renew_if_due(made.site, made.now)
    for folder in (old, None):
        client = made.client(folder)
        client.refresh()
        assert client.target(gate_target(GATE)) == made.tree.target(ROLE)


def test_gate_that_is_there_already(made: Made) -> None:
    with pytest.raises(ContentFault, match="already"):
        add_gate(made.site, GATE, None, made.now)


def test_gate_with_a_name_that_is_none(made: Made) -> None:
    with pytest.raises(ContentFault, match="is no name here"):
        add_gate(made.site, "../x", None, made.now)


def test_token_is_for_its_owner_only(made: Made) -> None:
    token = add_gate(made.site, "moi", None, made.now)
    path = made.site.gate("moi") / "token"
    assert path.read_text().strip() == token
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.path.getsize(path) > 30


def test_gate_whose_draft_was_thrown_away_can_be_added_again(made: Made) -> None:
    token = add_gate(made.site, "moi", None, made.now)
    discard(made.site, "targets")
    assert made.drafts.roles() == []
    assert add_gate(made.site, "moi", None, made.now) == token
    assert made.drafts.roles() == ["targets"]

"""Attacks on the signatures, end to end: what plays stays, the state says why, and when it is over the gate syncs again
by itself. Whoever "holds" a key has stolen it; everybody may stand between the gate and its server."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from player.agent import syncing
from player.agent.syncstate import GOOD, REFUSED, UNREACHABLE
from player.trust import directives
from player.trust.directives import Alert, Alerts, Takedown, iso
from player.trust.names import (
    ALERT,
    ROOT,
    SNAPSHOT,
    TAKEDOWN,
    TAKEDOWN_TARGET,
    TARGETS_ROLE,
    TEMPLATES,
    TIMESTAMP,
    gate_role,
    gate_target,
    target_path,
)
from tests.agent.webserver import Behaviour
from tests.faults.besieged import EVIL, OTHER_GATE, SECOND, THIRD, Attacker, Siege, blob_of
from tests.trust.tree import GATE, ONLINE, SAFE, A, B, Tree

pytestmark = pytest.mark.attack

OURS = gate_role(GATE)
NOT_SIGNED = "not signed by all"
NOT_THAT = "signed for something else comes in the place of"
OLDER = "older than what was seen"


def answer(data: bytes, status: int = 200, **headers: str) -> Behaviour:
    return lambda request: request.answer(data, status, **headers)


def alert() -> Alerts:
    now = datetime.now(UTC)
    slots = (("ly-do", "mưa"),)
    return Alerts((Alert("a1", "dong-cua", slots, ("*",), iso(now), iso(now + timedelta(hours=1))),))


# Signatures


@pytest.mark.parametrize("holds", [(), (A,), (ONLINE,), (A, ONLINE), (B, SAFE, ONLINE)])
def test_a_forged_release(besieged: Siege, holds: tuple[str, ...]) -> None:
    attacker = besieged.attacker(*holds)
    attacker.release(EVIL)
    attacker.publish()
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(stolen=ONLINE in holds)


@pytest.mark.parametrize("signers", [(A,), (A, A), (ONLINE, A), (SAFE, A), (ONLINE, SAFE)])
def test_one_signature_and_what_is_none(besieged: Siege, signers: tuple[str, ...]) -> None:
    # The agency itself and the server work together: the other agency is not asked.
    attacker = besieged.attacker(A, ONLINE, SAFE)
    attacker.signers[OURS] = signers
    attacker.release(EVIL)
    attacker.publish()
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(stolen=True)


@pytest.mark.parametrize("role", [TIMESTAMP, SNAPSHOT, TARGETS_ROLE, OURS, TAKEDOWN, ALERT, TEMPLATES])
def test_signed_by_somebody_else(besieged: Siege, role: str) -> None:
    attacker = besieged.attacker(*([] if role in (TIMESTAMP, SNAPSHOT) else [ONLINE]))
    if role == SNAPSHOT:
        # It must look as it was announced, but for the signature.
        besieged.tree.bump(TARGETS_ROLE)
        number = besieged.tree.signed[SNAPSHOT].version + 1
        attacker.signed[SNAPSHOT].version = number
        besieged.put_over(f"metadata/{number}.snapshot.json", attacker.bytes_of(SNAPSHOT, [ONLINE]))
        besieged.tree.publish()
    else:
        attacker.bump(role)
        attacker.publish()
        besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(stolen=role not in (TIMESTAMP, SNAPSHOT))


def test_a_damaged_signature(besieged: Siege) -> None:
    attacker = besieged.attacker(ONLINE)
    attacker.bump(OURS)
    number = attacker.signed[OURS].version
    metadata = json.loads(besieged.tree.bytes_of(OURS))
    metadata["signed"]["version"] = number
    attacker.changed.discard(OURS)
    attacker.publish()
    attacker.put(f"metadata/{number}.{OURS}.json", json.dumps(metadata).encode())
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(stolen=True)


# The right keys in the wrong role


@pytest.mark.parametrize(
    ("role", "other"),
    [
        (OURS, gate_role(OTHER_GATE)),
        (OURS, TEMPLATES),
        (OURS, TARGETS_ROLE),
        (TARGETS_ROLE, OURS),
        (TEMPLATES, OURS),
        (TAKEDOWN, ALERT),
        (ALERT, TAKEDOWN),
        (TAKEDOWN, OURS),
    ],
)
def test_signed_by_the_same_and_put_in_the_place_of_another(besieged: Siege, role: str, other: str) -> None:
    """Between gate and server, without any key: all that is exchanged was rightly signed, in the very version."""
    tree = besieged.tree
    number = max(tree.signed[role].version, tree.signed[other].version) + 1
    for one in (role, other):
        tree.signed[one].version = number
        tree.changed.add(one)
    besieged.put_over(f"metadata/{number}.{role}.json", tree.bytes_of(other))
    tree.publish()
    besieged.holds(REFUSED, NOT_THAT)
    besieged.eased()
    besieged.relieved()


@pytest.mark.parametrize("role", [ALERT, TAKEDOWN])
def test_one_agency_signs_a_release_in_a_role_that_is_its_own(besieged: Siege, role: str) -> None:
    attacker = besieged.attacker(A, ONLINE)
    released = Tree.release
    released(attacker, EVIL)
    signed = attacker.signed[OURS].targets
    attacker.signed[OURS] = besieged.tree.signed[OURS]
    attacker.changed.discard(OURS)
    attacker.signed[role].targets |= signed
    attacker.bump(role)
    attacker.publish()
    besieged.lay_over(attacker.path)
    besieged.holds(GOOD)
    besieged.relieved(stolen=True)


def test_the_gates_own_role_cannot_take_down(besieged: Siege) -> None:
    tree = besieged.tree
    data = directives.dump(Takedown(blank=("*",)))
    before = dict(tree.signed[OURS].targets)
    tree.target(OURS, TAKEDOWN_TARGET, data)
    tree.signed[OURS].targets |= before
    tree.publish()
    besieged.looked()
    assert not besieged.state.blank
    assert besieged.titles() == ["Một"]
    besieged.relieved()


def test_the_release_of_another_gate_signed_for_ours(besieged: Siege) -> None:
    """By mistake, and by both agencies."""
    tree = besieged.tree
    (info,) = tree.signed[gate_role(OTHER_GATE)].targets.values()
    data = (tree.path / target_path(gate_target(OTHER_GATE), info.hashes["sha256"])).read_bytes()
    tree.target(OURS, gate_target(GATE), data)
    tree.publish()
    besieged.holds(REFUSED, f"is for the gate {OTHER_GATE}, not for {GATE}")
    besieged.relieved()


def test_one_agency_lets_itself_sign_alone(besieged: Siege) -> None:
    attacker = besieged.attacker(A, ONLINE)
    attacker.signed[TARGETS_ROLE].delegations.roles[OURS].threshold = 1
    attacker.signers[TARGETS_ROLE] = attacker.signers[OURS] = (A,)
    attacker.bump(TARGETS_ROLE)
    attacker.release(EVIL)
    attacker.publish()
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(stolen=True)


def test_a_text_of_ones_own_in_an_alert(besieged: Siege) -> None:
    """One agency and the server: only the templates that both have signed."""
    attacker = besieged.attacker(A, ONLINE)
    now = datetime.now(UTC)
    attacker.alerts(Alerts((Alert("a", "of-my-own", (("text", "x"),), ("*",), iso(now), iso(now + timedelta(1))),)))
    attacker.publish()
    besieged.lay_over(attacker.path)
    before = besieged.gate.show().playlists
    besieged.looked()
    besieged.wait(lambda state: state.alerts)
    assert besieged.gate.show().playlists == before
    besieged.relieved(stolen=True)


# Older states


def _shown(besieged: Siege, role: str) -> None:
    """Something newer of this role, which the gate has seen."""
    tree, seen = besieged.tree, besieged.tree.signed[TIMESTAMP].version
    match role:
        case "root":
            tree.bump(ROOT)
        case "takedown":
            tree.takedown(Takedown(blank=(GATE,)))
        case "alert":
            tree.alerts(Alerts())
        case "templates":
            tree.templates({})
        case _ if role == OURS:
            tree.release(SECOND)
        case _:
            tree.bump(role)
    tree.publish()
    assert tree.signed[TIMESTAMP].version == seen + 1
    trusted = besieged.metadata / "timestamp.json"
    besieged.wait(lambda _state: json.loads(trusted.read_bytes())["signed"]["version"] == seen + 1)
    besieged.looked()
    if role == OURS:
        besieged.arrives("Hai")
    besieged.remember()


@pytest.mark.parametrize("role", [TARGETS_ROLE, OURS, TAKEDOWN, ALERT, TEMPLATES])
def test_an_older_version_of_a_role(besieged: Siege, role: str) -> None:
    if role == ALERT:
        besieged.tree.alerts(alert())
        besieged.tree.publish()
        besieged.wait(lambda state: state.alerts)
    old = besieged.tree.signed[SNAPSHOT].meta[f"{role}.json"]
    older = besieged.tree.bytes_of(role)
    _shown(besieged, role)
    number = besieged.tree.signed[role].version
    # Between them, under the new name, for a gate that has not got it yet: see `test_mix_and_match`. Here the server's
    # key is stolen, and all is signed as it must be.
    attacker = besieged.attacker(ONLINE)
    attacker.signed[SNAPSHOT].meta[f"{role}.json"] = old
    attacker.snap()
    assert json.loads(older)["signed"]["version"] < number
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, OLDER)
    besieged.over.clear()
    if role == TAKEDOWN:
        besieged.tree.takedown(Takedown())
    besieged.relieved(THIRD, stolen=True)


def test_an_older_timestamp(besieged: Siege) -> None:
    old = (besieged.tree.path / "metadata/timestamp.json").read_bytes()
    _shown(besieged, OURS)
    besieged.put_over("metadata/timestamp.json", old)
    besieged.holds(REFUSED, OLDER)
    besieged.relieved(THIRD)


def test_an_older_snapshot(besieged: Siege) -> None:
    old = besieged.tree.signed[SNAPSHOT].version
    _shown(besieged, OURS)
    attacker = besieged.attacker(ONLINE)
    attacker.stamp(old)
    besieged.lay_over(attacker.path)
    besieged.holds(REFUSED, OLDER)
    besieged.relieved(THIRD, stolen=True)


def test_an_older_root(besieged: Siege) -> None:
    _shown(besieged, ROOT)
    besieged.put_over("metadata/3.root.json", besieged.tree.root)
    besieged.holds(REFUSED, OLDER)
    besieged.relieved()


def test_a_withdrawn_alert_is_raised_again(besieged: Siege) -> None:
    tree = besieged.tree
    tree.alerts(alert())
    tree.publish()
    besieged.wait(lambda state: state.alerts)
    replayed = besieged.folder / "replayed"
    shutil.copytree(tree.path, replayed)
    tree.alerts(Alerts())
    tree.publish()
    besieged.wait(lambda state: not state.alerts)
    besieged.remember()
    besieged.lay_over(replayed)
    besieged.holds(REFUSED, OLDER)
    assert not besieged.state.alerts
    besieged.relieved()


@pytest.mark.parametrize("role", [SNAPSHOT, TARGETS_ROLE, OURS, TAKEDOWN, ALERT, TEMPLATES])
def test_mix_and_match(besieged: Siege, role: str) -> None:
    """An old version under the name of the new, all else as it is now."""
    tree = besieged.tree
    old = tree.bytes_of(role)
    if role != SNAPSHOT:
        tree.bump(role)
    number = tree.signed[role].version + (role == SNAPSHOT)
    besieged.put_over(f"metadata/{number}.{role}.json", old)
    tree.publish()
    besieged.holds(REFUSED, OLDER)
    besieged.relieved()


def test_an_old_server_with_new_files_and_a_new_one_with_old(besieged: Siege) -> None:
    old = besieged.folder / "old"
    shutil.copytree(besieged.tree.path, old)
    _shown(besieged, OURS)
    besieged.lay_over(old)
    besieged.holds(REFUSED, OLDER)
    besieged.eased()
    besieged.put_over("metadata/timestamp.json", (old / "metadata/timestamp.json").read_bytes())
    besieged.holds(REFUSED, OLDER)
    besieged.relieved(THIRD)


# Keys that are lost, stolen, exchanged


def test_a_root_signed_by_one_of_three(besieged: Siege) -> None:
    for thief, holds in enumerate(((A,), (SAFE, ONLINE), ())):
        attacker = Attacker(besieged.tree, besieged.folder / f"thief {thief}", holds)
        for name in {A, B, SAFE} - set(holds):
            attacker.signed[ROOT].add_key(attacker.key(name), ROOT)
        attacker.bump(ROOT)
        attacker.write(ROOT, (A, B, SAFE))
        besieged.lay_over(attacker.path)
        besieged.holds(REFUSED, NOT_SIGNED)
        besieged.eased()
    besieged.relieved()


def test_a_lost_key_is_exchanged_by_two_of_three(besieged: Siege) -> None:
    tree = besieged.tree
    lost = tree.exchange(A, ROOT, TARGETS_ROLE)
    tree.signers[ROOT] = (B, SAFE)
    besieged.relieved()
    assert json.loads((besieged.metadata / "root.json").read_bytes())["signed"]["version"] == 2
    # Who finds it can do nothing with it, though the server is his, too.
    besieged.remember()
    finder = besieged.attacker(ONLINE)
    finder.keys[A] = lost
    finder.takedown(Takedown(blank=("*",)))
    finder.publish()
    besieged.lay_over(finder.path)
    besieged.holds(REFUSED, NOT_SIGNED)
    besieged.relieved(THIRD, stolen=True)


def test_all_keys_are_exchanged_one_after_the_other_while_a_gate_is_away(besieged: Siege) -> None:
    besieged.twists["."] = answer(b"", 503)
    besieged.holds(UNREACHABLE, "answers 503")
    tree = besieged.tree
    for name in (A, B, SAFE):
        tree.exchange(name, *((ROOT,) if name == SAFE else (ROOT, TARGETS_ROLE)))
        # Signed by the two others as well, whom the version before names.
        tree.publish()
    besieged.relieved(stolen=True)
    assert json.loads((besieged.metadata / "root.json").read_bytes())["signed"]["version"] == 5


# What is signed and must not be believed nevertheless


def _by_hand(tree: Tree, rows: list[list[Any]], files: int | None = None) -> None:
    """Both agencies sign a list that our own tools would not make."""
    page = json.dumps(rows, ensure_ascii=False).encode()
    sha = sha256(page).hexdigest()
    tree.files[f"blob/{sha}"] = page
    signed = {
        "format": 1,
        "gate": GATE,
        "made": tree.now.isoformat(),
        "files": len(rows) if files is None else files,
        "bytes": sum(row[2] for row in rows),
        "pages": [{"sha256": sha, "size": len(page)}],
    }
    tree.target(OURS, gate_target(GATE), json.dumps(signed).encode())


@pytest.mark.parametrize(
    "name", ["../../evil.yaml", "/tmp/evil.yaml", "a/../../evil.yaml", "C:\\evil.yaml", ".x/a.yaml"]
)
def test_a_name_that_leads_out_of_the_folder(besieged: Siege, name: str) -> None:
    tree = besieged.tree
    data = EVIL["ac.yaml"]
    tree.files[blob_of(data)] = data
    _by_hand(tree, [[name, sha256(data).hexdigest(), len(data)]])
    tree.publish()
    besieged.holds(REFUSED, "is no name for a file")
    assert not list(besieged.folder.rglob("*evil*"))
    besieged.relieved()


@pytest.mark.parametrize("files", [10_001, 3])
def test_ten_thousand_and_one_assets(besieged: Siege, files: int) -> None:
    """Said, or not said."""
    tree = besieged.tree
    data = EVIL["media/x.png"]
    tree.files[blob_of(data)] = data
    _by_hand(tree, [[f"{number}.png", sha256(data).hexdigest(), len(data)] for number in range(10_001)], files)
    tree.publish()
    besieged.holds(REFUSED, "10001 files are more than 10000")
    besieged.relieved()


def test_ten_thousand_assets_are_no_attack(besieged: Siege) -> None:
    data = SECOND["media/b.png"]
    besieged.relieved({**SECOND, **{f"media/{number}.png": data for number in range(9_998)}})


def test_a_list_that_does_not_add_up(besieged: Siege) -> None:
    data = EVIL["media/x.png"]
    besieged.tree.files[blob_of(data)] = data
    _by_hand(besieged.tree, [["x.png", sha256(data).hexdigest(), len(data)]], files=2)
    besieged.tree.publish()
    besieged.holds(REFUSED, "does not add up")
    besieged.relieved()


# All together


def _swapped_pictures(attacker: Attacker, besieged: Siege) -> None:
    for path in (besieged.tree.path / "blob").iterdir():
        attacker.put(f"blob/{path.name}", EVIL["media/x.png"])


def _own_root(attacker: Attacker, besieged: Siege) -> None:
    del besieged
    for name in (A, B, SAFE):
        attacker.signed[ROOT].add_key(attacker.key(name), ROOT)
    attacker.bump(ROOT)
    attacker.write(ROOT, (A, B, SAFE, ONLINE))


def _without_us(attacker: Attacker, besieged: Siege) -> None:
    del besieged
    del attacker.signed[SNAPSHOT].meta[f"{OURS}.json"]
    attacker.snap()


def _own_alert(attacker: Attacker, besieged: Siege) -> None:
    del besieged
    attacker.signers[ALERT] = (ONLINE,)
    attacker.alerts(alert())
    attacker.publish()


def _own_release(attacker: Attacker, besieged: Siege) -> None:
    del besieged
    attacker.signers[OURS] = (ONLINE, ONLINE)
    attacker.release(EVIL)
    attacker.publish()


def _frozen(attacker: Attacker, besieged: Siege) -> None:
    """The agencies go on signing; nobody hears of it."""
    besieged.tree.release(EVIL)
    besieged.tree.publish()
    attacker.stamp(attacker.signed[SNAPSHOT].version)


def _old_release(attacker: Attacker, besieged: Siege) -> None:
    del besieged
    attacker.signed[SNAPSHOT].meta[f"{OURS}.json"].version = 1
    attacker.snap()


@pytest.mark.parametrize(
    ("does", "state", "reason"),
    [
        (_own_release, REFUSED, NOT_SIGNED),
        (_own_alert, REFUSED, NOT_SIGNED),
        (_own_root, REFUSED, NOT_SIGNED),
        (_without_us, REFUSED, "cannot be trusted|older"),
        (_old_release, REFUSED, OLDER),
        (_swapped_pictures, GOOD, ""),
        (_frozen, GOOD, ""),
    ],
)
def test_a_stolen_server(besieged: Siege, does: Callable[[Attacker, Siege], None], state: str, reason: str) -> None:
    """The thief has the server and its key. He may keep news away; he puts nothing on the wall."""
    thief = besieged.attacker(ONLINE)
    if does is _frozen:
        shutil.copytree(besieged.tree.path, thief.path)
    does(thief, besieged)
    besieged.lay_over(thief.path)
    besieged.holds(state, reason)
    besieged.twists["."] = answer(b"", 404)
    besieged.holds(UNREACHABLE, "is not in")
    besieged.relieved(stolen=True)


def test_a_forged_stick(besieged: Siege, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "STICKS_EVERY", 0.1)
    attacker = besieged.attacker(A, ONLINE)
    shutil.copytree(besieged.tree.path, attacker.path)
    attacker.release(EVIL)
    attacker.publish()
    besieged.follow(usb=str(besieged.folder / "media/*/gateplayer"))
    stick = besieged.folder / "media/stick/gateplayer"
    stick.parent.mkdir(parents=True)
    attacker.path.rename(stick)
    found = besieged.wait(lambda found: found.sticks and found.sticks[0].reason)
    assert NOT_SIGNED in found.sticks[0].reason
    besieged.unchanged()
    shutil.rmtree(stick.parent)
    besieged.wait(lambda found: not found.sticks)
    besieged.relieved(stolen=True)

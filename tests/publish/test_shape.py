"""What a hostile province's machine may put before an agency, and what must never be signed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import SSlibKey
from tuf.api.metadata import DelegatedRole, Root, TargetFile, Targets

from player.core.faults import TrustFault
from player.publish.contents import quiet
from player.publish.drafts import Content
from player.publish.founding import role_saying
from player.publish.gates import next_targets
from player.publish.keys import make_key
from player.publish.renewing import draft_again, next_root
from player.publish.signing import subjects
from player.trust.directives import Alert, Alerts, Forbidden, Takedown, dump, iso
from player.trust.names import ALERT, ALERT_TARGET, TAKEDOWN, TAKEDOWN_TARGET, expires
from tests.publish.site import GATE, A, Made, make_site, playlists

ROLE = f"gate-{GATE}"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_site(tmp_path)


def refused(made: Made, role: str) -> None:
    with pytest.raises(TrustFault, match="not as it must be"):
        subjects(made.site.drafts, made.signers[A].public_key, (role,), made.now, quiet)
    with pytest.raises(TrustFault, match="sign nothing"):
        made.sign(A)
    assert made.drafts.signatures(role) == {}


def _one_is_enough(root: Root) -> None:
    root.roles["root"].threshold = 1


def _server_signs_targets(root: Root) -> None:
    root.roles["targets"].keyids.append(root.roles["timestamp"].keyids[0])


def _one_agency_is_enough(root: Root) -> None:
    root.roles["targets"].threshold = 1


def _fourth_key(root: Root) -> None:
    root.add_key(make_key("x").public_key, "root")


def _same_key_twice(root: Root) -> None:
    keyids = root.roles["root"].keyids
    key = root.keys[keyids[0]]
    root.keys["0" * 64] = SSlibKey("0" * 64, key.keytype, key.scheme, key.keyval)
    keyids[2] = "0" * 64


def _another_key_under_the_same_id(root: Root) -> None:
    keyid = root.roles["root"].keyids[1]
    root.keys[keyid].keyval["public"] = make_key("x").public_key.keyval["public"]


def _not_consistent(root: Root) -> None:
    root.consistent_snapshot = False


def _for_ever(signed: Root | Targets) -> None:
    signed.expires += timedelta(days=3650)


@pytest.mark.parametrize(
    "change",
    [
        _one_is_enough,
        _server_signs_targets,
        _one_agency_is_enough,
        _fourth_key,
        _same_key_twice,
        _another_key_under_the_same_id,
        _not_consistent,
        _for_ever,
    ],
)
def test_odd_root(made: Made, change: Callable[[Root], None]) -> None:
    root = next_root(made.site, made.now)
    change(root)
    made.drafts.put("root", root)
    refused(made, "root")


def _roles(targets: Targets) -> dict[str, DelegatedRole]:
    assert targets.delegations is not None
    assert targets.delegations.roles is not None
    return targets.delegations.roles


def _gate_by_one(targets: Targets) -> None:
    _roles(targets)[ROLE].threshold = 1


def _wider_path(targets: Targets) -> None:
    _roles(targets)[ROLE].paths = ["gates/*/playlist.json"]


def _not_terminating(targets: Targets) -> None:
    _roles(targets)[ROLE].terminating = False


def _foreign_key(targets: Targets) -> None:
    key = make_key("x").public_key
    assert targets.delegations is not None
    targets.delegations.keys[key.keyid] = key
    _roles(targets)[ROLE].keyids[0] = key.keyid


def _another_role(targets: Targets) -> None:
    _roles(targets)["more"] = DelegatedRole("more", _roles(targets)[ROLE].keyids, 1, True, ["x"])


def _gate_before_takedown(targets: Targets) -> None:
    roles = _roles(targets)
    roles["takedown"] = roles.pop("takedown")


def _own_target(targets: Targets) -> None:
    targets.targets["x"] = TargetFile.from_data("x", b"x")


def _key_under_anothers_id(targets: Targets) -> None:
    assert targets.delegations is not None
    keyid = _roles(targets)[ROLE].keyids[0]
    targets.delegations.keys[keyid].keyval["public"] = make_key("x").public_key.keyval["public"]


@pytest.mark.parametrize(
    "change",
    [
        _gate_by_one,
        _wider_path,
        _not_terminating,
        _foreign_key,
        _another_role,
        _gate_before_takedown,
        _own_target,
        _for_ever,
    ],
)
def test_odd_list_of_gates(made: Made, change: Callable[[Targets], None]) -> None:
    targets = next_targets(made.site, made.now)
    change(targets)
    made.drafts.put("targets", targets)
    refused(made, "targets")


def test_another_key_under_the_id_of_an_agency(made: Made) -> None:
    targets = next_targets(made.site, made.now)
    _key_under_anothers_id(targets)
    made.drafts.put("targets", targets)
    refused(made, "targets")


@pytest.mark.parametrize("path", ["gates/other/playlist.json", "alert.json"])
def test_gate_that_would_say_something_for_another(made: Made, path: str) -> None:
    made.drafts.put(ROLE, role_saying(path, b"x", 1, made.now + expires(ROLE)), Content(b"x"))
    refused(made, ROLE)


def test_gate_that_would_name_others(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    signed = made.drafts.metadata(ROLE).signed
    signed.delegations = next_targets(made.site, made.now).delegations
    made.drafts.put(ROLE, signed, Content(made.drafts.target(ROLE) or b""))
    refused(made, ROLE)


def test_good_drafts_of_every_role_are_let_through(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    for role in ("root", "targets", "takedown", "alert", "templates"):
        draft_again(made.site, role, made.now)
    assert len(made.sign(A)) == 6


def test_all_that_an_order_says_is_shown(made: Made) -> None:
    until = iso(made.now + timedelta(hours=1))
    alert = Alert("x-1", "x", (("ly-do", "Cướp biển"),), ("*",), iso(made.now), until)
    takedown = Takedown((Forbidden("ab" * 32, "a.png"),), (GATE,))
    for role, path, data in (
        (ALERT, ALERT_TARGET, dump(Alerts((alert,)))),
        (TAKEDOWN, TAKEDOWN_TARGET, dump(takedown)),
    ):
        made.drafts.put(role, role_saying(path, data, 2, made.now + expires(role)), Content(data))
    found = subjects(made.site.drafts, made.signers[A].public_key, (), made.now, quiet)
    said = " ".join(change for subject in found for change in subject.changes)
    assert "Cướp biển" in said
    assert f"black wall: {GATE}" in said
    assert "a.png" in said

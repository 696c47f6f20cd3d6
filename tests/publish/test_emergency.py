"""What one agency alone may do."""

from datetime import timedelta
from pathlib import Path

import pytest

from player.core.faults import ContentFault, TrustFault
from player.core.units import seconds
from player.publish import emergency
from player.publish.emergency import alerts_in_force, forbidden, lift, raise_alert, take_down, takedown_in_force
from player.trust.directives import read_alerts, read_takedown
from player.trust.names import ALERT_TARGET, TAKEDOWN_TARGET
from tests.publish.site import GATE, SAFE, TEMPLATES, A, B, Made, make_site, playlists, write_files

HOUR = seconds(3600)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_site(tmp_path)
    made.stage(playlists(tmp_path / "pl"))
    made.stage_templates(write_files(tmp_path / "templates", {"dong-cua.yaml": TEMPLATES}))
    made.sign()
    made.release()
    return made


def told(made: Made, path: str) -> bytes:
    """What a gate that has seen nothing yet is told."""
    client = made.client()
    client.refresh()
    data = client.target(path)
    assert data is not None
    return data


@pytest.mark.parametrize("party", [A, B])
@pytest.mark.parametrize("word", ["media/red.png", "red.png", "RED.PNG"])
def test_one_agency_takes_a_file_down_by_its_name(made: Made, party: str, word: str) -> None:
    files = forbidden(made.site, [word], "sai nội dung")
    take_down(made.site, made.signers[party], files, (), made.now)
    (one,) = read_takedown(told(made, TAKEDOWN_TARGET)).files
    assert (one.name, one.reason) == ("media/red.png", "sai nội dung")
    entries = made.tree.release(f"gate-{GATE}")
    assert entries is not None
    assert one.sha256 in {entry.sha256 for entry in entries[1]}


def test_by_sha_and_by_a_file_that_lies_here(made: Made, tmp_path: Path) -> None:
    place = tmp_path / "dropped.jpg"
    place.write_bytes(b"x")
    found = forbidden(made.site, ["ab" * 32, str(place)], "")
    assert [one.sha256 for one in found] == [
        "ab" * 32,
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    ]


def test_unknown_name_is_refused_with_a_guess(made: Made) -> None:
    with pytest.raises(ContentFault, match=r"did you mean red\.png"):
        forbidden(made.site, ["rde.png"], "")


def test_walls_are_blanked_and_lifted(made: Made) -> None:
    take_down(made.site, made.signers[A], (), (GATE,), made.now)
    take_down(made.site, made.signers[B], forbidden(made.site, ["red.png"], ""), (), made.now)
    assert read_takedown(told(made, TAKEDOWN_TARGET)).blanks(GATE)
    lift(made.site, made.signers[B], ["red.png"], (GATE,), made.now)
    assert takedown_in_force(made.site).files == ()
    assert not takedown_in_force(made.site).blanks(GATE)
    with pytest.raises(ContentFault, match="is not blanked"):
        lift(made.site, made.signers[B], (), (GATE,), made.now)


def test_safe_may_not(made: Made) -> None:
    with pytest.raises(TrustFault, match="may not sign"):
        take_down(made.site, made.signers[SAFE], (), (GATE,), made.now)
    with pytest.raises(TrustFault, match="may not sign"):
        raise_alert(made.site, made.signers[SAFE], "dong-cua", ("*",), {"ly-do": "lũ"}, HOUR, made.now)


@pytest.mark.parametrize("party", [A, B])
def test_one_agency_raises_an_alert_and_ends_it(made: Made, party: str) -> None:
    alert = raise_alert(made.site, made.signers[party], "dong-cua", (GATE,), {"ly-do": "mưa lũ"}, HOUR, made.now)
    (found,) = read_alerts(told(made, ALERT_TARGET)).alerts
    assert found == alert
    assert found.stretch()[1] - found.stretch()[0] == HOUR
    emergency.end_alert(made.site, made.signers[party], alert.id, made.now)
    assert read_alerts(told(made, ALERT_TARGET)).alerts == ()


def test_alerts_stand_beside_each_other_until_they_are_over(made: Made) -> None:
    first = raise_alert(made.site, made.signers[A], "dong-cua", ("*",), {"ly-do": "lũ"}, HOUR, made.now)
    second = raise_alert(made.site, made.signers[A], "dong-cua", ("*",), {"ly-do": "sạt lở"}, HOUR, made.now)
    assert first.id != second.id
    assert len(alerts_in_force(made.site, made.now)) == 2
    made.now += timedelta(hours=2)
    third = raise_alert(made.site, made.signers[A], "dong-cua", ("*",), {"ly-do": "lũ"}, HOUR, made.now)
    assert read_alerts(told(made, ALERT_TARGET)).alerts == (third,)


@pytest.mark.parametrize(
    ("name", "slots", "hours", "said"),
    [
        ("mo-cua", {"ly-do": "x"}, 1, "there is no template mo-cua"),
        ("dong-cua", {}, 1, "is empty"),
        ("dong-cua", {"ly-do": "x" * 41}, 1, "40 letters"),
        ("dong-cua", {"ly-do": "x", "khac": "y"}, 1, "there is no slot khac"),
        ("dong-cua", {"ly-do": "x"}, 4, "3h at most"),
    ],
)
def test_alert_that_was_not_signed_ahead_is_refused(
    made: Made, name: str, slots: dict[str, str], hours: int, said: str
) -> None:
    before = made.tree.versions()
    with pytest.raises(ContentFault, match=said):
        raise_alert(made.site, made.signers[A], name, ("*",), slots, seconds(3600 * hours), made.now)
    assert made.tree.versions() == before


def test_templates_need_both(made: Made, tmp_path: Path) -> None:
    made.stage_templates(write_files(tmp_path / "other", {"a.yaml": TEMPLATES.replace("longest: 3h", "longest: 6h")}))
    made.sign(A)
    assert made.release().roles == []
    made.sign(B)
    assert made.release().roles == [("templates", 3)]


def test_end_of_what_is_not_up(made: Made) -> None:
    with pytest.raises(ContentFault, match="there is no alert x"):
        emergency.end_alert(made.site, made.signers[A], "x", made.now)

"""What of a signed tree comes into force at a gate, when, and what does not."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from player.core.faults import SyncFault, TrustFault
from player.core.model import SCREEN, Level
from player.core.rundown import Timetable
from player.core.units import Instant, instant_of
from player.library.workshop import workshop
from player.trust.client import Expired
from player.trust.directives import Alert, Alerts, Forbidden, Takedown, iso
from player.trust.names import ALERT, gate_role
from tests.agent.province import Gate, picture, playlist
from tests.trust.tree import GATE, NOW, A, B, Tree, later

RED, BLUE = picture("red"), picture("blue")
FIRST = {"mot.yaml": playlist("Một", "{image: media/a.png}"), "media/a.png": RED}
SECOND = {"hai.yaml": playlist("Hai", "{image: media/b.png}"), "media/b.png": BLUE}
TEMPLATE = """\
template: dong-cua
slots: {ly-do: 30}
longest: 4h
title: Tạm đóng cửa
items: [{notice: {title: TẠM ĐÓNG, text: "{ly-do}"}, for: 8s}]
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree")
    tree.release(FIRST)
    tree.templates({"dong-cua.yaml": TEMPLATE.encode()})
    tree.publish()
    return tree


@pytest.fixture
def gate(tree: Tree, tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "gate", tree)
    yield gate
    gate.close()


def alert(since: datetime = NOW, hours: float = 2, slots: tuple[tuple[str, str], ...] = (("ly-do", "mưa"),)) -> Alert:
    return Alert("a1", "dong-cua", slots, ("*",), iso(since), iso(since + timedelta(hours=hours)))


def up_at(gate: Gate, moment: datetime, zone: str = SCREEN) -> str:
    """The title of what a zone shows at an instant."""
    segment = Timetable(gate.show()).at(zone, instant_of(moment))
    return segment.playlist.title if segment and segment.playlist else "-"


def test_a_release_comes_into_force_when_all_of_it_is_here(gate: Gate, tree: Tree) -> None:
    gate.sync()
    assert gate.titles() == ["Một"]
    tree.release(SECOND)
    tree.publish()
    gate.look()
    assert not gate.adopter.adopt()
    assert gate.titles() == ["Một"]
    gate.fetch()
    assert gate.adopter.adopt()
    assert gate.titles() == ["Hai"]
    assert gate.adopter.missing() == []
    assert gate.adopter.awaited() is None


def test_the_show_says_where_its_playlists_come_from(gate: Gate) -> None:
    gate.sync()
    (shown,) = gate.show().playlists
    assert (shown.id, shown.source) == ("central:mot.yaml#1", "central")
    active, release = gate.adopter.in_force()
    assert release is not None
    assert set(release.keyids) == {gate.tree.key(A).keyid, gate.tree.key(B).keyid}
    assert active.release == release.sha


def test_playlists_name_those_on_whose_signature_they_play(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    signed = {shown.source: shown.signed for shown in gate.show().playlists}
    assert signed == {"central": (A, B), "central alerts": (A,)}


def test_an_alert_stays_that_of_whoever_raised_it(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    tree.bump(ALERT)
    tree.signers[ALERT] = (B,)
    tree.publish()
    gate.look()
    (shown,) = [one for one in gate.show().playlists if one.source == "central alerts"]
    assert shown.signed == (A,)


def test_who_signed_is_noted_of_a_release_that_was_kept_without(gate: Gate, tree: Tree, tmp_path: Path) -> None:
    gate.sync()
    release = gate.adopter.in_force()[1]
    assert release is not None
    gate.adopter.store.keep(replace(release, signers=()))
    assert gate.show().playlists[0].signed == ()
    again = Gate(tmp_path / "gate", tree)
    again.look()
    assert again.show().playlists[0].signed == (A, B)
    again.close()


def test_one_signature_puts_nothing_on_the_wall(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.release(SECOND)
    tree.publish()
    tree.write(gate_role(GATE), (A,))
    with pytest.raises(TrustFault, match="not signed by all"):
        gate.look()
    assert gate.adopter.missing() == []
    assert gate.titles() == ["Một"]


def test_expired_signatures_leave_what_plays_alone_and_let_nothing_new_in(gate: Gate, tree: Tree) -> None:
    gate.sync()
    gate.hands.moment = later(31)
    with pytest.raises(Expired):
        gate.look()
    assert gate.titles() == ["Một"]
    assert "signatures of timestamp hold until" in " ".join(gate.adopter.warnings())
    tree.now = later(31)
    tree.release(SECOND)
    tree.publish()
    gate.sync()
    assert gate.titles() == ["Hai"]


def test_a_takedown_needs_one_agency_and_reaches_every_source(gate: Gate, tree: Tree) -> None:
    gate.sync()
    local = gate.folder / "playlists"
    (local / "media").mkdir(parents=True)
    (local / "media/x.png").write_bytes(RED)
    (local / "media/y.png").write_bytes(BLUE)
    (local / "l.yaml").write_bytes(playlist("Ở đây", "{image: media/x.png}", "{image: media/y.png}"))
    text = gate.config.read_text()
    gate.config.write_text(text.replace("sources: {", "sources: {playlists: playlists/, "))
    assert gate.titles() == ["Một", "Ở đây"]
    tree.takedown(Takedown((Forbidden(sha256(RED).hexdigest(), "a.png"),)))
    tree.publish()
    gate.look()
    assert [(one.title, len(one.items)) for one in gate.show().playlists] == [("Ở đây", 1)]


def test_a_playlist_is_taken_down_by_its_file(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.takedown(Takedown((Forbidden(sha256(FIRST["mot.yaml"]).hexdigest(), "mot.yaml"),)))
    tree.publish()
    gate.look()
    assert gate.titles() == []


def test_a_gate_that_is_to_be_black_is_closed(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.takedown(Takedown(blank=(GATE,)))
    tree.publish()
    gate.look()
    timetable = Timetable(gate.show())
    assert not timetable.is_open(instant_of(NOW))
    assert timetable.next_opening(instant_of(NOW)) is None
    tree.takedown(Takedown(blank=("another-gate",)))
    tree.publish()
    gate.look()
    assert Timetable(gate.show()).is_open(instant_of(NOW))


def test_an_alert_takes_the_wall_and_ends_by_itself(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    (shown,) = [one for one in gate.show().playlists if one.source == "central alerts"]
    assert (shown.level, shown.zone) == (Level.EMERGENCY, SCREEN)
    assert up_at(gate, NOW + timedelta(minutes=119)) == "Tạm đóng cửa"
    assert up_at(gate, NOW + timedelta(minutes=121)) == "-"
    gate.hands.moment += timedelta(hours=3)
    gate.look()
    assert gate.titles() == ["Một"]


def test_an_alert_does_not_wait_for_what_is_being_fetched(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.release(SECOND)
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    assert up_at(gate, NOW + timedelta(minutes=1)) == "Tạm đóng cửa"
    assert len(gate.adopter.missing()) == 1


def test_an_alert_lasts_no_longer_than_its_template_allows(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((alert(hours=100),)))
    tree.publish()
    gate.look()
    assert up_at(gate, NOW + timedelta(minutes=239)) == "Tạm đóng cửa"
    assert up_at(gate, NOW + timedelta(minutes=241)) == "-"


def test_one_agency_cannot_write_its_own_text(gate: Gate, tree: Tree) -> None:
    gate.sync()
    for wrong in (
        alert(slots=(("ly-do", "x" * 31),)),
        alert(slots=()),
        alert(slots=(("ly-do", "a"), ("title", "b"))),
        Alert("a2", "of-my-own", (), ("*",), iso(NOW), iso(NOW + timedelta(hours=1))),
    ):
        tree.alerts(Alerts((wrong,)))
        tree.publish()
        gate.look()
        made = gate.made()
        assert made.show is not None
        assert [one.title for one in made.show.playlists] == ["Một"]
        assert any(fault.place.file.startswith("central alerts/") for fault in made.faults)


def test_alerts_of_other_gates_are_not_ours(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((Alert("a1", "dong-cua", (("ly-do", "x"),), ("lao-cai-1",), iso(NOW), iso(later(1))),)))
    tree.publish()
    gate.look()
    assert gate.titles() == ["Một"]


def test_with_a_clock_in_1970_an_alert_lasts_as_long_as_it_was_to_last(gate: Gate, tree: Tree) -> None:
    boot = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    gate.hands.moment, gate.hands.synchronised = boot, False
    gate.sync()
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    assert "days behind" in " ".join(gate.adopter.warnings())
    assert up_at(gate, boot + timedelta(minutes=1)) == "Tạm đóng cửa"
    assert up_at(gate, boot + timedelta(minutes=121)) == "-"
    # Somebody sets the clock: from now on the alert's own times count.
    gate.hands.moment = NOW + timedelta(minutes=30)
    gate.look()
    assert up_at(gate, NOW + timedelta(minutes=119)) == "Tạm đóng cửa"
    assert up_at(gate, NOW + timedelta(minutes=121)) == "-"


def test_with_a_clock_in_2038_nothing_expires_and_alerts_are_shown(gate: Gate, tree: Tree) -> None:
    wrong = datetime(2038, 1, 19, tzinfo=UTC)
    gate.hands.moment, gate.hands.synchronised = wrong, False
    gate.sync()
    assert gate.titles() == ["Một"]
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    assert up_at(gate, wrong + timedelta(minutes=1)) == "Tạm đóng cửa"
    assert "days ahead" in " ".join(gate.adopter.warnings())


def test_whoever_may_only_read_sees_the_same_show(gate: Gate, tmp_path: Path) -> None:
    gate.sync()
    shown = gate.show()
    with workshop(gate.config, tmp_path / "scratch", threading.Event(), stored_in=gate.state) as shop:
        made = shop.make()
    assert made.show == shown
    assert made.faults == ()


def test_the_key_of_the_server_does_not_move_the_time(gate: Gate, tree: Tree) -> None:
    gate.hands.synchronised = False
    gate.sync()
    tree.now = later(4000)
    tree.publish()
    gate.look()
    tree.now = later(1)
    tree.release(SECOND)
    tree.publish()
    gate.sync()
    assert gate.titles() == ["Hai"]


def test_another_root_of_trust_is_another_world(gate: Gate, tmp_path: Path) -> None:
    gate.sync()
    other = Tree(tmp_path / "other")
    other.release(SECOND)
    other.publish()
    gate.tree = other
    with pytest.raises(TrustFault):
        gate.look()
    (gate.folder / "trust/root.json").write_bytes(other.root)
    gate.look()
    assert gate.titles() == ["Một"]
    gate.fetch()
    gate.adopter.adopt()
    assert gate.titles() == ["Hai"]


def test_without_a_root_nothing_is_believed(gate: Gate) -> None:
    (gate.folder / "trust/root.json").unlink()
    with pytest.raises(TrustFault, match="gateplayer enroll"):
        gate.look()


def test_a_damaged_file_is_wanted_again_and_named(gate: Gate) -> None:
    gate.sync()
    sha = sha256(RED).hexdigest()
    blob = gate.blobs.path(sha)
    blob.chmod(0o644)
    blob.write_bytes(RED[:-1] + b"x")
    assert not gate.blobs.verify(sha)
    assert gate.adopter.lost() == ["media/a.png"]
    assert [one.sha for one in gate.adopter.missing()] == [sha]
    made = gate.made()
    assert [str(fault) for fault in made.faults] == [
        "central/mot.yaml:4:5: media/a.png: was found damaged here and is being fetched again"
    ]
    gate.fetch()
    assert gate.titles() == ["Một"]


def test_a_feed_is_signed_by_nobody(gate: Gate, tree: Tree) -> None:
    tree.release({"f.yaml": playlist("F", "{banner: {feed: http://127.0.0.1:9/rss}}", "{notice: {text: a}}")})
    tree.publish()
    gate.sync()
    made = gate.made()
    assert made.show is not None
    assert [len(one.items) for one in made.show.playlists] == [1]
    assert made.feeds == ()
    assert "signed by nobody" in str(made.faults[0])


def test_what_plays_soonest_is_fetched_first(gate: Gate, tree: Tree) -> None:
    # At 15:00 in the gate's time zone.
    tree.release(
        {
            "1.yaml": playlist("Tối", "{image: media/evening.png}", more='when: [{time: "19:00-22:00"}]\n'),
            "2.yaml": playlist("Nay", "{image: media/now.png}"),
            "3.yaml": playlist("Gấp", "{image: media/urgent.png}", more="level: priority\n"),
            "4.yaml": playlist("Tết", "{image: media/tet.png}", more="when: [{dates: 2027-02-01..2027-02-10}]\n"),
            "media/evening.png": picture("black"),
            "media/now.png": picture("white"),
            "media/urgent.png": picture("yellow"),
            "media/tet.png": picture("pink"),
            "media/spare.png": picture("gray"),
        }
    )
    tree.publish()
    gate.look()
    names = {sha256(data).hexdigest(): name for name, data in ((n, tree.files[f"blob/{s}"]) for n, s in _named(gate))}
    assert [names[one.sha] for one in gate.adopter.missing()] == [
        "media/urgent.png",
        "media/now.png",
        "media/evening.png",
        "media/tet.png",
        "media/spare.png",
    ]


def _named(gate: Gate) -> list[tuple[str, str]]:
    release = gate.adopter.awaited()
    assert release is not None
    return [(entry.name, entry.sha256) for entry in release.entries]


def test_pages_that_cannot_be_had_are_asked_for_again(gate: Gate, tree: Tree) -> None:
    page = next(path for path in tree.files if path.startswith("blob/") and tree.files[path].startswith(b'[["mot'))
    (tree.path / page).unlink()
    with pytest.raises(SyncFault):
        gate.look()
    tree.put(page, tree.files[page])
    gate.sync()
    assert gate.titles() == ["Một"]


def test_a_restart_goes_on_where_it_was(gate: Gate, tree: Tree, tmp_path: Path) -> None:
    gate.sync()
    tree.release(SECOND)
    tree.publish()
    gate.look()
    again = Gate(tmp_path / "gate", tree)
    assert again.titles() == ["Một"]
    again.look()
    assert len(again.adopter.missing()) == 1
    again.fetch()
    assert again.adopter.adopt()
    assert again.titles() == ["Hai"]
    again.close()


def test_the_instants_of_an_alert_stay_those_that_were_signed(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.alerts(Alerts((alert(),)))
    tree.publish()
    gate.look()
    (shown,) = [one for one in gate.show().playlists if one.source == "central alerts"]
    assert (shown.since, shown.until) == (instant_of(NOW), Instant(instant_of(NOW) + 7_200_000_000))


def test_templates_come_though_the_gate_has_to_be_signed_again(gate: Gate, tree: Tree) -> None:
    gate.sync()
    tree.bump(gate_role(GATE))
    tree.templates({"khac.yaml": TEMPLATE.replace("dong-cua", "khac").encode()})
    tree.signers[gate_role(GATE)] = (A,)
    tree.publish()
    with pytest.raises(TrustFault):
        gate.look()
    gate.fetch()
    assert gate.adopter.adopt()
    assert gate.adopter.in_force()[0].templates
    tree.alerts(Alerts((Alert("a1", "khac", (("ly-do", "x"),), ("*",), iso(NOW), iso(later(1))),)))
    tree.publish()
    with pytest.raises(TrustFault):
        gate.look()
    assert gate.titles() == ["Một", "Tạm đóng cửa"]

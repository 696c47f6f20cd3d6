"""Why something is on the wall: by example, and for any show."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from player.core.model import SCREEN, Level, Playlist, Show, Start
from player.core.plan import Cue, Inventory, plan
from player.core.rundown import Timetable
from player.core.units import MINUTE, Instant, Span
from player.core.why import Why, covering, is_open, may_play, why
from tests.core.making import at, item, playlist, show, times
from tests.core.strategies import MONDAYS, shows

TOUR = playlist("tour", [item("sapa"), item("bacha")], [times("07:00", "18:30", "12345")])
RULES = playlist("rules", [item("queue")], [times("06:00", "22:00")])


def asked(of: Show, moment: str, *missing: str, shown: Cue | None = None, zone: str = "main") -> Why:
    timetable, inventory, now = Timetable(of), Inventory(frozenset(missing)), at(moment)
    planned = next(one for one in plan(timetable, inventory, now).zones if one.zone == zone)
    return why(timetable, planned, inventory, now, shown)


def titles(playlists: tuple[Playlist, ...]) -> list[str]:
    return [one.id for one in playlists]


def test_a_window_lets_it_play_until_it_closes_in_turn_with_others() -> None:
    found = asked(show(RULES, TOUR), "08-31 10:00:30")
    assert found.playlist is not None
    assert found.item is not None
    assert (found.playlist.id, found.item.id) == ("tour", "sapa")
    assert (found.window, found.open_until) == (TOUR.windows[0], at("08-31 18:30"))
    assert titles(found.turns) == ["rules"]
    assert (found.until, found.over, found.lapsed) == (at("08-31 10:01"), (), False)
    assert found.next is not None
    assert found.next.item == TOUR.items[1]


def test_the_higher_level_says_whom_it_goes_before() -> None:
    storm = playlist("storm", [item("rain")], [times("09:00", "12:00")], level=Level.EMERGENCY)
    road = playlist("road", [item("works")], [times("08:00", "12:00")], level=Level.PRIORITY)
    found = asked(show(TOUR, RULES, storm, road), "08-31 10:00")
    assert (found.playlist, titles(found.over), found.turns) == (storm, ["road", "tour", "rules"], ())


def test_what_is_not_open_does_not_wait() -> None:
    storm = playlist("storm", [item("rain")], level=Level.EMERGENCY)
    assert titles(asked(show(TOUR, RULES, storm), "08-31 20:00").over) == ["rules"]


def test_an_item_that_outlives_its_window_says_so() -> None:
    short = playlist("short", [item("long", 400)], [times("10:00", "10:05")])
    found = asked(show(short), "08-31 10:06")
    assert (found.lapsed, found.window, found.open_until) == (True, None, None)


def test_a_spot_and_a_hard_start_are_known() -> None:
    spot = playlist("spot", [item("wash", 20)], [times("10:00", "12:00")], every=10, start=Start.HARD)
    found = asked(show(RULES, spot), "08-31 10:10:05")
    assert found.playlist is not None
    assert (found.playlist.id, found.spot, found.hard, found.turns) == ("spot", True, True, ())


def test_what_stands_in_names_what_is_missing() -> None:
    found = asked(show(TOUR), "08-31 10:00:30", "sapa")
    assert found.item is not None
    assert found.missing is not None
    assert (found.item.id, found.missing.id) == ("bacha", "sapa")


def test_what_the_show_before_had_begun_is_carried() -> None:
    begun = Cue(item("old"), playlist("gone", [item("old")]), at("08-31 09:59"), at("08-31 10:03"), Span(0))
    found = asked(show(TOUR), "08-31 10:00:30", shown=begun)
    assert found.item is not None
    assert (found.item.id, found.carried, found.until) == ("old", True, at("08-31 10:03"))
    assert found.missing is None


def test_an_alert_and_last_dates_bound_it() -> None:
    alert = playlist("alert", [item("closed")], level=Level.EMERGENCY, zone=SCREEN, until=at("08-31 10:20"))
    of = show(TOUR, alert)
    of = replace(of, zones=(*of.zones, replace(of.zones[0], name=SCREEN, hide_when_empty=True)))
    found = asked(of, "08-31 10:00", zone=SCREEN)
    assert (found.open_until, found.window) == (at("08-31 10:20"), None)
    assert covering((asked(of, "08-31 10:00"), found)) == found
    dated = playlist("dated", [item("fair", last=date(2026, 8, 31))])
    assert asked(show(dated), "08-31 10:00").open_until == at("09-01 00:00")


def test_a_closed_wall_and_an_empty_zone() -> None:
    of = show(TOUR, hours=[times("06:00", "20:00")])
    closed = asked(of, "08-31 21:00")
    assert (closed.closed, closed.item, closed.until) == (True, None, at("09-01 06:00"))
    empty = asked(of, "08-31 06:30")
    assert (empty.closed, empty.item, empty.playlist) == (False, None, None)


def test_signatures_are_passed_on() -> None:
    assert asked(show(replace(TOUR, signed=("a", "b"))), "08-31 10:00").signed == ("a", "b")


@given(st.sampled_from(MONDAYS).flatmap(shows), st.integers(0, 7 * 1440 - 1), st.data())
def test_every_reason_holds(of: Show, minute: int, data: st.DataObject) -> None:
    """Whatever the show: what is said of a cue agrees with the rundown and with the calendar."""
    timetable = Timetable(of)
    now = Instant(at("08-31 00:00") + minute * MINUTE)
    ids = sorted(timetable.items("main"))
    inventory = Inventory(data.draw(st.frozensets(st.sampled_from(ids), max_size=2)) if ids else frozenset())
    planned = plan(timetable, inventory, now).zones[0]
    found = why(timetable, planned, inventory, now)
    due = timetable.at("main", now)
    assert found.closed == (due is None)
    assert found.until > now
    if found.playlist is None or due is None:
        return
    tz = timetable.tz
    assert all(may_play(one, now, tz) and one.level < found.playlist.level for one in found.over)
    assert all(may_play(one, now, tz) and one.level == found.playlist.level for one in found.turns)
    assert found.playlist not in (*found.over, *found.turns)
    assert found.lapsed == (not is_open(found.playlist, now, tz))
    if found.missing is None:
        assert found.playlist == due.playlist
        # Only what is on screen already may outlast its time, and patience with it.
        assert not found.lapsed or due.start < now
    else:
        assert found.missing.id in inventory.missing
    if found.open_until is not None:
        assert now < found.open_until
        assert not is_open(replace(found.playlist, until=found.open_until), found.open_until, tz)
    assert not found.playlist.windows or found.lapsed or found.window in found.playlist.windows

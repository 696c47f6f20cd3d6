"""What the play log says of a show whose frames are all seen: on a clock that the test keeps."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from player.core.model import Level, Playlist, Show, Window
from player.core.pacing import frame_index, frame_instant, next_frame
from player.core.playlog import ClockQuality, Ending, Record, Running, What
from player.core.rundown import Timetable
from player.core.units import DAY, Instant, seconds
from player.wall.layer import Trouble
from player.wall.playlog import News
from player.wall.plays import DARK, PlayTracker
from player.wall.stage import Stage
from tests.wall.studio import Studio
from tests.wall.test_stage import BLUE, GREEN, MONDAY, RED, item, playlist, show, stage_of

HOUR = seconds(3600)
AHEAD = 1_700_000_000_000_000
"""By how much the clock is ahead of the monotonic one at first."""


@dataclass
class Watched:
    """A stage with clips that are ready at once, and what the log is told of it."""

    shown: Show
    start: Instant = MONDAY
    quality: ClockQuality = ClockQuality.SYNCHRONISED
    records: list[Record] = field(default_factory=list)
    running: dict[str, Running] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stage: Stage = stage_of(self.shown, Studio(at_once=True))
        self.tracker = PlayTracker(lambda _at: self.quality)
        self.offset = AHEAD
        self.now = Instant(self.start - 1)

    def until(self, end: Instant) -> "Watched":
        """Tick as the loop does: at the next frame in which something is to be done."""
        now = Instant(self.now + 1)
        while now < end:
            shown = frame_instant(frame_index(now, 60), 60)
            if shown < now:
                shown = next_frame(now, 60)
            self.tick(shown)
            now = max(self.stage.next_look(shown), next_frame(shown, 60))
        self.now = Instant(end - 1)
        return self

    def tick(self, shown: Instant, jitter: int = 0) -> None:
        self.stage.tick(shown)
        self.hear(self.tracker.frame(self.stage, 7, shown, self.offset + jitter))

    def hear(self, news: Iterable[News]) -> None:
        for one in news:
            if one.record is not None:
                self.records.append(one.record)
            if one.place is not None:
                self.running.pop(one.place, None)
            if one.place is not None and one.running is not None:
                self.running[one.place] = one.running

    def set_clock(self, by: int) -> None:
        self.now, self.offset = Instant(self.now + by), self.offset + by

    def plays(self, zone: str = "main") -> list[Record]:
        return [record for record in self.records if record.what is What.PLAY and record.zone == zone]

    def whats(self) -> list[What]:
        return [record.what for record in self.records]


def busy_day() -> Show:
    """A day of a gate: hours, turns, a spot, something urgent, and a second zone."""
    hours = (Window(start=6 * 60, end=22 * 60),)
    lists: list[Playlist] = [
        playlist("exhibition", *(item(f"#0000{number:02X}", 8 + number % 5) for number in range(1, 40))),
        playlist("films", item(RED, 61.5), item(GREEN, 190)),
        playlist("spot", item(BLUE, 15), every=seconds(600)),
        playlist("urgent", item("#ABCDEF", 20), level=Level.PRIORITY, windows=(Window(start=9 * 60, end=9 * 60 + 30),)),
        playlist("below", item("#00FFFF", 33), zone="ticker", windows=(Window(start=7 * 60, end=20 * 60),)),
    ]
    return show(*lists, hours=hours)


def test_a_day_in_the_log_is_the_day_of_the_rundown_to_the_frame() -> None:
    wall = Watched(busy_day()).until(Instant(MONDAY + DAY))
    timetable = Timetable(wall.shown)
    frame = frame_instant(1, 60)
    for zone in ("main", "ticker"):
        segments = [one for one in timetable.segments(zone, MONDAY, Instant(MONDAY + DAY)) if one.item is not None]
        plays = wall.plays(zone)
        assert len(plays) == len(segments) > 100
        for play, segment in zip(plays, segments, strict=True):
            assert segment.item is not None
            assert play.item == segment.item.id
            assert 0 <= play.at - segment.start < frame
            assert abs(play.at + play.span - segment.end) <= frame
            whole = segment.offset + (segment.end - segment.start) >= segment.item.span
            assert (play.ending is Ending.COMPLETED) == whole
    dark = [record for record in wall.records if record.what is What.DARK]
    assert [(record.at, record.span) for record in dark] == [(MONDAY, 6 * HOUR)]
    assert wall.running.keys() == {DARK}
    assert wall.running[DARK].record.at == MONDAY + 22 * HOUR


def test_a_clock_set_back_two_hours_is_marked_and_nothing_lasts_less_than_no_time() -> None:
    noon, step = Instant(MONDAY + 12 * HOUR + seconds(3)), -2 * HOUR
    wall = Watched(busy_day(), Instant(MONDAY + 6 * HOUR)).until(noon)
    before = len(wall.records)
    wall.set_clock(step)
    wall.until(Instant(noon + step + 3 * HOUR))
    clock = [record for record in wall.records if record.what is What.CLOCK]
    assert [record.step for record in clock] == [step]
    assert 0 <= clock[0].at - noon < frame_instant(2, 60)
    assert all(record.span >= 0 for record in wall.records)
    cut = [record for record in wall.records[before:] if record.ending is Ending.CLOCK]
    assert {record.zone for record in cut} == {"main", "ticker"}
    # Every moment that went by is counted once: six hours and three seconds before, three hours after.
    lasted = sum(record.span for record in wall.plays())
    running = wall.now - wall.offset - wall.running["main"].since
    assert abs(lasted + running - 9 * HOUR - seconds(3)) < frame_instant(3, 60)


def test_a_clock_that_is_kept_gently_is_not_marked_and_jitter_changes_no_length() -> None:
    wall = Watched(show(playlist("a", item(RED, 10), item(GREEN, 10))))
    for frame in range(60 * 45):
        wall.offset += frame % 2
        wall.tick(frame_instant(frame_index(MONDAY, 60) + frame, 60), jitter=(frame * 7919) % 800 - 400)
    assert wall.whats() == [What.START, *[What.PLAY] * 4]
    assert all(abs(play.span - seconds(10)) < seconds(0.005) for play in wall.plays())
    still = Watched(show(playlist("a", item(RED, 10), item(GREEN, 10))))
    for frame in range(60 * 45):
        still.tick(frame_instant(frame_index(MONDAY, 60) + frame, 60), jitter=(frame * 7919) % 800 - 400)
    assert [play.span for play in still.plays()] == [seconds(10)] * 4


def test_why_a_play_was_not_completed() -> None:
    urgent = playlist("u", item(BLUE, 30), level=Level.EMERGENCY, windows=(Window(start=1, end=2),))
    wall = Watched(show(playlist("a", item(RED, 50), item(GREEN, 50)), urgent))
    wall.until(Instant(MONDAY + seconds(130)))
    assert [(play.title, play.ending) for play in wall.plays()] == [
        (RED, Ending.COMPLETED),
        (GREEN, Ending.CUT),
        (BLUE, Ending.COMPLETED),
        (BLUE, Ending.COMPLETED),
    ]
    wall.stage.adopt(show(playlist("a", item("#123456", 50))), wall.now)
    wall.until(Instant(wall.now + seconds(1)))
    assert wall.plays()[-1].ending is Ending.WITHDRAWN
    wall.hear(wall.tracker.stopped(7))
    assert [record.ending for record in wall.records[-2:]] == [Ending.STOPPED, None]
    assert wall.records[-1].what is What.STOP
    assert not wall.running


def test_what_could_not_be_shown_is_told_with_its_reason() -> None:
    wall = Watched(show(playlist("a", item(RED, 10), item(GREEN, 10))))
    wall.until(Instant(MONDAY + seconds(3)))
    trouble = Trouble("main", RED, RED, "broken " * 100, Instant(MONDAY + seconds(10)))
    wall.stage.layers[0].troubles.append(trouble)
    wall.hear(wall.tracker.faults([trouble], 7))
    wall.until(Instant(MONDAY + seconds(5)))
    assert [(record.what, record.zone, record.title) for record in wall.records[1:2]] == [(What.FAULT, "main", RED)]
    assert len(wall.records[1].reason) <= 300
    assert wall.plays()[0].ending is Ending.FAILED


def test_a_record_says_what_the_show_says() -> None:
    tagged = replace(item(RED, 10), tags=(("lang", "lo"), ("theme", "trade")))
    signed = playlist("a", tagged, tags=(("lang", "vi"), ("agency", "van-hoa")), signed=("bien-phong", "van-hoa"))
    wall = Watched(show(signed), Instant(MONDAY + seconds(4)), ClockQuality.FREE).until(Instant(MONDAY + seconds(11)))
    play = wall.plays()[0]
    assert play == Record(
        What.PLAY,
        Instant(MONDAY + seconds(4)),
        seconds(6),
        ClockQuality.FREE,
        7,
        "main",
        RED,
        RED,
        "picture",
        "0" * 64,
        "a",
        "test",
        "normal",
        (("agency", "van-hoa"), ("lang", "lo"), ("theme", "trade")),
        ("bien-phong", "van-hoa"),
        seconds(4),
        seconds(10),
        Ending.COMPLETED,
    )


def test_a_zone_that_leaves_the_show_ends_what_it_played() -> None:
    wall = Watched(show(playlist("a", item(RED, 50)), playlist("t", item(GREEN, 50), zone="ticker")))
    wall.until(Instant(MONDAY + seconds(5)))
    only = show(playlist("a", item(RED, 50)))
    wall.stage.adopt(replace(only, zones=only.zones[:1]), wall.now)
    wall.until(Instant(MONDAY + seconds(6)))
    assert [play.ending for play in wall.plays("ticker")] == [Ending.WITHDRAWN]
    assert wall.running.keys() == {"main"}

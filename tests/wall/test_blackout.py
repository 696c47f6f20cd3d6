"""A blackout on the stage and in the play log, on a clock that the test keeps."""

from pathlib import Path

from player.core.model import Level, Window
from player.core.playlog import BLACKOUT, Ending, What
from player.core.units import Instant, seconds
from player.library.blackout import Blackout, By, Switches
from player.wall.dimmer import AGAIN, Dimmer
from player.wall.plays import DARK
from player.wall.report import describe
from tests.wall.studio import Studio
from tests.wall.test_plays import HOUR, Watched
from tests.wall.test_stage import BLUE, GREEN, MONDAY, RED, Wall, after, item, playlist, show, stage_of

ON = Blackout(MONDAY, By.COMMAND, lasting=True)


def test_everything_is_black_emergencies_too_and_it_goes_on_in_mid_item() -> None:
    studio = Studio(at_once=True)
    urgent = playlist("u", item(BLUE, 30), level=Level.EMERGENCY, windows=(Window(start=1, end=2),))
    wall = Wall(stage_of(show(playlist("a", item(RED, 10), item(GREEN, 40)), urgent), studio))
    assert wall.at(12) == GREEN
    wall.stage.blackout = ON
    assert wall.at(12.02) == wall.at(70) == "#000000"
    assert wall.stage.tick(after(71)) == []
    assert all(clip.closed for clip in studio.opened)
    assert not wall.stage.open
    # Nothing is to be done before the plan changes, and nothing is opened for it.
    opened = len(studio.opened)
    assert wall.at(121) == "#000000"
    assert wall.stage.next_look(after(121)) >= after(125)
    wall.stage.adopt(show(playlist("a", item(RED, 10), item(GREEN, 40))), after(122))
    assert wall.at(123) == "#000000"
    assert len(studio.opened) == opened
    wall.stage.blackout = None
    assert wall.at(124) == GREEN
    assert studio.opened[-1].begin == after(110)
    assert wall.at(150.1) == RED


def test_the_status_says_it_first() -> None:
    stage = stage_of(show(playlist("a", item(RED, 10))), Studio(at_once=True))
    stage.blackout = ON
    stage.tick(after(1))
    said = describe(stage, None, after(1))
    assert next(iter(said)) == "blackout"
    assert said["blackout"] == {"since": "2026-11-23T00:00:00.000Z", "by": "command", "lasting": True}
    assert said["open"] is False


def test_the_log_tells_a_blackout_from_a_dark_night() -> None:
    hours = (Window(start=6 * 60, end=22 * 60),)
    wall = Watched(show(playlist("a", item(RED, 50), item(GREEN, 50)), hours=hours), Instant(MONDAY + 21 * HOUR))
    begin = Instant(MONDAY + 21 * HOUR)
    wall.until(Instant(begin + seconds(70)))
    wall.stage.blackout = ON
    wall.tick(Instant(begin + seconds(70)))
    # Through closing time, and a part of the night.
    wall.until(Instant(begin + 2 * HOUR))
    assert wall.running[DARK].record.reason == BLACKOUT
    wall.stage.blackout = None
    wall.tick(Instant(begin + 2 * HOUR))
    wall.until(Instant(MONDAY + 30 * HOUR + seconds(1)))
    dark = [(one.reason, one.span) for one in wall.records if one.what is What.DARK]
    assert dark == [(BLACKOUT, 2 * HOUR - seconds(70)), ("", 7 * HOUR)]
    assert [(play.title, play.ending, play.span) for play in wall.plays()][:2] == [
        (RED, Ending.COMPLETED, seconds(50)),
        (GREEN, Ending.BLACKOUT, seconds(20)),
    ]
    assert DARK not in wall.running


def test_one_switched_on_at_night_ends_the_night() -> None:
    hours = (Window(start=6 * 60, end=22 * 60),)
    wall = Watched(show(playlist("a", item(RED, 50)), hours=hours), Instant(MONDAY + 23 * HOUR))
    wall.until(Instant(MONDAY + 24 * HOUR))
    wall.stage.blackout = ON
    wall.tick(Instant(MONDAY + 24 * HOUR))
    wall.until(Instant(MONDAY + 31 * HOUR))
    wall.stage.blackout = None
    wall.tick(Instant(MONDAY + 31 * HOUR))
    dark = [(one.reason, one.span) for one in wall.records if one.what is What.DARK]
    assert dark == [("", HOUR), (BLACKOUT, 7 * HOUR)]
    assert wall.running.keys() == {"main"}


def test_the_wall_asks_now_and_then_until_it_lasts(tmp_path: Path) -> None:
    switches = Switches(tmp_path, tmp_path / "run")
    stage = stage_of(show(playlist("a", item(RED, 10))), Studio(at_once=True))
    dimmer, asked = Dimmer(switches), []
    assert not dimmer.look(stage)
    switches.touch()
    assert dimmer.look(stage)
    for tenth in range(100):
        dimmer.see_to(stage.blackout, after(tenth / 10), lambda: asked.append(1))
    assert len(asked) == seconds(10) // AGAIN
    switches.make_last()
    assert not dimmer.look(stage)
    dimmer.see_to(stage.blackout, after(60), lambda: asked.append(1))
    assert len(asked) == 2
    switches.switch_off()
    assert dimmer.look(stage)
    assert stage.blackout is None

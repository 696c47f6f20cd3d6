"""The display: opened anew, it is as bright as it was, from its first picture on."""

from player.core.geometry import Rect, Size
from player.core.light import STEPS, Light, Turn, step_of
from player.core.mapping import Mapping, Patch
from player.core.model import Level
from player.core.units import SECOND, Instant, Span
from player.library.wallsettings import WallSettings, zone_of
from player.wall.display import Display
from player.wall.lamp import Lamp
from player.wall.screen import OFFSCREEN, Screen

NIGHT = Light((Turn(0.25, 0),))
NOW = Instant(1_790_000_000 * SECOND)


def offscreen(_output: str, canvas: Size, mapping: Mapping) -> Screen:
    return Screen(OFFSCREEN, canvas, mapping)


def test_a_screen_that_is_opened_anew_is_as_bright_as_the_one_before() -> None:
    settings = WallSettings(light=NIGHT, output=OFFSCREEN)
    lamp = Lamp(NIGHT, zone_of(settings), lambda _now: None)
    display = Display(offscreen, Size(320, 180), settings, lamp)
    assert display.screen.step == STEPS
    display.light(NOW, Span(0), Level.NORMAL)
    dimmed = step_of(NIGHT.code(0.25))
    assert display.screen.step == dimmed < STEPS
    display.redraw = False

    turned = WallSettings(light=NIGHT, output=OFFSCREEN, mapping=(Patch(Rect(0, 0, 320, 180), 0, 0, 180),))
    display.follow(turned, 60, gently=True)
    assert (display.screen.mapping, display.screen.step, display.redraw) == (turned.mapping, dimmed, True)
    display.open(Size(640, 360), 60)
    assert (display.screen.canvas, display.screen.step) == (Size(640, 360), dimmed)

"""Animated pictures, shown as films."""

import pytest
from PIL import Image

from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import Span
from player.media.animation import Animation
from player.media.reel import open_reel
from tests.media.media import barcode, made, read_number

SIZE = Size(280, 60)
ENDINGS = ("gif", "webp", "png", "avif")


def animated(name: str, spans: list[int], **how: object) -> str:
    """Numbered pictures, each up for so many milliseconds."""
    pictures = [Image.frombytes("L", SIZE, barcode(number, SIZE)) for number in range(len(spans))]
    return made(
        name,
        lambda path: pictures[0].save(
            path, save_all=True, append_images=pictures[1:], duration=spans, loop=0, **how  # type: ignore[arg-type]
        ),
    )  # fmt: skip


def watch(path: str, most: int = 100, **how: object) -> list[tuple[int, int]]:
    """Milliseconds and number of each picture."""
    pixels = bytearray(SIZE.width * SIZE.height * 4)
    reel = open_reel(path, SIZE, Fit.STRETCH, Surround.PLAIN, **how)  # type: ignore[arg-type]
    assert isinstance(reel, Animation)
    seen: list[tuple[int, int]] = []
    while len(seen) < most and (at := reel.next_frame(memoryview(pixels))) is not None:
        seen.append((at // 1000, read_number(pixels, SIZE)))
        assert all(alpha == 255 for alpha in pixels[3::4])
    assert reel.next_sound(Span(1)) is None
    reel.close()
    return seen


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_picture_for_its_own_time(ending: str) -> None:
    path = animated(f"moving.{ending}", [100, 300, 50, 200])

    assert watch(path) == [(0, 0), (100, 1), (400, 2), (450, 3)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_resumes_and_loops(ending: str) -> None:
    path = animated(f"moving.{ending}", [100, 300, 50, 200])

    seen = watch(path, 6, loop=True, offset=Span(2 * 650_000 + 399_000))
    assert seen == [(1400, 1), (1700, 2), (1750, 3), (1950, 0), (2050, 1), (2350, 2)]


def test_the_last_picture_is_up_beyond_the_end() -> None:
    assert watch(animated("moving.gif", [100, 300, 50, 200]), offset=Span(5_000_000)) == [(450, 3)]


def test_a_gif_in_a_hurry_is_shown_as_browsers_do() -> None:
    assert watch(animated("hurry.gif", [10, 10, 20])) == [(0, 0), (100, 1), (200, 2)]


def test_a_picture_meant_for_other_programs_is_not_shown() -> None:
    assert watch(animated("hidden.png", [0, 100, 100], default_image=True)) == [(0, 1), (100, 2)]

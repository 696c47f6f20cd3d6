"""Real films and animated pictures that flash, and many that do not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.flashes import Stretch, too_much
from player.core.geometry import Size
from player.core.units import seconds
from player.media.flicker import Findings, Watch
from tests.media.media import FAST, ffmpeg, made, remade

RATE = 60
SIZE = Size(160, 90)
BLACK, WHITE, RED, GREY = (0, 0, 0), (255, 255, 255), (255, 0, 0), (128, 128, 128)
Colour = tuple[int, int, int]


def watched(path: str) -> Findings:
    watch = Watch(path)
    try:
        found = watch.step(120.0)
        assert found is not None
        return found
    finally:
        watch.close()


def bad(path: str, share: float = 0.25) -> list[Stretch]:
    return too_much(watched(path).stretches, share)


def patch(colour: Colour, share: float, ground: Colour = GREY) -> bytes:
    """A picture whose left `share` is of a colour."""
    image = Image.new("RGB", SIZE, ground)
    image.paste(colour, (0, 0, round(SIZE.width * share), SIZE.height))
    return image.tobytes()


def kept(name: str, make: Callable[[Path], object]) -> str:
    """The path of a file of these tests: others have films of the same names."""
    return made(f"flicker-{name}", make)


def film(name: str, picture: Callable[[float], bytes], length: float = 3.0, rate: int = RATE) -> str:
    """A film of what `picture` is at each moment."""

    def make(path: Path) -> None:
        inputs = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE.width}x{SIZE.height}", "-r", str(rate)]
        pictures = b"".join(picture(number / rate) for number in range(round(length * rate)))
        ffmpeg(*inputs, "-i", "-", *FAST, str(path), pictures=pictures)

    return kept(name, make)


def strobe(
    hertz: float, *, share: float = 1.0, light: Colour = WHITE, dark: Colour = BLACK, length: float = 3.0
) -> str:
    pictures = [patch(colour, share) for colour in (dark, light)]
    name = f"strobe-{hertz}-{share}-{light}-{dark}-{length}.mp4"
    return film(name, lambda at: pictures[int(2 * hertz * at + 1e-6) % 2], length)


def test_a_strobe_is_found_and_told() -> None:
    [found] = bad(strobe(10.0))
    assert found.rate == pytest.approx(10, abs=0.5)
    assert (found.share, found.red) == (1.0, False)
    assert found.start < seconds(0.2)
    assert found.end > seconds(2.8)


@pytest.mark.parametrize(("hertz", "is_bad"), [(2.9, False), (3.4, True)])
def test_three_flashes_a_second_are_the_limit(hertz: float, is_bad: bool) -> None:
    assert bool(bad(strobe(hertz))) is is_bad


def test_a_fifth_of_the_picture_may_flash_of_a_whole_canvas_but_not_of_a_larger_one() -> None:
    path = strobe(10.0, share=0.2)
    assert not bad(path)
    [found] = bad(path, 0.15)
    assert found.share == pytest.approx(0.2, abs=0.03)


def test_red_and_black() -> None:
    assert bad(strobe(5.0, light=RED))


def test_red_and_a_green_just_as_light() -> None:
    [found] = bad(strobe(5.0, light=RED, dark=(0, 148, 0)))
    assert found.red


def test_a_strobe_that_begins_in_the_middle_of_a_second() -> None:
    [black, white] = [patch(colour, 1.0) for colour in (BLACK, WHITE)]
    path = film("late.mp4", lambda at: white if 1.6 <= at < 2.8 and int(at * 16) % 2 else black, 4.0)
    [found] = bad(path)
    assert seconds(1.5) < found.start < seconds(1.8)
    assert seconds(2.5) < found.end < seconds(2.9)
    assert found.rate == pytest.approx(8, abs=0.5)


@pytest.mark.parametrize("what", ["fade", "cuts", "noise", "moving"])
def test_what_does_not_flash(what: str) -> None:
    sources = {
        "fade": "color=white:s=160x90:r=30:d=4,fade=in:0:40,fade=out:60:40",
        "cuts": "color=white:s=160x90:r=30:d=4,geq=lum='40+170*mod(floor(T/0.6),2)':cb=128:cr=128",
        "noise": "nullsrc=s=320x180:r=30:d=3,geq=random(1)*255:128:128",
        "moving": "testsrc2=s=320x180:r=30:d=3",
    }
    path = kept(f"{what}.mp4", lambda place: ffmpeg("-f", "lavfi", "-i", sources[what], *FAST, str(place)))
    assert not bad(path)


def test_a_film_of_uneven_pictures_is_judged_by_their_times() -> None:
    quick = strobe(10.0)
    # Stretched to a fifth of its speed, and with the times of a camera that drops pictures.
    slow = remade("flicker-slow.mkv", quick, "-vf", "setpts=5*PTS", "-fps_mode", "vfr", *FAST)
    uneven = remade(
        "flicker-uneven.mkv",
        quick,
        "-vf",
        "select='not(eq(mod(n,7),3))',setpts=PTS+0.004/TB*mod(N\\,3)",
        "-fps_mode",
        "vfr",
        *FAST,
    )
    assert not bad(slow)
    [found] = bad(uneven)
    assert found.rate == pytest.approx(10, abs=1.0)


def test_a_film_on_its_side_flashes_as_well() -> None:
    turned = remade("flicker-turned.mp4", strobe(10.0), "-vf", "transpose=1", *FAST)
    found = watched(turned)
    assert (found.size, bool(too_much(found.stretches, 0.25))) == (Size(90, 160), True)


@pytest.mark.parametrize(("milliseconds", "is_bad"), [(60, True), (300, False)])
@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_two_pictures_that_take_turns_for_ever(ending: str, milliseconds: int, is_bad: bool) -> None:
    def make(path: Path) -> None:
        pictures = [Image.new("RGB", (64, 48), colour) for colour in (BLACK, WHITE)]
        pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, lossless=True)

    found = bad(kept(f"turns-{milliseconds}.{ending}", make))
    assert bool(found) is is_bad
    if is_bad:
        assert found[0].end <= seconds(2 * milliseconds / 1000)
        assert found[0].rate == pytest.approx(500 / milliseconds, abs=0.5)


def test_it_is_watched_a_little_at_a_time() -> None:
    watch = Watch(strobe(10.0, length=6.0))
    seen, steps = [], 0
    while (found := watch.step(0.0)) is None:
        seen.append(watch.position)
        steps += 1
    watch.close()
    assert steps == 6 * RATE
    assert seen == sorted(seen)
    assert found.stretches == watched(strobe(10.0, length=6.0)).stretches


def test_what_cannot_be_read_is_refused() -> None:
    path = kept("nothing.mp4", lambda place: place.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(4000)))
    with pytest.raises(ContentFault):
        watched(path)

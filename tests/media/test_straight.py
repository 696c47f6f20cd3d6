"""Pictures converted straight into the wall's memory: the same as by PyAV, bit for bit, and nothing beside them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.media import canvas
from player.media.film import Film
from tests.media.media import ffmpeg, made

SIZE = Size(320, 180)
GUARD = 4096
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12")
PLAIN = ("-pix_fmt", "yuv420p")


def tags(matrix: str, levels: str, pixels: str = "yuv420p") -> tuple[str, ...]:
    scale = f"scale=out_color_matrix={matrix}:out_range={levels},format={pixels}"
    return ("-vf", scale, "-colorspace", matrix, "-color_range", levels)


KINDS = {
    "untold.mp4": (*H264, *PLAIN),
    "bt601.mp4": (*H264, *tags("smpte170m", "tv")),
    "bt709.mp4": (*H264, *tags("bt709", "tv")),
    "bt709-full.mp4": (*H264, *tags("bt709", "pc", "yuvj420p")),
    "bt2020.mp4": (*H264, *tags("bt2020nc", "tv")),
    "interlaced.mpg": (
        "-vf",
        "tinterlace=interleave_top,setfield=tff",
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ilme",
        *PLAIN,
    ),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", *PLAIN),
    "motion.mov": ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"),
}
OTHERS = {
    "ten-bits.mp4": (*H264, "-pix_fmt", "yuv420p10le"),
    "444.mp4": (*H264, "-pix_fmt", "yuv444p"),
}


def colourful(name: str, coding: tuple[str, ...], size: Size = SIZE) -> str:
    source = f"testsrc2=size={size.width}x{size.height}:rate=25,noise=alls=40:allf=t:all_seed=7"
    return made(
        f"colourful-{size.width}-{name}",
        lambda path: ffmpeg("-f", "lavfi", "-i", source, "-t", "0.4", *coding, str(path)),
    )


def pictures(path: str, zone: Size, fit: Fit = Fit.CONTAIN) -> tuple[list[bytes], bool]:
    """All of a film's, and whether the last of them came straight."""
    # Aligned as shared memory is.
    pixels = bytearray(GUARD + zone.width * zone.height * 4 + GUARD)
    target = memoryview(pixels)[GUARD:-GUARD]
    reel = Film(path, zone, fit, Surround.PLAIN, background="#102030")
    seen = []
    while reel.next_frame(target) is not None:
        seen.append(bytes(target))
    reel.close()
    assert not any(pixels[:GUARD]), "something was written before the picture"
    assert not any(pixels[-GUARD:]), "something was written behind the picture"
    return seen, reel._canvas._straight is not None


def compare(path: str, zone: Size, fit: Fit, monkeypatch: pytest.MonkeyPatch) -> bool:
    seen, straight = pictures(path, zone, fit)
    with monkeypatch.context() as patch:
        patch.setattr(canvas, "serves", lambda *_: False)
        assert pictures(path, zone, fit) == (seen, False)
    assert len(seen) >= 5
    return straight


@pytest.mark.parametrize("name", KINDS)
def test_they_are_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare(colourful(name, KINDS[name]), SIZE, Fit.CONTAIN, monkeypatch)


@pytest.mark.parametrize("zone", [Size(320, 240), Size(512, 180), Size(240, 180)])
def test_they_are_the_same_within_a_surround_and_where_they_are_cut(
    zone: Size, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = Fit.COVER if zone.width < SIZE.width else Fit.CONTAIN
    assert compare(colourful("untold.mp4", KINDS["untold.mp4"]), zone, fit, monkeypatch)


@pytest.mark.parametrize("name", ["bt709.mp4", "bt709-full.mp4", "interlaced.mpg"])
@pytest.mark.parametrize("zone", [Size(640, 360), Size(800, 360)])
def test_they_are_the_same_when_they_are_enlarged(name: str, zone: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare(colourful(name, KINDS[name]), zone, Fit.CONTAIN, monkeypatch)


def test_an_enlarged_picture_is_what_one_step_would_make_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In brightness, that is: of colour there is half as much, as in any film of the zone's size."""
    path, zone = colourful("bt709.mp4", KINDS["bt709.mp4"]), Size(640, 360)
    seen, _straight = pictures(path, zone)
    with monkeypatch.context() as patch:
        patch.setattr(canvas, "_is_to_be_enlarged", lambda *_: False)
        whole, _straight = pictures(path, zone)
    for one, other in zip(seen, whole, strict=True):
        assert np.abs(_luma(one) - _luma(other)).mean() < 2


def _luma(picture: bytes) -> NDArray[np.float64]:
    blue, green, red, _alpha = np.frombuffer(picture, np.uint8).reshape(-1, 4).astype(float).T
    found: NDArray[np.float64] = 0.0722 * blue + 0.7152 * green + 0.2126 * red
    return found


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds_go_the_long_way(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not compare(colourful(name, OTHERS[name]), SIZE, Fit.CONTAIN, monkeypatch)


@pytest.mark.parametrize("zone", [Size(160, 90), Size(300, 180), Size(324, 180)])
def test_other_sizes_and_uneven_rows_go_the_long_way(zone: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not compare(colourful("untold.mp4", KINDS["untold.mp4"]), zone, Fit.CONTAIN, monkeypatch)


def test_a_film_in_an_odd_size_goes_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    size = Size(330, 182)
    assert not compare(colourful("untold.mp4", KINDS["untold.mp4"], size), size, Fit.CONTAIN, monkeypatch)

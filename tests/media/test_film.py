"""Films: every picture in its order and time, whatever the file is like."""

import struct

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import SECOND, Span, seconds
from player.media.film import Film
from player.media.reel import open_reel
from tests.media.media import FAST, changed, ffmpeg, film, made, read_number, remade

ZONE = Size(280, 210)
H264 = ("-c:v", "libx264", "-preset", "ultrafast")


class Viewer:
    """Watches a film and reads the numbers of its pictures."""

    def __init__(self, path: str, size: Size = ZONE, fit: Fit = Fit.STRETCH, **how: object) -> None:
        self.size = size
        self.pixels = bytearray(size.width * size.height * 4)
        self.film = Film(path, size, fit, Surround.PLAIN, **how)  # type: ignore[arg-type]

    def next(self) -> tuple[Span, int] | None:
        """When the next picture is up, and its number."""
        at = self.film.next_frame(memoryview(self.pixels))
        return None if at is None else (at, read_number(self.pixels, self.size))

    def rest(self, most: int = 10_000) -> list[tuple[Span, int]]:
        seen: list[tuple[Span, int]] = []
        while len(seen) < most and (found := self.next()) is not None:
            seen.append(found)
        self.film.close()
        return seen

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Red, green and blue."""
        start = (y * self.size.width + x) * 4
        blue, green, red, alpha = self.pixels[start : start + 4]
        assert alpha == 255
        return red, green, blue


def expected(frames: int, rate: int = 25, first: int = 0) -> list[tuple[Span, int]]:
    return [(Span(n * SECOND // rate), n) for n in range(first, frames)]


CODINGS = {
    "h264.mp4": FAST,
    "h264.mkv": FAST,
    "h264.ts": FAST,
    "h264.avi": (*H264, "-bf", "0"),
    "h264.flv": FAST,
    "422-10.mp4": (*H264, "-pix_fmt", "yuv422p10le"),
    "444.mp4": (*H264, "-pix_fmt", "yuv444p"),
    "hevc.mp4": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p"),
    "hevc10.mkv": (
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "log-level=error",
        "-pix_fmt",
        "yuv420p10le",
    ),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"),
    "vp9-alpha.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuva420p"),
    "vp8.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"),
    "av1.mp4": ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p"),
    "mpeg2.mpg": ("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-pix_fmt", "yuv420p"),
    "mpeg2.ts": ("-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-pix_fmt", "yuv420p"),
    "mpeg4.avi": ("-c:v", "mpeg4", "-q:v", "3", "-bf", "2"),
    "wmv2.wmv": ("-c:v", "wmv2", "-q:v", "3"),
    "prores.mov": ("-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"),
    "motion.mov": ("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"),
    "theora.ogv": ("-c:v", "libtheora", "-q:v", "8"),
}


@pytest.mark.parametrize("name", CODINGS)
def test_every_picture_comes_once_in_order_and_on_time(name: str) -> None:
    viewer = Viewer(film(name, frames=30, coding=CODINGS[name]))

    assert viewer.film.natural == pytest.approx(30 * SECOND / 25, abs=2000)
    seen = viewer.rest()

    assert [number for _, number in seen] == list(range(30))
    assert [at for at, _ in seen] == pytest.approx([at for at, _ in expected(30)], abs=1100)


@pytest.mark.parametrize("name", CODINGS)
def test_a_film_resumes_at_the_very_picture(name: str) -> None:
    path = film(name, frames=30, coding=CODINGS[name])

    seen = Viewer(path, offset=seconds(0.73)).rest()

    assert [number for _, number in seen] == list(range(18, 30))
    assert seen[0][0] == pytest.approx(0.72 * SECOND, abs=1100)


@pytest.mark.parametrize("offset", [0, 1, 39_999, 40_000, 40_001, 479_999, 480_000, 1_960_000, 1_999_999])
def test_the_first_picture_is_the_one_up_at_the_offset(offset: int) -> None:
    found = Viewer(film("h264-long.mp4", frames=50), offset=Span(offset)).next()

    assert found == (offset // 40_000 * 40_000, offset // 40_000)


def test_a_resumed_film_shows_the_same_pixels() -> None:
    path = film("h264-long.mp4", frames=50)
    through = Viewer(path)
    while (found := through.next()) and found[1] < 33:
        pass
    resumed = Viewer(path, offset=Span(33 * 40_000))
    resumed.next()

    assert resumed.pixels == through.pixels


def test_a_film_that_loops_counts_on() -> None:
    path = film("h264.mp4", frames=30, coding=FAST)

    seen = Viewer(path, loop=True).rest(75)

    assert [number for _, number in seen] == [*range(30), *range(30), *range(15)]
    assert [at for at, _ in seen] == [n * 40_000 for n in range(75)]


def test_a_film_resumes_in_a_later_loop() -> None:
    seen = Viewer(film("h264.mp4", frames=30, coding=FAST), loop=True, offset=seconds(1.2 * 3 + 0.5)).rest(20)

    assert seen[0] == (seconds(1.2 * 3 + 0.48), 12)
    assert [number for _, number in seen] == [*range(12, 30), 0, 1]


def test_without_a_loop_the_last_picture_is_up_beyond_the_end() -> None:
    assert Viewer(film("h264.mp4", frames=30, coding=FAST), offset=seconds(9)).rest() == [(Span(29 * 40_000), 29)]


def test_a_length_known_before_is_taken() -> None:
    seen = Viewer(film("h264.mp4", frames=30, coding=FAST), loop=True, natural=seconds(0.4)).rest(25)

    assert [number for _, number in seen] == [*range(10), *range(10), *range(5)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_film_from_a_turned_phone_is_upright(degrees: int) -> None:
    """A phone stores what its sensor saw, and by how much to turn it back (here, counterclockwise)."""
    source = film("h264.mp4", frames=30, coding=FAST)
    path = remade(f"turned{degrees}.mp4", source, "-c", "copy", "-metadata:s:v", f"rotate={degrees}")
    size = ZONE if degrees == 180 else Size(210, 280)
    pixels = bytearray(size.width * size.height * 4)
    reel = Film(path, size, Fit.STRETCH, Surround.PLAIN, offset=seconds(0.2))
    reel.next_frame(memoryview(pixels))
    reel.close()

    unturned = Image.frombytes("RGBA", size, bytes(pixels)).rotate(-degrees, expand=True)
    assert read_number(unturned.tobytes(), Size(*unturned.size)) == 5


def test_pixels_that_are_not_square_are_drawn_wide() -> None:
    """PAL widescreen: 720 x 576 pixels that are shown as 16:9."""
    path = film("wide.mp4", frames=5, size=Size(720, 576), coding=(*FAST, "-aspect", "16:9"))
    viewer = Viewer(path, Size(420, 420), Fit.CONTAIN)
    viewer.next()

    assert viewer.pixel(10, 210) != (0, 0, 0)
    dark = [y for y in range(420) if viewer.pixel(10, y) == (0, 0, 0)]
    assert len(dark) == pytest.approx(420 - 420 * 9 / 16, abs=2)


def test_a_film_of_variable_rate_keeps_its_times() -> None:
    source = film("h264-long.mp4", frames=50)
    path = remade("variable.mkv", source, "-vf", "select='not(between(n,10,29))'", "-vsync", "vfr", *FAST)
    seen = Viewer(path).rest()

    assert [number for _, number in seen] == [*range(10), *range(30, 50)]
    assert [at for at, _ in seen] == pytest.approx([n * 40_000 for _, n in seen], abs=1100)
    assert Viewer(path, offset=seconds(0.9)).next() == (360_000, 9)


def test_an_interlaced_film_is_made_whole() -> None:
    """Two pictures in the lines of one: the lines of the second must not comb the first."""
    coding = (
        "-vf",
        "tinterlace=interleave_top,setfield=tff",
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ilme+ildct",
        "-q:v",
        "2",
    )
    path = film("interlaced.mpg", frames=60, rate=50, coding=(*coding, "-pix_fmt", "yuv420p"))
    viewer = Viewer(path, Size(320, 240))
    seen = []
    while (at := viewer.film.next_frame(memoryview(viewer.pixels))) is not None:
        combs = sum(abs(viewer.pixel(150, y)[0] - viewer.pixel(150, y + 1)[0]) > 100 for y in range(60, 180))
        assert combs <= 2
        seen.append(at)

    assert seen == pytest.approx([n * 40_000 for n in range(30)], abs=1100)


def test_odd_sizes() -> None:
    path = film("odd.mp4", frames=20, size=Size(321, 241), coding=(*H264, "-pix_fmt", "yuv444p"))
    for size in (Size(321, 241), Size(283, 177), Size(641, 477)):
        assert [number for _, number in Viewer(path, size, Fit.COVER).rest()] == list(range(20))


def test_cover_crops_the_middle() -> None:
    path = film("h264.mp4", frames=30, coding=FAST)
    viewer = Viewer(path, Size(280, 60), Fit.COVER)

    assert [number for _, number in viewer.rest()] == list(range(30))


def test_contain_leaves_the_surround_plain() -> None:
    viewer = Viewer(film("h264.mp4", frames=30, coding=FAST), Size(480, 210), Fit.CONTAIN, background="#102030")
    viewer.film.next_frame(memoryview(viewer.pixels))

    assert viewer.pixel(99, 0) == viewer.pixel(381, 209) == (0x10, 0x20, 0x30)
    assert viewer.pixel(105, 105)[0] > 150


def test_the_blurred_surround_is_the_films_own() -> None:
    size = Size(480, 210)
    pixels = bytearray(size.width * size.height * 4)
    reel = Film(film("h264.mp4", frames=30, coding=FAST), size, Fit.CONTAIN, Surround.BLUR)
    reel.next_frame(memoryview(pixels))
    reel.close()

    edge = [pixels[(105 * size.width + x) * 4] for x in range(0, 95, 5)]
    assert max(edge) - min(edge) < 110
    assert 20 < sum(edge) / len(edge) < 130
    assert all(alpha == 255 for alpha in pixels[3::4])


COLOURS = {
    "hd-bt709": (Size(1280, 720), "bt709", "tv", True),
    "sd-bt601": (Size(320, 240), "smpte170m", "tv", True),
    "hd-untold": (Size(1280, 720), "bt709", "tv", False),
    "sd-untold": (Size(320, 240), "smpte170m", "tv", False),
    "hd-full": (Size(1280, 720), "bt709", "pc", True),
}


@pytest.mark.parametrize("name", COLOURS)
def test_colours_are_those_that_were_filmed(name: str) -> None:
    size, matrix, levels, told = COLOURS[name]
    tags = (
        ("-colorspace", matrix, "-color_range", levels) if told else ("-bsf:v", "h264_metadata=matrix_coefficients=2")
    )
    scale = f"scale=out_color_matrix={matrix}:out_range={levels},format=yuv444p"

    def make(colour: str) -> str:
        source = f"color=0x{colour}:s={size.width}x{size.height}:r=25:d=0.2"
        return made(
            f"{name}-{colour}.mp4",
            lambda path: ffmpeg("-f", "lavfi", "-i", source, "-vf", scale, *H264, "-crf", "4", *tags, str(path)),
        )

    for colour in ("C81E28", "1EB43C", "283CC8", "FFFFFF", "000000"):
        viewer = Viewer(make(colour), Size(64, 36))
        viewer.film.next_frame(memoryview(viewer.pixels))
        want = tuple(int(colour[n : n + 2], 16) for n in (0, 2, 4))
        assert viewer.pixel(32, 18) == pytest.approx(want, abs=4), colour


def test_broken_pictures_in_the_middle_are_left_out() -> None:
    source = film("h264-long.ts", frames=100, coding=FAST)

    def scratch(data: bytes) -> bytes:
        middle = len(data) // 2
        return data[:middle] + bytes(len(data) // 20) + data[middle + len(data) // 20 :]

    seen = Viewer(changed("scratched.ts", source, scratch)).rest()
    numbers = [number for _, number in seen]

    assert numbers[:40] == list(range(40))
    assert numbers[-30:] == list(range(70, 100))
    assert numbers == sorted(numbers)


def test_a_header_that_promises_hours_is_not_believed() -> None:
    source = film("h264.mkv", frames=30, coding=FAST)

    def lie(data: bytes) -> bytes:
        at = data.index(b"\x44\x89\x88") + 3  # Matroska's Duration, a float of 8 bytes in milliseconds
        return data[:at] + struct.pack(">d", 5 * 3600 * 1000.0) + data[at + 8 :]

    viewer = Viewer(changed("lying.mkv", source, lie))

    assert viewer.film.natural == pytest.approx(1.2 * SECOND, abs=1100)
    assert len(viewer.rest()) == 30


def test_a_film_that_begins_late_on_its_clock_begins_at_zero() -> None:
    source = film("h264.mp4", frames=30, coding=FAST)
    for path in (
        remade("late.mkv", source, "-c", "copy", "-output_ts_offset", "7"),
        remade("cut-in.mp4", source, "-ss", "0.24", "-c", "copy"),
    ):
        seen = Viewer(path).rest()
        assert seen[0][0] == 0
        assert seen[-1][1] == 29


def test_a_stray_picture_track_is_not_the_film() -> None:
    """Only sound and the cover of the album."""
    song = film("with-sound.mp4", frames=50, coding=(*FAST, "-c:a", "aac"), sound=True)
    path = remade(
        "song.m4a",
        song,
        "-map", "0:a", "-map", "0:v", "-c:a", "copy", "-c:v", "png", "-frames:v", "1", "-disposition:v", "attached_pic",
    )  # fmt: skip
    with pytest.raises(ContentFault, match="only sound"):
        Film(path, ZONE, Fit.COVER, Surround.PLAIN)


def test_a_huge_film_is_refused() -> None:
    path = film("huge.mp4", frames=2, size=Size(5000, 2400), coding=(*H264, "-pix_fmt", "yuv420p"))
    with pytest.raises(ContentFault, match="5000 x 2400"):
        open_reel(path, ZONE, Fit.COVER, Surround.PLAIN)

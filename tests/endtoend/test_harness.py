"""The harness itself: what it records is what was shown."""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.endtoend.barcode import BLOCKS, Code, draw_code, probes, read_code
from tests.endtoend.daemon import environment
from tests.endtoend.films import RATE, beeps_in, make_film, make_picture
from tests.endtoend.processes import descendants
from tests.endtoend.recorder import ROOT, Reading, Recorder, Recording, row
from tests.endtoend.turns import bare, longest_standstill, of_the_show, torn, turns
from tests.endtoend.xserver import Pixels, XServer


def _strips(picture: Pixels) -> tuple[Code | None, Code | None]:
    height, width = picture.shape[:2]
    rows, columns = probes(width, height)
    pixels = picture[rows, columns]
    return read_code(pixels[:BLOCKS]), read_code(pixels[BLOCKS:])


@given(st.integers(0, 255), st.integers(0, 65535))
def test_a_code_drawn_is_the_code_read(item: int, number: int) -> None:
    picture = np.full((90, 160, 3), 128, np.uint8)
    draw_code(picture, Code(item, number))
    assert _strips(picture) == (Code(item, number), Code(item, number))


@pytest.mark.parametrize("level", [0, 11, 128, 255])
def test_a_bare_screen_is_no_code(level: int) -> None:
    assert read_code(np.full((BLOCKS, 3), level, np.uint8)) is None


@given(st.integers(0, 255), st.integers(0, 65535), st.integers(0, BLOCKS - 1))
def test_a_code_with_a_block_wrong_is_no_code(item: int, number: int, block: int) -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    draw_code(picture, Code(item, number))
    rows, columns = probes(160, 90)
    pixels = picture[rows, columns][:BLOCKS]
    pixels[block] = 255 - pixels[block]
    assert read_code(pixels) is None


def test_codes_survive_film_and_scaling(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mp4", item=200, frames=40, size=(640, 360))
    with av.open(str(film)) as opened:
        frames = [
            np.asarray(frame.to_ndarray(format="rgb24", width=320, height=180), np.uint8)
            for frame in opened.decode(video=0)
        ]
    assert [_strips(frame) for frame in frames] == [(Code(200, n), Code(200, n)) for n in range(40)]


def test_codes_survive_jpeg(tmp_path: Path) -> None:
    with Image.open(make_picture(tmp_path / "still.jpg", item=3, number=9)) as picture:
        assert _strips(np.asarray(picture, np.uint8)) == (Code(3, 9), Code(3, 9))


def test_beeps_begin_with_their_frames(tmp_path: Path) -> None:
    film = make_film(tmp_path / "beeps.mp4", item=1, frames=90, fps=30, beeps=frozenset({15, 60}))
    with av.open(str(film)) as opened:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in opened.decode(audio=0)])
        begun = opened.streams.audio[0].start_time
    found = beeps_in((sound * 32767).astype(np.int16))
    assert begun == 0
    assert np.array(found) / RATE == pytest.approx([15 / 30, 60 / 30], abs=0.03)


def _record_drawer(screen: XServer, folder: Path, *arguments: str) -> tuple[Recording, Recording, Pixels]:
    """The codes, the middle row, and the last picture of what the drawer drew."""
    command = [sys.executable, "-m", "tests.endtoend.drawer", *arguments]
    env = environment(screen.display, {"SDL_FRAMEBUFFER_ACCELERATION": "0", "PYGAME_HIDE_SUPPORT_PROMPT": "1"})
    with (
        Recorder(screen, folder / "codes") as codes,
        Recorder(screen, folder / "row", row(90, 0, 320)) as crawl,
        subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as drawer,
    ):
        assert drawer.stdout is not None
        assert drawer.stdout.readline() == b"drawn\n"
        last = screen.framebuffer.picture()
        drawer.communicate()
    return codes.recording, crawl.recording, last


def test_every_frame_drawn_is_recorded_once_and_in_order(screen: XServer, tmp_path: Path) -> None:
    codes, crawl, last = _record_drawer(screen, tmp_path, "180")
    (turn,) = turns(codes.readings())
    gaps = codes.gaps / 1e6
    print(f"{codes.looks} looks, longest gaps {gaps[:5].round(1)} ms")
    assert _strips(last) == (Code(7, 179), Code(7, 179))
    # One that is on for less than a look may be missed on a busy machine; none may come twice or too early.
    assert turn.numbers == sorted(set(turn.numbers))
    assert len(turn.numbers) >= 180 - 2 * int((gaps > 8).sum()) - 4
    assert len(crawl.times) >= 60


def test_a_single_black_frame_is_seen(screen: XServer, tmp_path: Path) -> None:
    codes, _, _ = _record_drawer(screen, tmp_path, "90", "60")
    readings = codes.readings()
    end = next(reading.at for reading in readings if reading.top == Code(7, 89))
    ((reading, length),) = bare(of_the_show(readings, end))
    assert (reading.top, reading.bottom) == (None, None)
    assert 5e6 < length < 40e6


def _readings(*seen: tuple[int, Code | None, Code | None]) -> list[Reading]:
    return [Reading(at * 1_000_000, top, bottom) for at, top, bottom in seen]


def test_turns_tell_items_frames_and_lengths() -> None:
    a0, a1, b0 = Code(1, 0), Code(1, 1), Code(2, 0)
    readings = _readings((0, a0, a0), (33, a1, a0), (34, a1, a1), (66, None, None), (67, b0, b0), (100, a1, a1))
    first, second = turns(readings)
    assert (first.item, first.numbers, second.item) == (1, [0, 1], 2)
    assert (second.start, second.end) == (67_000_000, 100_000_000)
    assert first.begun(30) == pytest.approx(0.0007, abs=0.001)
    assert bare(readings) == torn(readings) == []


def test_torn_frames_that_stay_are_found() -> None:
    readings = _readings((0, Code(1, 0), Code(1, 0)), (16, Code(1, 1), Code(1, 0)), (32, Code(1, 1), Code(1, 1)))
    assert torn(readings) == [(readings[1], 16_000_000)]


def test_the_longest_standstill_counts_both_ends() -> None:
    readings = _readings((100, None, None), (250, None, None), (300, None, None))
    assert longest_standstill(readings, 0, 400_000_000) == pytest.approx(0.15)
    assert longest_standstill(readings, 0, 700_000_000) == pytest.approx(0.4)


def test_children_are_found_and_their_files_seen(tmp_path: Path) -> None:
    held = tmp_path / "held.mp4"
    held.touch()
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], sys.argv[2]])"
    holder = "import sys; file = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, holder, str(held)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"open\n"
        (child,) = descendants(parent.pid)
        assert child.parent == parent.pid
        assert child.has_open("held.mp4")
        assert not child.has_open("other.mp4")
        parent.communicate()

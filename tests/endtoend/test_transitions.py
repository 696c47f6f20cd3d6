"""Films and pictures in turn: what the travellers see at boundaries, at two hundred of them in ./test --faults."""

from pathlib import Path

import pytest

from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import Turn, bare, of_the_show, torn, turns
from tests.endtoend.xserver import XServer

ITEMS = 8
SECONDS = 0.5
FILM_FRAMES = 15
OUTPUT_FRAME = 1 / 60


def _write(show: ShowFolder) -> None:
    items: list[dict[str, str]] = []
    for item in range(ITEMS):
        if item % 2:
            make_film(show.media / f"{item}.mp4", item, FILM_FRAMES)
            items.append({"video": f"media/{item}.mp4"})
        else:
            make_picture(show.media / f"{item}.png", item)
            items.append({"image": f"media/{item}.png", "for": f"{SECONDS}s"})
    show.write_playlist("films-and-pictures", items)


def _seen(screen: XServer, show: ShowFolder, folder: Path, seconds: float) -> list[Turn]:
    """Plays for so long; the turns that were seen whole. Fails where anything but the items was seen."""
    with Recorder(screen, folder) as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: look(screen).top, "picture of the show")
        daemon.play(seconds)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert torn(readings) == []
    return turns(readings)[1:-1]


def _check(seen: list[Turn]) -> None:
    order = [turn.item for turn in seen]
    assert order == [(order[0] + place) % ITEMS for place in range(len(order))]
    for turn in seen:
        assert turn.numbers == sorted(set(turn.numbers)), f"frames out of order in {turn}"


def _print_timing(seen: list[Turn]) -> tuple[list[float], int]:
    """How far each turn was from its half second, and how many film frames never came."""
    off = sorted(abs((turn.end - turn.start) / 1e9 - SECONDS) for turn in seen)
    missed = sum(FILM_FRAMES - len(turn.numbers) for turn in seen if turn.item % 2)
    print(
        f"{len(seen)} items; length off by {off[len(off) // 2] * 1e3:.1f} ms at the median, "
        f"{off[int(len(off) * 0.95)] * 1e3:.1f} ms at the 95th percentile, {off[-1] * 1e3:.1f} ms at worst; "
        f"{missed} film frames missed"
    )
    return off, missed


def test_items_follow_each_other_without_a_bare_frame(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    _write(show)
    seen = _seen(screen, show, tmp_path / "seen", seconds=8)
    assert len(seen) >= 12
    _check(seen)
    _print_timing(seen)


@pytest.mark.slow
@pytest.mark.parametrize("count", [60, pytest.param(200, marks=pytest.mark.faults)])
def test_transitions_by_the_dozen(screen: XServer, show: ShowFolder, tmp_path: Path, count: int) -> None:
    _write(show)
    seen = _seen(screen, show, tmp_path / "seen", seconds=(count + 3) * SECONDS)
    assert len(seen) >= count
    _check(seen)
    off, missed = _print_timing(seen)
    # At most one output frame between items as a rule; what a busy machine may add is bounded.
    assert off[len(off) // 2] < OUTPUT_FRAME + 0.004
    assert off[-1] < SECONDS
    assert missed < 0.25 * FILM_FRAMES * len(seen) / 2

"""Playlists edited while the wall plays."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import bare, of_the_show, turns
from tests.endtoend.xserver import XServer


def _shows(screen: XServer, item: int) -> bool:
    code = look(screen).top
    return code is not None and code.item == item


def _image(show: ShowFolder, item: int) -> dict[str, str]:
    if not (path := show.media / f"{item}.png").exists():
        make_picture(path, item)
    return {"image": f"media/{item}.png", "for": "1s"}


def test_edits_are_picked_up_and_bad_ones_change_nothing(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    playlist = show.write_playlist("main", [_image(show, 1)])
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _shows(screen, 1), "first picture")
        show.write_playlist("main", [_image(show, 2), _image(show, 3)])
        daemon.wait_for(lambda: _shows(screen, 2), "picture of the edited playlist")

        playlist.write_text("title: main\nitems: [{image: media/1.png, for: 1s]\n", encoding="utf-8")
        daemon.wait_for(lambda: re.search(r"main\.yaml:2:\d+: ", daemon.log), "place of the mistake")
        for item in (3, 2, 3):
            daemon.wait_for(lambda: _shows(screen, item), "last good playlist")  # noqa: B023

        show.write_playlist("main", [_image(show, 4)])
        daemon.wait_for(lambda: _shows(screen, 4), "picture of the mended playlist")
        daemon.play(0.2)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    seen = [turn.item for turn in turns(readings)]
    assert seen[0] == 1
    assert 1 not in seen[1:]
    assert seen[-1] == 4


def test_an_edit_does_not_start_the_film_on_screen_over(screen: XServer, show: ShowFolder, tmp_path: Path) -> None:
    fps = 30
    make_film(show.media / "film.mp4", 7, 240, fps)
    film = {"video": "media/film.mp4"}
    show.write_playlist("main", [film, _image(show, 1)])
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: (code := look(screen).top) and code.item == 7 and 10 < code.number < 90, "film")
        daemon.play(0.5)
        before = (show.state / "current").resolve()
        edited = look(screen).at
        show.write_playlist("main", [_image(show, 2), film, _image(show, 3)])
        daemon.wait_for(lambda: (show.state / "current").resolve() != before, "new show")
        daemon.wait_for(lambda: not _shows(screen, 7), "end of the film")
        daemon.wait_for(lambda: _shows(screen, 2), "new item", seconds=40)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    on_screen = next(turn for turn in turns(readings) if turn.start <= edited < turn.end)
    assert on_screen.item == 7
    # The new playlist may go on with the film, at another place; but not before it has come to its end.
    falls = [place for place, (one, other) in enumerate(pairwise(on_screen.numbers), 1) if other < one]
    played = on_screen.seen[: falls[0] if falls else None]
    assert played[-1][1] >= 235
    before_edit = [at / 1e9 - number / fps for at, number in played if at < edited]
    assert played[-1][0] / 1e9 - played[-1][1] / fps == pytest.approx(before_edit[-1], abs=0.1)


def test_a_withdrawn_picture_leaves_at_once(screen: XServer, show: ShowFolder) -> None:
    still = {**_image(show, 1), "for": "3600s"}
    show.write_playlist("main", [still])
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _shows(screen, 1), "picture")
        show.write_playlist("main", [{**_image(show, 2), "for": "3600s"}])
        daemon.wait_for(lambda: _shows(screen, 2), "its successor", seconds=15)

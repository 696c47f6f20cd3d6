"""Files that lie, are cut short, too large or not there: said with their place, while the rest plays."""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.endtoend.daemon import Daemon, environment
from tests.endtoend.films import make_film, make_picture, sha256
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder
from tests.endtoend.turns import bare, of_the_show, turns
from tests.endtoend.xserver import XServer

GOOD = (1, 2)


def _huge_png(path: Path) -> None:
    """A few bytes that promise 50,000 x 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def _write_bad(show: ShowFolder) -> list[str]:
    """Good and bad items in turn; the names of the bad ones."""
    media = show.media
    for item in GOOD:
        make_picture(media / f"{item}.png", item)
    (media / "words.mp4").write_text("Đây không phải là phim.", encoding="utf-8")
    (media / "empty.jpg").write_bytes(b"")
    whole = make_film(media / "whole.mp4", 9, 60).read_bytes()
    (media / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    (media / "whole.mp4").unlink()
    _huge_png(media / "huge.png")
    os.symlink("/etc/passwd", media / "link.png")
    bad = ["media/words.mp4", "media/empty.jpg", "media/cut.mp4", "media/huge.png", "media/link.png"]
    bad += ["media/none.png", "../../../../etc/passwd", "/etc/passwd"]
    items = [{"video" if name.endswith(".mp4") else "image": name, "for": "0.5s"} for name in bad]
    first, last = ({"image": f"media/{item}.png", "for": "0.5s"} for item in GOOD)
    show.write_playlist("main", [first, *items, last])
    return bad


def test_bad_files_are_named_with_their_place_and_the_good_ones_play(
    screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    bad = _write_bad(show)
    command = [sys.executable, "-m", "player", "check", "--config", str(show.config)]
    check = subprocess.run(command, env=environment(None), capture_output=True, text=True, check=False, timeout=60)
    said = check.stdout + check.stderr
    assert check.returncode == 2
    assert "Traceback" not in said
    for name in bad:
        assert any(line.startswith("playlists/main.yaml:") and name in line for line in said.splitlines()), (name, said)
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: look(screen).top, "picture of the show")
        daemon.play(4)
        ended = look(screen).at
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert {turn.item for turn in turns(readings)} == set(GOOD)


@pytest.mark.parametrize("damage", ["rubbish", "gone", "cut"])
def test_a_file_that_went_bad_in_the_store_is_stood_in_for(
    damage: str, screen: XServer, show: ShowFolder, tmp_path: Path
) -> None:
    for item in GOOD:
        make_picture(show.media / f"{item}.png", item)
    film = make_film(show.media / "film.mp4", 9, 60)
    items = [{"image": "media/1.png", "for": "1s"}, {"video": "media/film.mp4"}, {"image": "media/2.png", "for": "1s"}]
    show.write_playlist("main", items)
    command = [sys.executable, "-m", "player", "agent", "--once", "--config", str(show.config)]
    subprocess.run(command, env=environment(None), check=True, timeout=60)
    digest = sha256(film)
    blob = show.state / "blobs" / digest[:2] / digest
    blob.chmod(0o644)
    if damage == "gone":
        blob.unlink()
    else:
        blob.write_bytes(b"\x00" * 5000 if damage == "rubbish" else blob.read_bytes()[:3000])
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display, verb="wall") as daemon:
        daemon.wait_for(lambda: look(screen).top, "picture of the show")
        daemon.play(10)
        ended = look(screen).at
        assert "film.mp4" in daemon.log
        daemon.stop()
    readings = of_the_show(recorder.recording.readings(), ended)
    assert bare(readings) == []
    assert {turn.item for turn in turns(readings)} == set(GOOD)

"""The share or drive of the watched folder goes away, in mid-copy or at the worst moment: nothing is withdrawn, nothing
is written where it was, and what it brings when it is back is taken in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from player.agent import assemble
from player.agent.noticeboard import NoticeBoard
from player.library.statusfiles import read_json
from player.library.watching import FolderView
from tests.endtoend.shows import ShowFolder
from tests.faults.offscreen import COLOURS, LIMIT, SIZE, Watch, no_traceback, painted, run_folder, write_gate
from tests.library.folders import Drop
from tests.outcomes import Outcome, tell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a share")


class Share:
    """A drive of its own over a folder, kept while it is away."""

    def __init__(self, folder: Path, aside: Path) -> None:
        self.folder, self.aside = folder, aside
        for place in (folder, aside):
            place.mkdir(exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", "size=64m", "share", str(aside))
        self.connect()

    def connect(self) -> None:
        _run("mount", "--bind", str(self.aside), str(self.folder))

    def pull(self) -> None:
        """Without a word to whoever has files open."""
        _run("umount", "-l", str(self.folder))

    def close(self) -> None:
        while os.path.ismount(self.folder):
            self.pull()
        _run("umount", "-l", str(self.aside))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@contextmanager
def shared(folder: Path) -> Iterator[Share]:
    """A drive over `folder`."""
    share = Share(folder, folder.with_name("drive"))
    try:
        yield share
    finally:
        share.close()


def test_the_status_file_is_written_where_the_files_were_seen(tmp_path: Path) -> None:
    drop = Drop(tmp_path / "gate")
    board = NoticeBoard()
    with shared(drop.inbox) as share:
        drop.photo("a.png")
        made = drop.made()
        view, show = made.folder, made.show
        assert view is not None
        assert show is not None

        def looked() -> FolderView:
            """The share goes just after it was looked at."""
            share.pull()
            return view

        board.tell(looked, show, news=True)
        assert list(drop.inbox.iterdir()) == [], "nothing is written into the empty place"
        share.connect()
        NoticeBoard().tell(lambda: view, show, news=True)
        assert "a.png" in (drop.inbox / "STATUS.txt").read_text("utf-8-sig")


def agent(show: ShowFolder) -> dict[str, object]:
    return read_json(run_folder(show) / "agent.json")


def pulled(show: ShowFolder, share: Share, times: int) -> Outcome:
    """Pull the drive while files are copied onto it and taken in, and put it back."""
    noise = Image.effect_noise((500, 500), 90)
    with Watch(show, "run", beyond=COLOURS[4:6]) as watch:
        painted(share.folder / "4__1s__dau.png", COLOURS[4], SIZE)
        watch.until(lambda: "4__1s__dau" in told(share), "first file of the share")
        watch.struck()
        for number in range(times):
            for one in range(4):
                noise.save(show.path / f"{number}-{one}.png")
                shutil.copy(show.path / f"{number}-{one}.png", share.folder)
            painted(share.folder / f"4__1s__{number}.png", COLOURS[4], SIZE)
            share.pull()
            show.write_playlist("them", [{"image": "media/0.png", "for": "1s"}], title=f"Lần {number}")
            watch.until(lambda: "not connected" in str(agent(show).get("faults")), "word of the share")
            assert list(share.folder.iterdir()) == [], "nothing is written into the empty place"
            for path in share.aside.glob("*-*.png"):
                path.unlink()
            share.connect()
            show.write_playlist("them", [{"image": "media/0.png", "for": "1s"}], title=f"Lần {number} nữa")
            watch.until(lambda number=number: f"4__1s__{number}" in told(share), "files of the share")  # type: ignore[misc]
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    return Outcome("devices", "the share of the watched folder pulled in mid-copy", times, watch.lit, "nothing")


def told(share: Share) -> str:
    path = share.folder / "STATUS.txt"
    return path.read_text("utf-8-sig").partition("PLAYING")[2] if path.exists() else ""


@pytest.mark.faults
def test_pulled_five_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    sources = {"playlists": "playlists/", "folder": {"path": "inbox/", "settle": "1s"}}
    show = write_gate(tmp_path / "gate", sources=sources)
    (show.path / "inbox").mkdir()
    assert assemble.once(show.config) == 0
    with shared(show.path / "inbox") as share:
        tell(request, pulled(show, share, 5))

"""The disk of the state folder is full to the last byte, or read-only, while wall and agent run or when they start: the
wall shows what it should, it is said, and afterwards everything goes on with nothing lost."""

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from player.agent import assemble
from player.core.playlog import Ending, Record, What
from player.core.units import seconds
from player.library.statusfiles import read_json
from tests.endtoend.shows import ShowFolder
from tests.faults import logged
from tests.faults.offscreen import COLOURS, LIMIT, Watch, no_traceback, painted, run_folder, write_gate
from tests.outcomes import Outcome, tell

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")

FRAME = seconds(1 / 30)
FILLER = "filler"


class SmallDisk:
    """A disk of its own for a state folder, in memory, with room for little more than what lies on it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        aside = state.with_name("aside")
        state.rename(aside)
        state.mkdir()
        _run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(state))
        shutil.copytree(aside, state, symlinks=True, dirs_exist_ok=True)

    def fill(self) -> None:
        """To the last byte."""
        handle = os.open(self.state / FILLER, os.O_WRONLY | os.O_CREAT)
        try:
            for size in (1 << 16, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while os.write(handle, bytes(size)):
                        pass
        finally:
            os.close(handle)
        assert self.is_full()

    def is_full(self) -> bool:
        handle = os.open(self.state / FILLER, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, b"x")
        except OSError as error:
            return error.errno == errno.ENOSPC
        finally:
            os.close(handle)
        return False

    def free(self) -> None:
        """Somebody makes room: more than what an intake leaves free."""
        (self.state / FILLER).unlink()
        self.remount("size=600m")

    def remount(self, how: str) -> None:
        _run("mount", "-o", f"remount,{how}", str(self.state))

    def close(self) -> None:
        _run("umount", "-l", str(self.state))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    """A gate with a show."""
    show = write_gate(tmp_path / "gate")
    assert assemble.once(show.config) == 0
    return show


@pytest.fixture
def disk(show: ShowFolder) -> Iterator[SmallDisk]:
    disk = SmallDisk(show.state)
    try:
        yield disk
    finally:
        disk.close()


def agent(show: ShowFolder) -> dict[str, object]:
    return read_json(run_folder(show) / "agent.json")


def playlog(watch: Watch) -> dict[str, object]:
    said = watch.status.get("playlog")
    return said if isinstance(said, dict) else {}


def add(show: ShowFolder) -> None:
    """Another picture is put into the playlist."""
    painted(show.media / "4.png", COLOURS[4])
    show.write_playlist("tranh", [{"image": f"media/{number}.png", "for": "1s"} for number in range(5)])


def has_taken_it_in(show: ShowFolder) -> bool:
    return agent(show).get("state") == "good" and agent(show).get("show") == 2


def check_log(found: list[Record]) -> int:
    """All is told, and once: plays follow one another from the start to the end. How many there are."""
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    plays = [record for record in found if record.what is What.PLAY]
    for one, other in pairwise(plays):
        assert abs(one.at + one.span - other.at) <= 2 * FRAME, f"a play is missing between {one} and {other}"
    assert all(one.ending in (Ending.COMPLETED, Ending.STOPPED) or one.span >= 0 for one in plays)
    assert found[-1].what is What.STOP
    return len(plays)


def full(show: ShowFolder, disk: SmallDisk, times: int) -> Outcome:
    with Watch(show, "run") as watch:
        watch.until(lambda: agent(show).get("state") == "good", "show")
        watch.struck()
        for number in range(times):
            disk.fill()
            if number == 0:
                add(show)
                watch.until(lambda: agent(show).get("state") == "stuck", "word of the agent")
                watch.until(lambda: "the disk is full" in watch.daemon.log, "word of the picture")
            watch.until(lambda: playlog(watch).get("fault"), "word of the log writer")
            watch.stays_right(1)
            disk.free()
            watch.until(lambda: not playlog(watch).get("fault") and not playlog(watch).get("waiting"), "log again")
            if number == 0:
                add(show)  # Somebody saves it again: otherwise the agent looks within half a minute.
            watch.until(lambda: has_taken_it_in(show), "picture that was dropped meanwhile")
            if number < times - 1:
                disk.remount("size=6m")
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    assert "the play log cannot be written" in watch.daemon.log
    assert "show 0" not in watch.daemon.log
    plays = check_log(logged.records(show.state))
    return Outcome("disk", "full to the last byte, then freed", times, watch.lit, f"nothing, of {plays} plays")


def test_full(show: ShowFolder, disk: SmallDisk, request: pytest.FixtureRequest) -> None:
    tell(request, full(show, disk, 1))


@pytest.mark.faults
def test_full_again_and_again(show: ShowFolder, disk: SmallDisk, request: pytest.FixtureRequest) -> None:
    tell(request, full(show, disk, 20))


def started(show: ShowFolder, disk: SmallDisk, *, read_only: bool, inside: bool) -> float:
    """Start on a disk that takes nothing, and make it take something; `inside`: the status lies on it, too. How long
    the wall took to be lit."""
    if read_only:
        disk.remount("ro")
    else:
        disk.fill()
    env = {"RUNTIME_DIRECTORY": ""} if inside else {}
    with Watch(show, "run", env=env) as watch:
        if inside:
            watch.daemon.wait_for(lambda: "first picture" in watch.daemon.log, "picture")
            watch.daemon.wait_for(lambda: "status cannot be written" in watch.daemon.log, "word of it")
        else:
            watch.until_right()
            watch.until(lambda: playlog(watch).get("fault"), "word of the log writer")
        disk.remount("rw,size=600m") if read_only else disk.free()
        add(show)  # Otherwise the agent looks within half a minute.
        watch.daemon.wait_for(lambda: "the play log cannot be opened" in watch.daemon.log, "word of the log")
        if not inside:
            watch.until(lambda: not playlog(watch).get("fault") and not playlog(watch).get("waiting"), "play log")
            watch.until(lambda: agent(show).get("state") == "good", "agent")
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    check_log(logged.records(show.state))
    return watch.lit


@pytest.mark.faults
def test_started_on_a_full_disk(show: ShowFolder, disk: SmallDisk, request: pytest.FixtureRequest) -> None:
    tell(
        request,
        Outcome("disk", "started on a full disk", 1, started(show, disk, read_only=False, inside=False), "nothing"),
    )


def test_started_on_a_read_only_disk(show: ShowFolder, disk: SmallDisk, request: pytest.FixtureRequest) -> None:
    lit = started(show, disk, read_only=True, inside=False)
    tell(request, Outcome("disk", "started on a read-only disk", 1, lit, "nothing"))


@pytest.mark.faults
@pytest.mark.parametrize("read_only", [False, True], ids=["full", "read-only"])
def test_a_status_on_such_a_disk_costs_the_status_only(show: ShowFolder, disk: SmallDisk, read_only: bool) -> None:
    started(show, disk, read_only=read_only, inside=True)

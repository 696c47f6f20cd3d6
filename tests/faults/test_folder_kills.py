"""The agent is killed again and again while it takes a folder in; in the end everything is as if nobody had.

The long form: `./test --faults`."""

import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from player.core.codec import encode
from player.library.shows import ShowStore
from tests.agent.test_agent import Agent
from tests.library.folders import Drop, tree
from tests.outcomes import Outcome, tell


def fill(drop: Drop, numbers: range) -> None:
    """Pictures, captions, settings, texts, folders with levels, and what is refused."""
    for number in numbers:
        chance = random.Random(number)
        folder = chance.choice(("", "", "UU-TIEN/", "Lễ hội/", "KHAN-CAP/"))
        match number % 10:
            case 3:
                drop.drop(f"{folder}{number}.txt", f"Dòng chữ số {number}")
            case 5:
                drop.drop(f"{folder}{number}.jpg", f"no picture {number}")
            case 7:
                drop.photo(f"{folder}{number}.png", (number % 256, 1, 2))
                drop.drop(f"{folder}{number}.yaml", f"for: {number % 20 + 1}s")
            case _:
                drop.photo(f"{folder}{number}__15s.png", (number % 256, number // 256, 9), (200, 120))


def outcome(drop: Drop) -> Any:
    """The show and the assets in the store."""
    stored = ShowStore(drop.state).current()
    assert stored is not None
    blobs = {path.name: path.read_bytes() for path in (drop.state / "blobs").glob("*/*")}
    return encode(stored.show), blobs


def settled(drop: Drop) -> Any:
    """What comes of it when the agent is left alone."""
    agent = Agent(drop)
    try:
        agent.until(lambda: "WAITING" not in status(drop) and "PLAYING" in status(drop))
        agent.until(lambda: not agent.status().get("compiling", True))
    finally:
        agent.stop()
    return outcome(drop)


def status(drop: Drop) -> str:
    path = drop.inbox / "STATUS.txt"
    return path.read_text("utf-8-sig") if path.exists() else ""


def killed(tmp_path: Path, files: int, kills: int, longest: float) -> Outcome:
    drop = Drop(tmp_path / "killed")
    chance = random.Random(20)
    fill(drop, range(files // 2))
    for number in range(kills):
        # There is always something new, so that every kill finds it at work.
        fill(drop, range(files // 2 + files // 2 * number // kills, files // 2 + files // 2 * (number + 1) // kills))
        agent = Agent(drop)
        time.sleep(chance.uniform(0.3, longest))
        agent.process.kill()
        agent.process.wait()
        stored = ShowStore(drop.state).current()
        assert stored is None or encode(stored.show), "never is half a show current"
    before = tree(drop.inbox)
    whole = Drop(tmp_path / "whole")
    shutil.rmtree(whole.inbox)
    shutil.copytree(drop.inbox, whole.inbox, ignore=shutil.ignore_patterns("STATUS.txt", ".*"))
    assert settled(drop) == settled(whole)
    assert tree(drop.inbox) == before
    assert list((drop.state / "incoming").iterdir()) == []
    return Outcome("power", "SIGKILL of the agent while it takes files in", kills, None, f"none of {files} files")


def test_killed_a_few_times(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "killed").mkdir()
    (tmp_path / "whole").mkdir()
    tell(request, killed(tmp_path, files=40, kills=6, longest=1.5))


@pytest.mark.faults
def test_killed_a_hundred_times_during_the_intake_of_200_files(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    (tmp_path / "killed").mkdir()
    (tmp_path / "whole").mkdir()
    tell(request, killed(tmp_path, files=200, kills=100, longest=1.8))

"""The real agent and a watched folder: what an operator sees, and when."""

import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from player.core.model import SCREEN
from player.library.shows import ShowStore
from tests.agent.test_agent import Agent
from tests.library.folders import Drop, tree


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


@pytest.fixture
def agent(drop: Drop) -> Iterator[Agent]:
    agent = Agent(drop)
    try:
        agent.until(lambda: status(drop))
        yield agent
    finally:
        agent.process.kill()
        agent.process.wait()


def status(drop: Drop, name: str = "STATUS.txt") -> str:
    try:
        return (drop.inbox / name).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""


def says_it_is_not_there(agent: Agent) -> bool:
    return any("not there" in fault["message"] for fault in agent.status()["faults"])


def test_what_is_dropped_plays_and_what_is_deleted_leaves(drop: Drop, agent: Agent) -> None:
    drop.photo("2.png")
    agent.until(lambda: agent.titles() == ["2.png"])
    drop.photo("10.png", "blue")
    drop.photo("UU-TIEN/a.png", "green")
    agent.until(lambda: agent.titles() == ["2.png", "10.png", "UU-TIEN/a.png"])
    (drop.inbox / "2.png").unlink()
    (drop.inbox / "UU-TIEN/a.png").rename(drop.inbox / "b.png")
    agent.until(lambda: agent.titles() == ["10.png", "b.png"])
    agent.until(lambda: "  b.png: " in status(drop) and "2.png" not in status(drop))


def test_pulling_the_folder_away_breaks_nothing_and_it_goes_on_when_it_is_back(drop: Drop, agent: Agent) -> None:
    drop.photo("a.png")
    agent.until(lambda: agent.titles() == ["a.png"])
    away = drop.inbox.rename(drop.folder / "away")
    agent.until(lambda: says_it_is_not_there(agent))
    assert agent.titles() == ["a.png"]
    stored = ShowStore(drop.state).current()
    assert stored is not None
    (asset,) = (item.content.asset for item in stored.show.playlists[0].items if hasattr(item.content, "asset"))
    assert (drop.state / "blobs" / asset[:2] / asset).read_bytes() == (away / "a.png").read_bytes()
    away.rename(drop.inbox)
    agent.until(lambda: agent.status()["state"] == "good")
    drop.photo("b.png", "blue")
    agent.until(lambda: agent.titles() == ["a.png", "b.png"])


def test_the_status_file_is_for_notepad_and_never_triggers_itself(drop: Drop, agent: Agent) -> None:
    drop.photo("ảnh.png")
    drop.drop("hỏng.jpg", "no picture")
    agent.until(lambda: "  ảnh.png: " in status(drop) and "  hỏng.jpg: " in status(drop))
    data = (drop.inbox / "STATUS.txt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfGATEPLAYER")
    assert data.count(b"\n") == data.count(b"\r\n") > 5
    assert "hỏng.jpg: this is text, not a picture" in status(drop)
    agent.until(lambda: not agent.status()["compiling"])
    written, checked = (drop.inbox / "STATUS.txt").stat(), agent.status()["checked"]
    time.sleep(2)
    again = (drop.inbox / "STATUS.txt").stat()
    assert (again.st_ino, again.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert agent.status()["checked"] == checked, "its own file is no reason to look"
    assert [path.name for path in drop.inbox.iterdir() if path.name.startswith(".")] == []


def test_the_answer_is_in_the_language_of_the_gate(drop: Drop, agent: Agent) -> None:
    drop.photo("a.png")
    agent.until(lambda: "a.png" in status(drop))
    drop.write("config.yaml", drop.config.read_text().replace("language: en", "language: vi"))
    agent.until(lambda: "a.png" in status(drop, "TRANG-THAI.txt"))
    assert "ĐANG PHÁT" in status(drop, "TRANG-THAI.txt")
    agent.until(lambda: not status(drop))


def test_a_file_of_the_operator_with_that_name_is_left_alone(tmp_path: Path) -> None:
    drop = Drop(tmp_path)
    drop.drop("STATUS.txt", "mine")
    drop.drop("TRANG-THAI.txt", "mine too")
    agent = Agent(drop)
    try:
        agent.until(lambda: agent.status().get("faults"))
        assert "rename it" in agent.status()["faults"][0]["message"]
        assert (drop.inbox / "STATUS.txt").read_text() == "mine"
        (drop.inbox / "STATUS.txt").unlink()
        drop.photo("a.png")
        agent.until(lambda: "a.png" in status(drop))
        agent.until(lambda: agent.status()["state"] == "good")
        assert (drop.inbox / "TRANG-THAI.txt").read_text() == "mine too"
    finally:
        agent.stop()


def test_the_status_file_leads_nobody_elsewhere(tmp_path: Path) -> None:
    drop = Drop(tmp_path)
    (tmp_path / "elsewhere").write_text("theirs")
    (drop.inbox / "STATUS.txt").symlink_to(tmp_path / "elsewhere")
    agent = Agent(drop)
    try:
        agent.until(lambda: agent.status().get("faults"))
    finally:
        agent.stop()
    assert (tmp_path / "elsewhere").read_text() == "theirs"


def test_bad_files_of_all_sorts_end_in_a_state_that_is_told_and_nothing_is_touched(tmp_path: Path) -> None:
    drop = Drop(tmp_path)
    drop.photo("good.png")
    drop.drop("film.mp4", drop.film("x.mp4", 1).read_bytes()[:2000])
    drop.drop("empty.jpg", b"")
    drop.drop("wrong.png", b"\xff\xd8\xff" + bytes(500))
    drop.drop("many.pdf", drop.document("y.pdf", 1).read_bytes().replace(b"/Count 1", b"/Count 5000"))
    drop.drop("letter.txt", bytes(range(256)))
    drop.drop("nine__9h9.png", b"x")
    os.mkfifo(drop.inbox / "pipe.mp4")
    (drop.inbox / "loop").symlink_to(drop.inbox)
    (drop.inbox / "zero.png").symlink_to("/dev/zero")
    drop.photo("/".join(["d"] * 20) + "/deep.png")
    drop.drop(("long" * 62) + ".txt", "xin chào")
    before = tree(drop.inbox)
    agent = Agent(drop)
    expected = ("good.png", "film.mp4", "empty.jpg", "wrong.png", "many.pdf", "letter.txt", "pipe.mp4", "loop",
                "zero.png", "d/d/d/d/d/d", "long" * 62 + ".txt")  # fmt: skip
    try:
        agent.until(lambda: agent.titles()[:1] == ["good.png"])
        agent.until(lambda: all(f"  {name}: " in status(drop) for name in expected))
        agent.until(lambda: "copied;" not in status(drop))
        assert agent.process.poll() is None
    finally:
        agent.stop()
    assert tree(drop.inbox) == before


def test_with_approval_asked_for_a_file_waits_until_an_officer_says_yes(tmp_path: Path) -> None:
    drop = Drop(tmp_path, more=", approve: yes")
    drop.photo("a.png")
    agent = Agent(drop)
    approve = [sys.executable, "-m", "player", "approve", "--config", str(drop.config)]
    try:
        agent.until(lambda: "a.png: waiting for an officer's approval" in status(drop))
        assert agent.titles() == []
        subprocess.run([*approve, "a.png", "--by", "Trung úy Nam"], check=True, capture_output=True)
        agent.until(lambda: agent.titles() == ["a.png"])
        drop.photo("a.png", "blue")
        agent.until(lambda: agent.titles() == [])
        listed = subprocess.run([*approve, "--list"], check=True, capture_output=True, text=True).stdout
        assert [line.split("\t")[:2] for line in listed.splitlines()] == [["waiting", "a.png"], ["approved", "a.png"]]
        assert "Trung úy Nam" in listed
    finally:
        agent.stop()


def test_a_share_that_is_unmounted_is_no_deletion(tmp_path: Path) -> None:
    """In a world of its own, where anybody may mount: a drive over the folder, filled, and taken away again."""
    probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "x", str(tmp_path)], check=False)
    if probe.returncode:
        pytest.skip("this system lets nobody mount in a namespace of their own")
    drop = Drop(tmp_path)
    script = f"""
        import subprocess, sys
        from pathlib import Path
        from tests.agent.test_agent import Agent
        from tests.agent.test_folder import status
        from tests.library.folders import Drop
        drop = Drop.__new__(Drop)
        drop.folder, drop.config = Path({str(tmp_path)!r}), Path({str(drop.config)!r})
        drop.state, drop.inbox = drop.folder / "state", drop.folder / "inbox"
        subprocess.run(["mount", "-t", "tmpfs", "share", drop.inbox], check=True)
        drop.photo("a.png")
        agent = Agent(drop)
        try:
            agent.until(lambda: agent.titles() == ["a.png"] and "PLAYING" in status(drop))
            subprocess.run(["umount", "-l", drop.inbox], check=True)
            drop.config.touch()  # shares send no events; nobody need wait for the next round here
            agent.until(lambda: agent.status()["state"] == "faulty")
            assert "not connected" in agent.status()["faults"][0]["message"]
            agent.stop()
            agent = Agent(drop)
            agent.until(lambda: agent.status().get("state") == "faulty")
            assert agent.titles() == ["a.png"]
            assert list(drop.inbox.iterdir()) == [], "nothing is written where the share is not"
            subprocess.run(["mount", "-t", "tmpfs", "share", drop.inbox], check=True)
            drop.photo("b.png", "blue")
            drop.config.touch()
            agent.until(lambda: agent.titles() == ["b.png"])
        finally:
            agent.process.kill()
    """
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_look_at_an_unchanged_folder_reads_nothing(drop: Drop, agent: Agent) -> None:
    for number in range(300):
        drop.photo(f"{number}.png", (number % 256, number // 256, 9))
    for so_many in (75, 150, 225, 300):
        agent.until(partial(lambda least: len(agent.titles()) >= least, so_many))
    agent.until(lambda: not agent.status()["compiling"] and "(300)" in status(drop))
    checked, before = agent.status()["checked"], read_bytes(agent)
    (drop.inbox / "new").mkdir()
    agent.until(lambda: agent.status()["checked"] != checked)
    assert read_bytes(agent) - before < 40_000
    stored = ShowStore(drop.state).current()
    assert stored is not None
    assert SCREEN in {zone.name for zone in stored.show.zones}


def read_bytes(agent: Agent) -> int:
    return int(Path(f"/proc/{agent.process.pid}/io").read_text().partition("rchar:")[2].split()[0])


def test_the_folder_is_deleted_and_made_anew(drop: Drop, agent: Agent) -> None:
    drop.photo("a.png")
    agent.until(lambda: agent.titles() == ["a.png"])
    # Its status file may be written anew while the folder is being removed.
    while drop.inbox.exists():
        shutil.rmtree(drop.inbox, ignore_errors=True)
    agent.until(lambda: says_it_is_not_there(agent))
    drop.inbox.mkdir()
    agent.until(lambda: agent.titles() == [])
    drop.photo("b.png", "blue")
    agent.until(lambda: agent.titles() == ["b.png"])

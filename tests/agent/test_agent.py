"""The real agent, as systemd starts it: a process that follows real files."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from player.core.model import Banner
from player.library.shows import ShowStore
from player.library.wallsettings import read
from tests.agent.webserver import Request, WebServer
from tests.library.gate import CONFIG, Gate
from tests.media.text.test_titles import rss

PATIENCE = 60.0


class Agent:
    """A running agent of a gate."""

    def __init__(self, gate: Gate, *more: str, env: dict[str, str] | None = None) -> None:
        self.gate = gate
        command = [sys.executable, "-m", "player", "agent", "--config", str(gate.config), *more]
        with (gate.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stderr=log, env=os.environ | {"RUNTIME_DIRECTORY": ""} | (env or {})
            )

    def status(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.gate.state / "run/agent.json").read_bytes()))
        except FileNotFoundError:
            return {}

    def titles(self) -> list[str]:
        stored = ShowStore(self.gate.state).current()
        return [item.title for playlist in stored.show.playlists for item in playlist.items] if stored else []

    def texts(self) -> list[str]:
        """Of the banners in the show."""
        stored = ShowStore(self.gate.state).current()
        items = [item for playlist in stored.show.playlists for item in playlist.items] if stored else []
        return [item.content.text for item in items if isinstance(item.content, Banner)]

    def log(self) -> str:
        return (self.gate.folder / "log").read_text()

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to be true."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, (self.status(), self.titles(), self.log())
            assert self.process.poll() is None, self.log()
            time.sleep(0.02)

    def stop(self) -> float:
        """SIGTERM; the seconds that it took to end."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - started


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(tmp_path)
    for number, colour in enumerate(("red", "green", "blue"), 1):
        gate.picture(f"{number}.png", colour)
    gate.playlist("a.yaml", "{image: media/1.png}")
    return gate


@pytest.fixture
def agent(gate: Gate) -> Iterator[Agent]:
    agent = Agent(gate)
    try:
        agent.until(lambda: agent.titles() == ["media/1.png"])
        agent.until(lambda: agent.status().get("state") == "good")
        yield agent
    finally:
        agent.process.kill()
        agent.process.wait()


def test_edits_are_followed_and_an_unchanged_show_keeps_its_number(gate: Gate, agent: Agent) -> None:
    gate.playlist("a.yaml", "{image: media/1.png}", "{image: media/2.png}")
    agent.until(lambda: agent.titles() == ["media/1.png", "media/2.png"])
    new = gate.write("playlists/a.yaml.tmp", (gate.playlists / "a.yaml").read_text().replace("2.png", "3.png"))
    new.replace(gate.playlists / "a.yaml")
    agent.until(lambda: agent.titles() == ["media/1.png", "media/3.png"])
    agent.until(lambda: agent.status()["show"] == 3)
    checked = agent.status()["checked"]
    gate.write("playlists/a.yaml", (gate.playlists / "a.yaml").read_text() + "# a remark\n")
    agent.until(lambda: agent.status()["checked"] != checked)
    assert agent.status()["show"] == 3
    assert agent.stop() < 10
    assert agent.process.returncode == 0


def test_a_bad_edit_of_the_config_keeps_the_last_good_and_says_so(gate: Gate, agent: Agent) -> None:
    gate.write("config.yaml", CONFIG + "layuot: 3\n")
    agent.until(lambda: agent.status()["state"] == "faulty")
    (fault,) = agent.status()["faults"]
    assert "layuot" in fault["message"]
    assert fault["line"] == CONFIG.count("\n") + 1
    assert "layuot" in agent.log()
    gate.playlist("b.yaml", "{image: media/2.png}")
    agent.until(lambda: agent.titles() == ["media/1.png", "media/2.png"])
    gate.write("config.yaml", CONFIG + "sound: {volume: 30%}\n")
    agent.until(lambda: agent.status()["state"] == "good")
    settings = read(gate.state)
    assert settings is not None
    assert (settings.sound.volume, settings.output, settings.faults) == (0.3, "offscreen", 0)


def test_the_playlists_folder_is_deleted_and_made_anew(gate: Gate, agent: Agent) -> None:
    media = gate.folder / "media"
    shutil.copytree(gate.playlists / "media", media)
    shutil.rmtree(gate.playlists)
    agent.until(lambda: agent.status()["state"] == "faulty")
    assert agent.titles() == ["media/1.png"]
    shutil.copytree(media, gate.playlists / "media")
    gate.playlist("b.yaml", "{image: media/2.png}")
    agent.until(lambda: agent.titles() == ["media/2.png"])
    gate.playlists.rename(gate.folder / "old")
    agent.until(lambda: agent.status()["state"] == "faulty")
    (gate.folder / "old").rename(gate.playlists)
    agent.until(lambda: agent.status()["state"] == "good")
    gate.playlist("b.yaml", "{image: media/3.png}")
    agent.until(lambda: agent.titles() == ["media/3.png"])


def test_the_config_names_another_folder(gate: Gate, agent: Agent) -> None:
    other = gate.folder / "other"
    shutil.copytree(gate.playlists / "media", other / "media")
    gate.write("other/c.yaml", "title: c\nzone: main\nitems: [{image: media/2.png}]")
    gate.write("config.yaml", CONFIG + "sources: {playlists: other/}\n")
    agent.until(lambda: agent.titles() == ["media/2.png"])
    gate.write("other/c.yaml", "title: c\nzone: main\nitems: [{image: media/3.png}]")
    agent.until(lambda: agent.titles() == ["media/3.png"])


def test_a_thousand_quick_edits_end_in_the_last_one(gate: Gate, agent: Agent) -> None:
    for number in range(1000):
        gate.playlist(
            "a.yaml", f"{{image: media/{number % 3 + 1}.png, for: {number % 50 + 1}s}}", title=f"Lần {number}"
        )

    def last() -> bool:
        stored = ShowStore(gate.state).current()
        return stored is not None and stored.show.playlists[0].title == "Lần 999"

    agent.until(last)
    number = agent.status()["show"]
    assert number < 100
    agent.until(lambda: not agent.status()["compiling"])
    assert ShowStore(gate.state).pointer() == f"shows/{agent.status()['show']:08}.json"


def test_it_ends_within_a_second_though_a_film_is_being_copied(gate: Gate, agent: Agent) -> None:
    large = gate.playlists / "media/large.mp4"
    with large.open("wb") as stream:
        stream.truncate(20 << 30)
    gate.playlist("a.yaml", "{video: media/large.mp4}")
    agent.until(lambda: agent.status()["compiling"])
    assert agent.stop() < 10
    assert agent.process.returncode == 0
    assert list((gate.state / "incoming").iterdir()) == []


def test_it_waits_for_a_config_to_be_set_right(gate: Gate) -> None:
    gate.write("config.yaml", "gate: [")
    agent = Agent(gate)
    try:
        agent.until(lambda: agent.status().get("state") == "stuck")
        gate.write("config.yaml", CONFIG)
        agent.until(lambda: agent.titles() == ["media/1.png"])
    finally:
        agent.stop()


def test_at_a_terminal_a_wrong_config_ends_it_at_once(gate: Gate) -> None:
    gate.write("config.yaml", "gate: [")
    agent = Agent(gate, "--attached")
    assert agent.process.wait(PATIENCE) == 2
    assert "config.yaml:" in agent.log()


def test_a_second_agent_is_refused(gate: Gate, agent: Agent) -> None:
    second = Agent(gate)
    assert second.process.wait(PATIENCE) == 4
    assert "another agent is running" in agent.log()
    assert agent.process.poll() is None


def test_systemd_is_told_when_it_is_ready_and_that_it_lives(gate: Gate) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
        notified.bind(str(gate.folder / "notify"))
        notified.settimeout(PATIENCE)
        agent = Agent(gate, env={"NOTIFY_SOCKET": str(gate.folder / "notify"), "WATCHDOG_USEC": "400000"})
        try:
            heard: list[str] = []
            while "READY=1" not in heard or heard[-3:] != ["WATCHDOG=1"] * 3:
                heard.append(notified.recv(1000).decode())
            assert agent.titles() == ["media/1.png"]
        finally:
            agent.stop()


def test_killed_at_any_moment_it_leaves_a_usable_state(gate: Gate) -> None:
    generator = random.Random(11)
    film = gate.film("film.mp4", 1)
    for attempt in range(12):
        with film.open("ab") as stream:
            stream.write(b"\0" * 1_000_000)
        gate.playlist("a.yaml", "{image: media/1.png}", "{video: media/film.mp4}", title=f"Lần {attempt}")
        agent = Agent(gate, "--once")
        time.sleep(generator.uniform(0.05, 0.7))
        agent.process.send_signal(signal.SIGKILL)
        agent.process.wait()
        stored = ShowStore(gate.state).current()
        assert stored is None or len(stored.show.playlists) == 1
    agent = Agent(gate, "--once")
    assert agent.process.wait(PATIENCE) == 0, agent.log()
    stored = ShowStore(gate.state).current()
    assert stored is not None
    assert stored.show.playlists[0].title == "Lần 11"
    assert list((gate.state / "incoming").iterdir()) == []


def test_a_text_file_of_a_banner_is_read_again_when_it_changes(gate: Gate, agent: Agent) -> None:
    gate.write("playlists/media/tin.txt", "Tin một\nTin hai")
    gate.write("playlists/b.yaml", "title: b\nzone: ticker\nitems: [{banner: {file: media/tin.txt}}]")
    agent.until(lambda: agent.texts() == ["Tin một\nTin hai"])
    (gate.playlists / "media/tin.txt").write_bytes("Tin ba".encode("utf-16"))
    agent.until(lambda: agent.texts() == ["Tin ba"])
    (gate.playlists / "media/tin.txt").write_bytes("céng hßa x· héi chñ nghÜa".encode("latin-1"))
    agent.until(lambda: agent.status()["state"] == "faulty")
    assert agent.texts() == ["Tin ba"]


def test_a_server_that_is_silent_holds_no_edit_up(gate: Gate, agent: Agent) -> None:
    release = threading.Event()

    def silent(request: Request) -> None:
        release.wait(PATIENCE)
        request.answer(rss("Tin một", "Tin hai", "Tin ba"))

    with WebServer(silent) as server:
        item = f'{{banner: {{feed: "{server.url}", items: 2}}}}'
        gate.write("playlists/b.yaml", f"title: b\nzone: ticker\nitems: [{item}, {{banner: Chào}}]")
        agent.until(lambda: server.asked)
        gate.playlist("a.yaml", "{image: media/2.png}")
        agent.until(lambda: agent.titles() == ["media/2.png", "Chào"])
        assert agent.status()["state"] == "good"
        release.set()
        agent.until(lambda: agent.texts() == ["Tin một\nTin hai", "Chào"])
        agent.until(lambda: agent.status()["feeds"][0]["fetched"])
    assert agent.stop() < 10

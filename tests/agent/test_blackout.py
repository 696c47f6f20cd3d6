"""The agent in a blackout: nothing is asked of anybody and nothing of the network comes into force; folders go on."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from player.agent.blackoutwatch import BlackoutWatch
from player.agent.syncstate import CUT, GOOD
from player.core.units import Instant
from player.library.blackout import Blackout, Switches
from player.trust.line import LINE
from tests.agent.province import Gate, picture, playlist
from tests.agent.test_agent import Agent
from tests.agent.test_feeds import until
from tests.agent.webserver import WebServer
from tests.library.gate import CONFIG
from tests.library.gate import Gate as Plain
from tests.media.text.test_titles import rss
from tests.trust.tree import Tree
from tests.trust.treeserver import TreeServer

FIRST = {"mot.yaml": playlist("Một", "{image: media/a.png}"), "media/a.png": picture("red")}
SECOND = {"hai.yaml": playlist("Hai", "{image: media/b.png}"), "media/b.png": picture("blue")}
QUIET = 1.5
"""Seconds in which a gate that asks several times a second would have been heard."""


@pytest.fixture(autouse=True)
def whole() -> Iterator[None]:
    yield
    LINE.mend()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree", now=datetime.now(UTC))
    tree.release(FIRST)
    tree.publish()
    return tree


def test_the_watch_cuts_the_line_tells_and_makes_it_last(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    switches, ending = Switches(tmp_path, tmp_path / "run"), threading.Event()
    told: list[Blackout | None] = []
    watch = BlackoutWatch(Switches(tmp_path, tmp_path / "run"), told.append, ending, look=0.02)
    watch.start()
    switches.touch()
    until(lambda: told)
    assert LINE.is_cut
    until(lambda: switches.lasting.exists() and told[-1] is not None and told[-1].lasting)
    switches.switch_off()
    until(lambda: told[-1] is None)
    until(lambda: not LINE.is_cut)
    watch.stop()


def test_in_a_blackout_nothing_is_asked_before_the_first_look(tmp_path: Path) -> None:
    switches = Switches(tmp_path, tmp_path)
    switches.switch_on(Instant(time.time_ns() // 1000))
    ending = threading.Event()
    watch = BlackoutWatch(switches, lambda _found: None, ending, look=60)
    watch.start()
    assert LINE.is_cut
    watch.stop()


def test_what_came_from_the_network_does_not_come_into_force_and_what_people_wrote_does(
    tmp_path: Path, tree: Tree
) -> None:
    gate = Gate(tmp_path / "gate", tree)
    gate.config.write_text(
        gate.config.read_text().replace("root.json}}", "root.json}, playlists: playlists/}"),
    )
    (gate.folder / "playlists").mkdir()
    gate.sync()
    assert gate.titles() == ["Một"]
    tree.release(SECOND)
    tree.publish()
    # Put in force in the very second before, and not compiled any more.
    gate.sync()
    switches = Switches(gate.state, gate.state / "run")
    switches.switch_on(Instant(time.time_ns() // 1000))
    assert gate.titles() == ["Một"]
    (gate.folder / "playlists/x.yaml").write_bytes(playlist("Tại chỗ", "{notice: {title: a, text: b}, for: 5s}"))
    assert sorted(gate.titles()) == ["Một", "Tại chỗ"]
    switches.switch_off()
    assert sorted(gate.titles()) == ["Hai", "Tại chỗ"]
    gate.close()


def test_a_show_that_was_being_made_when_it_began_does_not_become_current(tmp_path: Path, tree: Tree) -> None:
    from player.library.workshop import workshop

    gate = Gate(tmp_path / "gate", tree)
    gate.sync()
    number = gate.made() and 1
    tree.release(SECOND)
    tree.publish()
    gate.sync()
    with workshop(gate.config, gate.state, threading.Event()) as shop:
        made = shop.make()
        assert made.show is not None
        assert [one.title for one in made.show.playlists] == ["Hai"]
        Switches(gate.state, gate.state / "run").switch_on(Instant(time.time_ns() // 1000))
        assert shop.store(made) == number
        again = shop.make()
        assert again.show is not None
        assert [one.title for one in again.show.playlists] == ["Một"]
        assert shop.store(again) == number
    gate.close()


def test_the_agent_asks_nobody_until_it_is_over(tmp_path: Path, tree: Tree) -> None:
    """Server, feed and neighbours; by a file that somebody touches, and across a restart."""
    with TreeServer(tree.path) as server, WebServer(lambda request: request.answer(rss("Tin"))) as feed:
        gate = Plain(tmp_path / "gate")
        (gate.folder / "trust").mkdir()
        gate.write("trust/root.json", tree.root.decode())
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        central = f"central: {{url: {server.url}, root: trust/root.json, every: 5s, share: 127.0.0.1:{port}}}"
        gate.write("config.yaml", f"{CONFIG}sources:\n  playlists: playlists/\n  {central}\n")
        gate.write("playlists/n.yaml", f"title: n\nzone: ticker\nitems: [{{banner: {{feed: '{feed.url}'}}}}]")
        agent = Agent(gate)
        try:
            agent.until(lambda: _central(agent) == GOOD and len(agent.titles()) >= 2)
            assert _listens(port)
            (gate.state / "run/blackout").touch()
            agent.until(lambda: _central(agent) == CUT and agent.status()["blackout"])
            assert not _listens(port)
            agent.until((gate.state / "blackout").exists)
            asked, fed = len(server.asked), len(feed.asked)
            # Somebody who wants it asked now gets nothing either; and what people write goes on being compiled.
            agent.process.send_signal(10)
            gate.playlist("b.yaml", "{notice: {title: a, text: b}, for: 5s}", title="Tại chỗ")
            agent.until(lambda: len(agent.titles()) >= 3)
            time.sleep(QUIET)
            agent.process.kill()
            agent.process.wait()
            (gate.state / "run/blackout").unlink()
            agent = Agent(gate)
            agent.until(lambda: agent.status().get("pid") == agent.process.pid)
            agent.until(lambda: agent.status().get("blackout") and _central(agent) == CUT)
            time.sleep(QUIET)
            assert (len(server.asked), len(feed.asked)) == (asked, fed)
            assert not _listens(port)
            Switches(gate.state, gate.state / "run").switch_off()
            agent.until(lambda: _central(agent) == GOOD and agent.status()["blackout"] is None)
            agent.until(lambda: len(feed.asked) > fed)
            agent.until(lambda: _listens(port))
            assert len(server.asked) > asked
        finally:
            agent.process.kill()
            agent.process.wait()


def _central(agent: Agent) -> str:
    return str((agent.status().get("central") or {}).get("state"))


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True

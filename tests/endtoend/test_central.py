"""What the central server says, seen on the wall: the real program, a real web server, signatures of two agencies."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.trust.directives import Alert, Alerts, Takedown, iso
from player.trust.names import gate_role
from tests.endtoend.daemon import Daemon
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.recorder import Recorder, look
from tests.endtoend.shows import ShowFolder, write_show
from tests.endtoend.turns import bare, of_the_show
from tests.endtoend.xserver import XServer
from tests.trust.tree import A, Tree
from tests.trust.treeserver import TreeServer

GATE = "test-gate"
EVERY = 5.0
FILM, OTHER, ALARM = 7, 8, 9
TEMPLATE = """\
template: bao-dong
slots: {ly-do: 40}
longest: 2h
title: Báo động
items: [{image: alarm.png, caption: "{ly-do}", for: 2s}]
"""


def playlist(title: str, media: str) -> bytes:
    kind = "video" if media.endswith("mp4") else "image"
    return f"title: {title}\nzone: main\nitems: [{{{kind}: {media}}}]\n".encode()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    make_film(tmp_path / "film.mp4", FILM, 300, 30)
    make_picture(tmp_path / "other.png", OTHER)
    make_picture(tmp_path / "alarm.png", ALARM)
    tree = Tree(tmp_path / "tree", (GATE,), now=datetime.now(UTC))
    tree.release({"mot.yaml": playlist("Một", "film.mp4"), "film.mp4": (tmp_path / "film.mp4").read_bytes()}, GATE)
    tree.templates({"bao-dong.yaml": TEMPLATE.encode(), "alarm.png": (tmp_path / "alarm.png").read_bytes()})
    tree.publish()
    return tree


@pytest.fixture
def server(tree: Tree) -> Iterator[TreeServer]:
    with TreeServer(tree.path) as server:
        yield server


@pytest.fixture
def show(tmp_path: Path, tree: Tree, server: TreeServer) -> ShowFolder:
    central = {"url": server.url, "every": f"{EVERY:g}s", "root": "trust/root.json"}
    show = write_show(tmp_path / "show", sources={"central": central})
    (show.path / "trust").mkdir()
    (show.path / "trust/root.json").write_bytes(tree.root)
    return show


def alert(seconds: float) -> Alerts:
    now = datetime.now(UTC)
    slots = (("ly-do", "Mưa lũ"),)
    return Alerts((Alert("a1", "bao-dong", slots, ("*",), iso(now), iso(now + timedelta(seconds=seconds))),))


def shows(screen: XServer, item: int) -> bool:
    code = look(screen).top
    return code is not None and code.item == item


def published(tree: Tree) -> float:
    """The instant at which it can be fetched."""
    tree.publish()
    return time.monotonic()


def test_an_alert_is_on_the_wall_in_time_and_ends_by_itself(
    screen: XServer, show: ShowFolder, tree: Tree, tmp_path: Path
) -> None:
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shows(screen, FILM), "film")
        tree.alerts(alert(12))
        raised = published(tree)
        daemon.wait_for(lambda: shows(screen, ALARM), "alert")
        assert time.monotonic() - raised < EVERY + 8
        daemon.wait_for(lambda: shows(screen, FILM), "film again")
        # It ends on a whole second, and then what was on plays to its end: the picture lasts two seconds.
        assert 10 < time.monotonic() - raised < 20
        ended = look(screen).at
        daemon.stop()
    # The alert's caption lies over the code at the foot of its picture.
    seen = of_the_show(recorder.recording.readings(), ended)
    assert [(one.at - seen[0].at, span) for one, span in bare(seen) if one.top is None] == []


def test_an_alert_survives_a_restart_without_the_server(
    screen: XServer, show: ShowFolder, tree: Tree, server: TreeServer
) -> None:
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shows(screen, FILM), "film")
        tree.alerts(alert(60))
        tree.publish()
        daemon.wait_for(lambda: shows(screen, ALARM), "alert")
        server.away()
        for verb in ("wall", "agent"):
            os.kill(daemon.part(verb).pid, signal.SIGKILL)
        daemon.wait_for(lambda: not shows(screen, ALARM), "wall killed")
        daemon.wait_for(lambda: shows(screen, ALARM), "alert again")


def test_a_takedown_is_obeyed_in_time(screen: XServer, show: ShowFolder, tree: Tree) -> None:
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shows(screen, FILM), "film")
        tree.takedown(Takedown(blank=(GATE,)))
        signed = published(tree)
        daemon.wait_for(lambda: not screen.framebuffer.picture().any(), "black wall")
        assert time.monotonic() - signed < EVERY + 8
        tree.takedown(Takedown())
        tree.publish()
        daemon.wait_for(lambda: shows(screen, FILM), "film again")


def test_one_signature_never_reaches_the_wall_and_two_do_without_a_gap(
    screen: XServer, show: ShowFolder, tree: Tree, tmp_path: Path
) -> None:
    picture = (tmp_path / "other.png").read_bytes()
    with Recorder(screen, tmp_path / "seen") as recorder, Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: shows(screen, FILM), "film")
        tree.release({"hai.yaml": playlist("Hai", "other.png"), "other.png": picture}, GATE)
        tree.signers[gate_role(GATE)] = (A,)
        tree.publish()
        daemon.wait_for(lambda: "not signed by all" in daemon.log, "refusal")
        daemon.play(3)
        assert shows(screen, FILM)
        tree.signers[gate_role(GATE)] = ("agency-a", "agency-b")
        tree.bump(gate_role(GATE))
        tree.publish()
        daemon.wait_for(lambda: shows(screen, OTHER), "picture")
        ended = look(screen).at
        daemon.stop()
    assert bare(of_the_show(recorder.recording.readings(), ended)) == []

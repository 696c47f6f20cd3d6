"""Commands that end well, badly, late and not at all."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from player.agent.light.commands import CommandFault, run
from tests.endtoend.processes import ProcessEntry


def python(script: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", script, *words)


def test_without_a_shell_in_its_folder_with_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    script = "import os, sys; open('told', 'w').write(f'{sys.argv[1]} {os.environ.get(sys.argv[2])} {len(sys.argv)}')"
    run(python(script, "$HOME; *", "LIGHT"), threading.Event(), tmp_path, {"LIGHT": "on"})
    assert (tmp_path / "told").read_text() == "$HOME; * on 3"
    run(python(script, "", "NOTIFY_SOCKET"), threading.Event(), tmp_path)
    assert (tmp_path / "told").read_text() == " None 3"


def test_what_it_says_last_is_the_reason(tmp_path: Path) -> None:
    script = "import sys; print('x' * 1_000_000); sys.exit('no relay at /dev/ttyUSB0')"
    with pytest.raises(CommandFault, match="1: no relay at /dev/ttyUSB0"):
        run(python(script), threading.Event(), tmp_path)
    with pytest.raises(CommandFault, match="gate-relay"):
        run(("gate-relay", "on"), threading.Event(), tmp_path)


def test_what_does_not_end_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(CommandFault, match="had not ended"):
        run(("sh", "-c", "sleep 60 & echo $! > pid; wait"), threading.Event(), tmp_path, at_most=0.8)
    assert time.monotonic() - began < 30
    child = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 10
    while (entry := ProcessEntry.of(child)) is not None and entry.state != "Z":
        assert time.monotonic() < end, "its child lives on"
        time.sleep(0.02)


def test_the_end_of_the_agent_is_its_end(tmp_path: Path) -> None:
    ending = threading.Event()
    threading.Timer(0.2, ending.set).start()
    began = time.monotonic()
    with pytest.raises(CommandFault):
        run(("sleep", "60"), ending, tmp_path)
    assert time.monotonic() - began < 20


def test_a_child_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    run(("sh", "-c", "sleep 30 & echo $! > pid"), threading.Event(), tmp_path)
    assert time.monotonic() - began < 20
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)

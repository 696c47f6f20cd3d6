"""`gateplayer blackout` as a technician calls it, with and without the programs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from player.cli import main
from player.config.language import language_in_use, use
from player.library.blackout import By, Switches
from tests.agent.test_agent import Agent
from tests.library.gate import Gate

NOBODY = 65534


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    gate = Gate(tmp_path)
    gate.picture("1.png", "red")
    gate.playlist("a.yaml", "{image: media/1.png, for: 10s}")
    gate.state.mkdir()
    before = language_in_use()
    yield gate
    use(before)


def call(gate: Gate, *arguments: str) -> int:
    return main([*arguments, "--config", str(gate.config)])


def switches(gate: Gate) -> Switches:
    return Switches(gate.state, gate.state / "run")


def test_on_and_off_with_nothing_running(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(gate, "blackout") == 0
    assert "there is none" in capsys.readouterr().out
    assert call(gate, "blackout", "on") == 0
    told = capsys.readouterr().out
    assert "by gateplayer blackout on" in told
    assert "survives a reboot" in told
    assert "wall: not running" in told
    found = switches(gate).look()
    assert found is not None
    assert (found.by, found.lasting) == (By.COMMAND, True)
    assert call(gate, "status") == 4
    assert capsys.readouterr().out.splitlines()[0].startswith("● blackout: the wall is black")
    call(gate, "status", "--json")
    assert json.loads(capsys.readouterr().out)["blackout"] == found.values()
    assert call(gate, "sync", "--once") == 4
    assert "gateplayer blackout off" in capsys.readouterr().err
    assert call(gate, "blackout", "off") == 0
    assert "has ended" in capsys.readouterr().out
    assert switches(gate).look() is None


def test_the_programs_are_waited_for_and_one_that_does_not_follow_is_named(
    gate: Gate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.cli.blackout.PATIENCE", 1.0)
    agent = Agent(gate)
    wall_code = "import time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", wall_code]) as wall:
        try:
            agent.until(lambda: agent.status().get("state") == "good")
            _write(gate.state / "run/wall.json", {"pid": wall.pid, "blackout": None})
            assert call(gate, "blackout", "on") == 4
            told = capsys.readouterr().out
            assert "wall: does not follow the switch" in told
            assert "Switch off the power" in told
            assert "agent: its network is cut" in told
            _write(gate.state / "run/wall.json", {"pid": wall.pid, "blackout": {"since": "x"}})
            assert call(gate, "blackout") == 0
            assert "is black and silent" in capsys.readouterr().out
            os.kill(agent.process.pid, signal.SIGTERM)
        finally:
            agent.process.kill()
            agent.process.wait()
            wall.kill()


def test_where_the_state_folder_cannot_be_written_the_run_folder_serves(
    gate: Gate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied", str(gate.state / "blackout"))

    monkeypatch.setattr("player.library.blackout.write_whole", refused)
    (gate.state / "run").mkdir()
    assert call(gate, "blackout", "on") == 0
    told = capsys.readouterr().out
    assert str(gate.state / "run/blackout") in told
    assert "A reboot would still end it" in told
    monkeypatch.setattr(Switches, "touch", refused)
    switches(gate).switch_off()
    assert call(gate, "blackout", "on") == 4
    assert "Switch off the power of the wall." in capsys.readouterr().err
    monkeypatch.setattr(Switches, "switch_off", refused)
    assert call(gate, "blackout", "off") == 4
    told = capsys.readouterr().err
    assert "The blackout goes on" in told
    assert "sudo gateplayer blackout off" in told


def test_a_misspelt_config_blanks_nothing_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["blackout", "on", "--config", str(tmp_path / "confgi.yaml")]) == 2
    assert "confgi.yaml: no such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main(["blackout", "onn"]) == 2


def _write(path: Path, said: dict[str, Any]) -> None:
    path.write_text(json.dumps(said))


@contextmanager
def operator() -> Iterator[None]:
    """What is done meanwhile is done by somebody who is not root."""
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_an_operator_may_switch_it_on_from_the_run_folder_and_not_off(
    gate: Gate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /etc, /var/lib and /run are on a gate: the config and the state are not for everybody, the run folder is."""
    run = gate.folder / "run"
    run.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(run))
    monkeypatch.setenv("GATEPLAYER_CONFIG", str(gate.config))
    monkeypatch.chdir(run)
    assert main(["blackout"]) == 0
    for folder in (gate.folder, *gate.folder.parents[:-2]):
        folder.chmod(0o755)
    for path, mode in ((run, 0o777), (gate.state, 0o700), (gate.config, 0o600)):
        path.chmod(mode)
    with operator():
        assert main(["blackout", "on"]) == 0
    assert (run / "blackout").exists()
    Switches(gate.state, run).make_last()
    capsys.readouterr()
    with operator():
        assert main(["blackout", "off"]) == 4
    assert "cannot be read: do it as the technician: sudo gateplayer blackout off" in capsys.readouterr().err
    gate.config.chmod(0o644)
    with operator():
        assert main(["blackout", "off"]) == 4
    assert "The blackout goes on" in capsys.readouterr().err
    assert Switches(gate.state, run).look() is not None
    said = {"since": "2026-11-25T10:00:00Z", "by": "file", "lasting": True}
    _write(run / "wall.json", {"pid": os.getpid(), "blackout": said})
    with operator():
        # He may not look at the switch that lasts; the wall tells him.
        assert main(["blackout"]) == 0
    assert "survives a reboot" in capsys.readouterr().out

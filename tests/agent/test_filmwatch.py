"""The real agent has films watched for flashes while it goes on with everything else."""

import json
from pathlib import Path

import pytest

from player.cli import main
from tests.agent.test_agent import Agent
from tests.library.gate import CONFIG, Gate
from tests.media.media import make_strobe


def test_films_are_watched_by_the_way_and_shown_when_they_are_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    gate = Gate(tmp_path)
    gate.write("config.yaml", CONFIG + "safety: {flashing: refuse}\n")
    make_strobe(gate.playlists / "media/strobe.mp4")
    gate.film("calm.mp4")
    gate.picture("1.png")
    gate.playlist("a.yaml", "{video: media/strobe.mp4}", "{video: media/calm.mp4}", "{image: media/1.png}")
    agent = Agent(gate)
    try:
        agent.until(lambda: agent.titles() == ["media/calm.mp4", "media/1.png"])
        agent.until(lambda: agent.status()["state"] == "faulty")
        [fault] = agent.status()["faults"]
        assert "media/strobe.mp4: is not shown here, because it flashes 8 times a second" in fault["message"]
        gate.write("config.yaml", CONFIG)
        agent.until(lambda: len(agent.titles()) == 3)
        agent.until(lambda: agent.status()["state"] == "good")
        [told] = agent.status()["flashing"]
        assert "media/strobe.mp4: flashes 8 times a second" in told["message"]
        main(["status", "--config", str(gate.config)])
        assert f"playlists/a.yaml: {told['message']}" in " ".join(capsys.readouterr().out.split())
        main(["status", "--json", "--config", str(gate.config)])
        troubles = json.loads(capsys.readouterr().out)["gate"]["troubles"]
        assert [one["tone"] for one in troubles if one["reason"] == told["message"]] == ["care"]
    finally:
        agent.process.kill()
        agent.process.wait()

"""A real agent with commands for the lights and a controller: what becomes of them, and what people are told."""

import json
from pathlib import Path

import pytest

from player.agent.page.headline import troubles
from player.agent.page.lightrows import light_rows
from player.cli.examinations import light
from player.cli.examinations.finding import Gate as Examined
from player.cli.examinations.finding import Grade
from player.config.language import speaking
from player.library.gatefacts import FactsReader
from tests.agent.light.controllers import FakeNovaStar
from tests.agent.test_agent import Agent
from tests.library.gate import CONFIG, Gate


def told(gate: Gate) -> list[str]:
    """The rows of the status page and of `gateplayer status`."""
    facts = FactsReader(gate.config).read()
    with speaking("en"):
        return [f"{row.label}: {row.value}" for row in light_rows(facts)]


def attention(gate: Gate) -> list[str]:
    with speaking("en"):
        return [one.what for one in troubles(FactsReader(gate.config).read())]


def test_lights_and_brightness_in_a_blackout_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    gate = Gate(tmp_path / "gate")
    (gate.state / "run").mkdir(parents=True)
    gate.write("state/run/wall.json", json.dumps({"light": {"target": 0.4}}))
    noted = gate.folder / "noted"
    with FakeNovaStar() as card:
        lights = f"lights: {{'on': sh -c 'echo $GATEPLAYER_LIGHTS >> {noted}', 'off': [./no-relay]}}\n"
        gate.write("config.yaml", f"{CONFIG}{lights}controller: {{novastar: '127.0.0.1:{card.port}'}}\n")
        agent = Agent(gate)
        try:
            agent.until(lambda: (agent.status().get("lights") or {}).get("done"))
            agent.until(lambda: (agent.status().get("controller") or {}).get("confirmed") == 0.4)
            assert (noted.read_text(), card.brightness) == ("on\n", 102)
            assert [row.partition(" since")[0] for row in told(gate)] == [
                "lights: on",
                "controller: NovaStar 127.0.0.1: 40 % of full light",
            ]
            assert not {"lights", "controller"} & set(attention(gate))
            examined = Examined(gate.config)
            (found,) = light.controller(examined)
            assert (found.grade, found.found) == (Grade.GOOD, "NovaStar 127.0.0.1 answers: 40 % of full light")
            assert [one.grade for one in light.lights(examined)] == [Grade.GOOD, Grade.WARNING]
            (gate.state / "run/blackout").touch()
            gate.write("state/run/wall.json", json.dumps({"light": {"target": 0}}))
            agent.until(lambda: card.brightness == 0)
            agent.until(lambda: agent.status()["lights"]["fault"])
            assert "no-relay" in told(gate)[0]
            assert "lights" in attention(gate)
        finally:
            agent.process.kill()
            agent.process.wait()
        (found,) = light.controller(examined)
        assert (found.grade, found.found) == (Grade.GOOD, "NovaStar 127.0.0.1 answers: 0 % of full light")
    (found,) = light.controller(examined)
    assert found.grade is Grade.BAD
    assert found.advice

"""What `gateplayer status` says of the play log."""

from dataclasses import asdict

import pytest

from player.agent.daystate import DayState
from player.cli.statusdays import tell_days


def said(capsys: pytest.CaptureFixture[str], state: DayState) -> str:
    tell_days(asdict(state))
    return capsys.readouterr().out


def test_how_far_the_play_log_is_sealed(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, DayState(12, "2026-12-01", waiting=3, fingerprint="1a2b 3c4d"))
    assert "play log: sealed up to day 12, 2026-12-01, 3 days wait to be delivered" in told
    assert "key 1a2b 3c4d" in told
    assert "nothing is sealed yet" in said(capsys, DayState())


def test_why_it_cannot_be_sealed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "gate.key is damaged" in said(capsys, DayState(fault="gate.key is damaged"))

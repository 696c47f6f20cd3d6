"""What `check` says of films that flash: by then it has watched them itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from player.cli import main
from player.config.language import language_in_use, use
from tests.library.gate import CONFIG, Gate
from tests.media.media import make_strobe

SAID = "playlists/a.yaml: a.yaml: media/strobe.mp4: "
FLASHES = "flashes 8 times a second from 00:00 to 00:02 over 100 % of the picture"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    gate = Gate(tmp_path)
    make_strobe(gate.playlists / "media/strobe.mp4")
    gate.playlist("a.yaml", "{video: media/strobe.mp4, fit: stretch}")
    before = language_in_use()
    yield gate
    use(before)


def test_it_tells_or_refuses_by_policy(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(gate.config)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert SAID + FLASHES in said
    gate.write("config.yaml", CONFIG + "safety: {flashing: refuse}\n")
    assert main(["check", "--config", str(gate.config)]) == 2
    assert SAID + f"is not shown here, because it {FLASHES}" in capsys.readouterr().out.splitlines()
    gate.write("config.yaml", CONFIG + "safety: {flashing: allow}\n")
    assert main(["check", "--config", str(gate.config)]) == 2
    assert "report" in capsys.readouterr().out

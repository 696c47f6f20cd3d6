"""What tests of the central side share."""

from pathlib import Path

import pytest


@pytest.fixture
def english_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No config.yaml around says which language is spoken."""
    for name in ("GATEPLAYER_CONFIG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)

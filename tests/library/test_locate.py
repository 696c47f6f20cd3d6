"""Where things lie, without reading config.yaml as a whole."""

import os
from pathlib import Path

import pytest

from player.library.locate import FONTS, prefer_fonts


def test_the_gate_s_fonts_are_preferred_by_what_is_started_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("gate: g\nfonts: chu/   # of the province\n")
    monkeypatch.setenv(FONTS, "/elsewhere")
    prefer_fonts(config)
    prefer_fonts(config)
    assert os.environ[FONTS].split(os.pathsep) == [str(tmp_path / "chu/"), "/elsewhere"]
    config.write_text("gate: g\n")
    monkeypatch.delenv(FONTS)
    prefer_fonts(config)
    assert FONTS not in os.environ

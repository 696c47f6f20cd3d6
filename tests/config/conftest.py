"""A gate's folder to write into, and English sentences to compare with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from player.config.language import language_in_use, use
from player.config.playlists import Reading, read_playlists
from player.config.settings import read_config
from player.core.faults import ConfigFault

CONFIG = """\
gate: kim-thanh-2
language: en
layout:
  main: {at: [0, 0], size: [100%, 100%]}
  ticker: {at: [0, 90%], size: [100%, 10%], hide_when_empty: on}
  time: {at: [90%, 0], size: [10%, 5%], shows: clock}
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language_in_use()
    use("en")
    yield
    use(before)


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[[str], list[str]]:
    """What is wrong with a config.yaml, as `line:column: message`."""

    def faults(text: str) -> list[str]:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            read_config(path)
        except ConfigFault as fault:
            return [str(one).removeprefix(f"{path}:").strip() for one in fault.faults]
        return []

    return faults


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A gate with a config.yaml and some (empty) media files in playlists/media; a file outside it to reach for."""
    (tmp_path / "secret.jpg").touch()
    media = tmp_path / "playlists" / "media"
    (media / "album").mkdir(parents=True)
    for name in ("sapa.jpg", "promo.mp4", "notice.pdf"):
        (media / name).touch()
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def reading(gate: Path) -> Callable[..., Reading]:
    """Writes playlist files (name=text, `.yaml` added) and reads the folder."""

    def read(**files: str) -> Reading:
        for name, text in files.items():
            (gate / "playlists" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return read_playlists(gate / "playlists", read_config(gate / "config.yaml"))

    return read

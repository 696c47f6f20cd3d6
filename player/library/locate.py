"""Where things lie, found without reading config.yaml as a whole: the wall starts before anything heavy is imported."""

import os
import re
from pathlib import Path

_KEY = re.compile(r"""^(?P<key>[a-z]+)\s*:\s*(?P<value>"[^"\n]*"|'[^'\n]*'|[^#\n]*?)\s*(?:\s\#.*)?$""")
CONFIG = "config.yaml"
FONTS = "GATEPLAYER_FONTS"
SYSTEM = Path("/etc/gateplayer/config.yaml")
SYSTEM_RUN = Path("/run/gateplayer")


def config_file(given: Path | None = None) -> Path:
    """The config file to use: the one `given`, else here, else $GATEPLAYER_CONFIG, else the system's.

    When none exists the one of this folder is named, so that the message about it is of use.
    """
    if given is not None:
        return given
    here = Path(CONFIG)
    named = os.environ.get("GATEPLAYER_CONFIG")
    if here.is_file():
        return here
    if named:
        return Path(named)
    return SYSTEM if SYSTEM.is_file() else here


def state_dir(config_path: Path) -> Path:
    """The state folder: config.yaml's `state:` as seen from its own folder; `state/` if it says nothing."""
    return config_path.resolve().parent / (scalar(config_path, "state") or "state")


def run_dir(config_path: Path) -> Path:
    """The folder of the status files and of the blackout's switch: what systemd gives in $RUNTIME_DIRECTORY, which for
    those whom it did not start is the system's own where the config is; else `run/` in the state folder."""
    given = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    if given:
        return Path(given)
    return SYSTEM_RUN if config_path == SYSTEM else state_dir(config_path) / "run"


def prefer_fonts(config_path: Path) -> None:
    """Have this process and those that it starts prefer the fonts of config.yaml's `fonts:` folder."""
    folder = scalar(config_path, "fonts")
    if folder:
        given = [part for part in os.environ.get(FONTS, "").split(os.pathsep) if part]
        own = str(config_path.resolve().parent / folder)
        os.environ[FONTS] = os.pathsep.join([own, *(part for part in given if part != own)])


def scalar(config_path: Path, key: str) -> str:
    """The plain or quoted value of a top-level `key`; empty when there is none, or no such file."""
    try:
        text = config_path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
    for line in text.removeprefix("\ufeff").splitlines():
        found = _KEY.match(line)
        if found and found["key"] == key:
            return _unquoted(found["value"])
    return ""


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return "" if value in ("~", "null") else value

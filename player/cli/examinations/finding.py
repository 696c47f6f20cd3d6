"""What an examination finds, and what it may look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path

from player.config.language import _
from player.config.settings import Config, read_config
from player.core.faults import ConfigFault
from player.library.locate import run_dir, state_dir


class Grade(Enum):
    GOOD = 0
    WARNING = 1
    BAD = 2


class Subject(Enum):
    """What the findings are told by."""

    PROGRAM = "program"
    SCREEN = "screen"
    DISK = "disk"
    CLOCK = "clock"
    SERVER = "server"
    FOLDERS = "folders"
    SERVICES = "services"
    COMPUTER = "computer"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at, what was `found`, and what to do about it (empty when it is good)."""

    grade: Grade
    what: str
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Gate:
    """The gate that is examined, on a computer whose files begin at `root`. `parts` holds what costs much to find."""

    config_path: Path
    root: Path = Path("/")
    parts: dict[str, object] = field(default_factory=dict)

    @cached_property
    def config(self) -> Config | None:
        """None when it is wrong; that is a finding of its own."""
        try:
            return read_config(self.config_path)
        except ConfigFault:
            return None

    @property
    def state(self) -> Path:
        return state_dir(self.config_path)

    @property
    def run(self) -> Path:
        return run_dir(self.config_path)


Examination = Callable[[Gate], Iterator[Finding]]


def good(what: str, found: str) -> Finding:
    return Finding(Grade.GOOD, what, found)


def warning(what: str, found: str, advice: str) -> Finding:
    return Finding(Grade.WARNING, what, found, advice)


def bad(what: str, found: str, advice: str) -> Finding:
    return Finding(Grade.BAD, what, found, advice)


def title(subject: Subject) -> str:
    """For people."""
    return {
        Subject.PROGRAM: _("Program"),
        Subject.SCREEN: _("Picture and sound"),
        Subject.DISK: _("Disk"),
        Subject.CLOCK: _("Clock"),
        Subject.SERVER: _("Central server"),
        Subject.FOLDERS: _("Folders"),
        Subject.SERVICES: _("Services"),
        Subject.COMPUTER: _("Computer"),
    }[subject]

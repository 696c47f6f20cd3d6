"""What can be wrong, by what its reader must do about it. Messages are in the reader's language when raised."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file; lines and columns count from 1, and 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong, where, and what to do. `passing`: it may be gone at another try though nobody edits anything."""

    place: Place
    message: str
    passing: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class GateplayerFault(Exception):
    """The root of our own errors; `exit_code` as in DESIGN section 10."""

    exit_code = 70


class ConfigFault(GateplayerFault):
    """What somebody wrote is wrong: every fault at once."""

    exit_code = 2

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class ContentFault(GateplayerFault):
    """A file cannot be shown; the message says why and what to do."""

    exit_code = 2


class Unfinished(ContentFault):
    """A file cannot be shown because a part of it is missing or damaged: it may be a copy that is under way."""


class Passing(ContentFault):
    """A file cannot be shown now; another try may do better though nobody changes it."""


class DisplayFault(GateplayerFault):
    """Nothing to draw on."""

    exit_code = 4


class SyncFault(GateplayerFault):
    """The central server, or a stick with its tree, cannot be reached or does not give what it should; worth another
    try."""

    exit_code = 4


class TrustFault(GateplayerFault):
    """Signatures, versions or dates do not allow what is there to be used. Trying again does not help by itself."""

    exit_code = 3

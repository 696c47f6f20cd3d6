"""What the downloads tell. Immutable; handed over from their threads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """An asset that is to be here; the lower its `rank`, the sooner."""

    sha: str
    size: int
    rank: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: files and bytes that were missing when they were first asked for, and those that have come."""

    files: int
    of_files: int
    bytes: int
    of_bytes: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """An asset is here for good."""

    sha: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An attempt has failed. `place` is at fault, "" this computer; `again`: seconds until the next."""

    sha: str
    place: str
    reason: str
    again: float


@dataclass(frozen=True, slots=True)
class Complete:
    """Everything that is wanted is here."""


DownloadEvent = Progress | Arrived | Trouble | Complete

"""How the following of the central server goes, for the status: facts that cross from its thread to the main loop."""

from dataclasses import dataclass

OFF, GOOD, UNREACHABLE, REFUSED, STUCK = "off", "good", "unreachable", "refused", "stuck"
"""What `state` says: good is up to date or fetching; unreachable cannot be had; refused was there, and is not used
because it is not signed as it must be; stuck cannot store what it fetches."""


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """A release: its version, when it was made, and of its files how many are here and how many bytes that is."""

    version: int
    made: str
    files: int
    bytes: int
    files_here: int
    bytes_here: int


@dataclass(frozen=True, slots=True)
class AlertState:
    """An alert that is on; `until` is ISO 8601 as it was signed."""

    id: str
    template: str
    until: str


@dataclass(frozen=True, slots=True)
class StickState:
    """A stick that is in: why nothing of it is used, empty when it is; `written` is when a receipt was left on it.
    `days` of the play log have been copied onto it, None while they are; `log_reason` is why not all of them."""

    path: str
    reason: str = ""
    written: str = ""
    days: int | None = None
    log_reason: str = ""


@dataclass(frozen=True, slots=True)
class SyncState:
    """Instants are ISO 8601 in UTC, empty for never. `checked` is when the server last gave what can be trusted,
    `since` when the state became what it is. `lost` are files of what is in force that were found damaged."""

    state: str = OFF
    since: str = ""
    server: str = ""
    checked: str = ""
    reason: str = ""
    release: ReleaseState | None = None
    awaited: ReleaseState | None = None
    fetching: str = ""
    alerts: tuple[AlertState, ...] = ()
    blank: bool = False
    taken_down: int = 0
    lost: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sticks: tuple[StickState, ...] = ()

"""What the main loop can hear of. Put into its queue by any thread, and by the signal handlers."""

from dataclasses import dataclass

from player.library.feeds import FeedHealth
from player.library.workshop import Made


@dataclass(frozen=True, slots=True)
class Changed:
    """A file may have changed."""


@dataclass(frozen=True, slots=True)
class HousekeepingDue:
    """The nightly chores."""


@dataclass(frozen=True, slots=True)
class Began:
    """The worker has found a change and compiles."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The worker has looked; `made` is None when nothing had changed. `number` is that of the current show, 0 if there
    is none; `failure` says why none could be stored. `due` is the instant of the monotonic clock at which the watched
    folder wants to be looked at again, None: when something happens."""

    made: Made | None = None
    number: int = 0
    failure: str = ""
    due: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The worker has done some of its chores; `rest` are the assets that wait to be verified."""

    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedsNews:
    """How the fetching of each feed goes."""

    feeds: tuple[FeedHealth, ...]


@dataclass(frozen=True, slots=True)
class Crashed:
    """A thread ended by an error that nobody expected."""

    thread: str
    error: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody wishes the agent to end."""


Event = Began | Changed | FeedsNews | HousekeepingDue | Looked | Kept | Crashed | Stop

"""What the main loop can hear of. Put into its queue by any thread, and by the signal handlers."""

from dataclasses import dataclass

from player.agent.daystate import DayState
from player.agent.light.states import ControllerState, LightsState
from player.agent.page.serving import PageState
from player.agent.syncstate import SyncState
from player.agent.uplinkstate import UplinkState
from player.library.blackout import Blackout
from player.library.feeds import FeedHealth
from player.library.workshop import Made


@dataclass(frozen=True, slots=True)
class Changed:
    """A file may have changed. `at_once`: it is worth looking now, however much else is being written."""

    at_once: bool = False


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
    """The worker has done some of its chores; `rest` are the assets that wait to be verified. `damaged`: one that was
    verified was not what it should be, and is gone."""

    rest: tuple[str, ...] = ()
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class FeedsNews:
    """How the fetching of each feed goes."""

    feeds: tuple[FeedHealth, ...]


@dataclass(frozen=True, slots=True)
class SyncNews:
    """How the following of the central server goes."""

    sync: SyncState


@dataclass(frozen=True, slots=True)
class DaysNews:
    """How the sealing of the play log goes."""

    days: DayState


@dataclass(frozen=True, slots=True)
class UplinkNews:
    """How the reports to the province go."""

    uplink: UplinkState


@dataclass(frozen=True, slots=True)
class SyncNow:
    """Somebody wishes the central server to be asked now, and reports to be sent."""


@dataclass(frozen=True, slots=True)
class BlackoutNews:
    """A blackout has begun, or is another; None: it has ended."""

    blackout: Blackout | None


@dataclass(frozen=True, slots=True)
class Crashed:
    """A thread ended by an error that nobody expected."""

    thread: str
    error: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody wishes the agent to end."""


@dataclass(frozen=True, slots=True)
class PageNews:
    """Where the status page is found."""

    page: PageState


@dataclass(frozen=True, slots=True)
class LightsNews:
    """How the commands for the lights go; None: config.yaml names none."""

    lights: LightsState | None


@dataclass(frozen=True, slots=True)
class ControllerNews:
    """How the controller of the brightness is; None: config.yaml names none."""

    controller: ControllerState | None


News = BlackoutNews | ControllerNews | DaysNews | FeedsNews | LightsNews | PageNews | SyncNews | UplinkNews
"""Facts for the status, from threads of their own."""

Event = Began | Changed | HousekeepingDue | Looked | Kept | News | SyncNow | Crashed | Stop

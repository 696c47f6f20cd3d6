"""Puts the agent together, and takes it down in reverse."""

import logging
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import sdnotify

from player.agent.blackoutwatch import BlackoutWatch
from player.agent.chores import Chores
from player.agent.daykeeper import DayKeeper
from player.agent.events import BlackoutNews, Changed, Crashed, Event, HousekeepingDue, Stop, SyncNow
from player.agent.feeds import FeedKeeper
from player.agent.filmwatch import FilmWatch
from player.agent.following import Follower
from player.agent.light.controllerkeeper import ControllerKeeper
from player.agent.light.hooks import HookKeeper
from player.agent.page.keeper import PageKeeper
from player.agent.page.ring import Ring
from player.agent.page.serving import StatusPage
from player.agent.service import LOOK_EVERY, Keeper, Service
from player.agent.status import StatusFile
from player.agent.syncing import CentralKeeper
from player.agent.uplinkkeeper import UplinkKeeper
from player.agent.worker import Worker
from player.config.language import _
from player.config.settings import read_config
from player.core.faults import GateplayerFault
from player.library.blackout import Blackout, Switches
from player.library.files import sole
from player.library.locate import run_dir, state_dir
from player.library.workshop import workshop

log = logging.getLogger(__name__)


class AlreadyRunning(GateplayerFault):
    """Another agent feeds this wall."""

    exit_code = 4


def main(config_path: Path, *, must_start: bool = False) -> int:
    """Follow the config file and its playlists until SIGTERM or SIGINT; the exit code.

    `must_start` raises ConfigFault when config.yaml is wrong at the start, instead of waiting for it to be set right.
    """
    if must_start:
        read_config(config_path)
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    ending = threading.Event()
    state = state_dir(config_path)
    with ExitStack() as stack:
        ring = _keep_log(stack)
        _hear_signals(stack, events)
        _hear_crashes(stack, events)
        _hold(stack, config_path, state)
        shop = stack.enter_context(workshop(config_path, state, ending, once=False))
        follower = Follower(lambda: events.put(Changed()))
        stack.callback(follower.stop)
        worker = Worker(shop, follower, events.put, ending)
        stack.callback(worker.stop)
        feeds = FeedKeeper(shop.feeds, events.put, ending)
        films = FilmWatch(state, events.put, ending)
        days = DayKeeper(state, events.put, ending)
        central = CentralKeeper(state, events.put, ending, days.seal_now)
        uplink = UplinkKeeper(state, _also(events.put, days.delivered), ending)
        hooks = HookKeeper(events.put, ending)
        controller = ControllerKeeper(run_dir(config_path), events.put, ending)
        chores = Chores(lambda: events.put(HousekeepingDue()))
        page = StatusPage(config_path, ring, lambda: worker.folder, lambda: events.put(Changed(at_once=True)))

        def told(blackout: Blackout | None) -> None:
            feeds.follow_line()
            central.follow_line()
            uplink.look_now()
            hooks.follow_blackout(blackout)
            events.put(BlackoutNews(blackout))

        watch = BlackoutWatch(Switches(state, run_dir(config_path)), told, ending)
        # First of all: in a blackout the others are to ask nobody.
        keeping = (watch, feeds, films, days, central, uplink, hooks, controller, chores)
        for one in (*keeping, page):
            stack.callback(one.stop)
        follower.start()
        worker.start()
        for one in keeping:
            one.start()
        keepers = (central, days, uplink, hooks, controller, PageKeeper(page, events.put))
        return _serve(config_path, events, worker, feeds, films, keepers, central.recheck)


def _also(report: Callable[[Event], None], then: Callable[[], None]) -> Callable[[Event], None]:
    """Report, and then do something that takes no time."""

    def told(event: Event) -> None:
        report(event)
        then()

    return told


def once(config_path: Path, before: Callable[[Path], None] | None = None) -> int:
    """Compile and store the show, and end: 0, or 2 when anything is wrong in what was written. `before` has the state
    folder to itself first."""
    state = state_dir(config_path)
    with ExitStack() as stack:
        _hold(stack, config_path, state)
        if before:
            before(state)
        shop = stack.enter_context(workshop(config_path, state, threading.Event()))
        shop.make()
        shop.settle()
        made = shop.make()
        if made.config and made.config.refuse_flashing and made.unexamined:
            shop.examine(made.unexamined)
            made = shop.make()
        try:
            shop.store(made)
        except OSError as error:
            raise StateFault(_("the show cannot be stored: {reason}").format(reason=error.strerror)) from error
        for fault in made.faults:
            log.warning("%s", fault)
        return 2 if made.faults else 0


def _serve(
    config_path: Path,
    events: "queue.SimpleQueue[Event]",
    worker: Worker,
    feeds: FeedKeeper,
    films: FilmWatch,
    keepers: Sequence[Keeper],
    recheck: Callable[[], None],
) -> int:
    notifier = sdnotify.SystemdNotifier()
    status = StatusFile(run_dir(config_path), os.getpid())
    service = Service(
        events,
        worker,
        status,
        notifier.notify,
        longest=_longest_wait(),
        want_feeds=feeds.want,
        want_watched=films.want,
        keepers=keepers,
        recheck=recheck,
    )
    code = service.run()
    notifier.notify("STOPPING=1")
    status.remove()
    return code


def _keep_log(stack: ExitStack) -> Ring:
    """Have the last lines of the log at hand for the status page."""
    ring = Ring()
    logging.getLogger().addHandler(ring)
    stack.callback(logging.getLogger().removeHandler, ring)
    return ring


def _longest_wait() -> float:
    """Seconds that the loop may be silent: the half of what systemd's watchdog allows."""
    allowed = os.environ.get("WATCHDOG_USEC", "")
    return min(LOOK_EVERY, int(allowed) / 2_000_000) if allowed.isdecimal() else LOOK_EVERY


def _hold(stack: ExitStack, config_path: Path, state: Path) -> None:
    """One agent for each state folder, which is made, though not beside a misspelt config file."""
    try:
        state.mkdir(parents=config_path.is_file(), exist_ok=True)
        ours = stack.enter_context(sole(state / "agent.lock"))
    except OSError as error:
        raise StateFault(
            _("{state}: cannot be written: {reason}").format(state=state, reason=error.strerror)
        ) from error
    if not ours:
        raise AlreadyRunning(_("another agent is running with the state folder {state}").format(state=state))


class StateFault(GateplayerFault):
    """The state folder cannot be used."""

    exit_code = 4


def _hear_signals(stack: ExitStack, events: "queue.SimpleQueue[Event]") -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        # SimpleQueue.put is safe in a handler: it never waits for a lock that the main thread could hold.
        events.put(Stop())

    def sync(_number: int, _frame: FrameType | None) -> None:
        events.put(SyncNow())

    for number, heard in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGUSR1, sync)):
        stack.callback(signal.signal, number, signal.signal(number, heard))


def _hear_crashes(stack: ExitStack, events: "queue.SimpleQueue[Event]") -> None:
    """Any thread that ends by an error, a library's too, ends the agent; systemd starts it afresh."""

    def crashed(args: threading.ExceptHookArgs) -> None:
        text = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback))
        events.put(Crashed(args.thread.name if args.thread else "?", text))

    stack.callback(setattr, threading, "excepthook", threading.excepthook)
    threading.excepthook = crashed

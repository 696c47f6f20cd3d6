"""Fetches once what the central server, or a stick, has for this gate: for a person who waits for it."""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from player.agent.adopting import Adopter
from player.agent.downloadevents import Complete, DownloadEvent, Progress, Trouble, Wanted
from player.agent.downloads import fetch_now
from player.agent.sticks import leave_receipt, sticks_in
from player.agent.supply import Supply, server_of
from player.config.language import _
from player.config.settings import CentralSource, read_config
from player.core.faults import ContentFault, SyncFault
from player.core.units import Instant
from player.library.blobs import Blobs
from player.library.central import Release
from player.library.feeds import FeedStore
from player.library.files import write_whole
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.trust.clock import TrustClock
from player.trust.origin import FolderOrigin, Origin

_MOST_TROUBLES = 5
_SILENCE = 120.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What is in force afterwards, and what to take care of. `place` is where it came from."""

    place: str
    release: Release | None
    adopted: bool
    warnings: tuple[str, ...]


def sync_once(config_path: Path, state: Path, told: Callable[[Progress], None]) -> Synced:
    """Look, fetch everything, put it in force. `told` hears how far it is.

    ConfigFault, SyncFault, TrustFault, NoSpace; ContentFault when nothing may come from a central server. The state
    folder must be ours alone.
    """
    config = read_config(config_path)
    source = config.sources.central
    if source is None:
        raise ContentFault(_("config.yaml names no central server; enrol this gate: gateplayer enroll"))
    with ExitStack() as stack:
        ending = threading.Event()
        blobs, index, prober = Blobs(state, ending), Index(state), Prober(ending)
        stack.callback(index.close)
        stack.callback(prober.close)
        intake = Intake(blobs, index, prober, FeedStore(state))
        clock = TrustClock(state / "trust", write_whole)
        adopter = Adopter(state, blobs, intake, clock, lambda: Instant(time.time_ns() // 1000))
        adopter.follow(config, source)
        sticks = sticks_in(config.sources.usb)
        origin = stack.enter_context(closing(_first(source, [stick.path for stick in sticks])))
        adopter.look(origin, lambda place, small: fetch_now(blobs, place, [Wanted(*one, 0) for one in small]))
        events: queue.SimpleQueue[DownloadEvent] = queue.SimpleQueue()
        supply = Supply(blobs, events.put)
        stack.callback(supply.stop)
        supply.begin(source, config.timezone, sticks, at_any_hour=True)
        supply.want(adopter.missing())
        _wait(events, told)
        adopted = adopter.adopt()
        release = adopter.in_force()[1]
        for stick in sticks:
            leave_receipt(stick.path, config.gate, release)
        return Synced(origin.name, release, adopted, tuple(adopter.warnings()))


def _first(source: CentralSource, sticks: list[Path]) -> Origin:
    """A stick that somebody has put in is what they mean; else the server."""
    origin = FolderOrigin(sticks[0]) if sticks else server_of(source)
    if origin is None:
        raise SyncFault(_("no stick is in, and config.yaml names no address of a server"))
    return origin


def _wait(events: "queue.SimpleQueue[DownloadEvent]", told: Callable[[Progress], None]) -> None:
    """Until all has come. SyncFault when it does not come nearer, and at once when this computer is at fault: its disk
    does not get better by waiting."""
    troubles, furthest = 0, 0
    while True:
        try:
            event = events.get(timeout=_SILENCE)
        except queue.Empty as error:
            raise SyncFault(_("nothing has come for {seconds:.0f} s").format(seconds=_SILENCE)) from error
        match event:
            case Complete():
                return
            case Progress():
                if event.bytes > furthest:
                    troubles, furthest = 0, event.bytes
                told(event)
            case Trouble():
                troubles += 1
                if troubles >= _MOST_TROUBLES or not event.place:
                    raise SyncFault(event.reason)

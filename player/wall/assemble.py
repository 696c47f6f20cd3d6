"""Puts the wall together, and takes it down in reverse."""

import gc
import logging
import os
from contextlib import closing
from pathlib import Path

from player.config import language
from player.config.language import _
from player.core.geometry import Rect, Size
from player.core.mapping import Mapping
from player.core.model import Show, Zone
from player.core.units import Instant, Span
from player.library.blackout import Switches
from player.library.locate import run_dir, state_dir
from player.library.shows import ShowStore
from player.library.testcard import Requests
from player.library.wallsettings import NAME, WallSettings, read, zone_of
from player.media import sandbox
from player.media.decoder import Decoder
from player.media.jobs import Job, Slate
from player.media.nursery import Nursery
from player.wall.cardwatch import CardWatch
from player.wall.clips import Showing, State, StillClip
from player.wall.dimmer import Dimmer
from player.wall.display import Display
from player.wall.heartbeat import heartbeat
from player.wall.interruptions import Interruptions
from player.wall.lamp import ControllerFile, Lamp
from player.wall.loop import Parts, Wall, read_clock, read_monotonic
from player.wall.opening import Opener
from player.wall.screen import OFFSCREEN, Screen, open_screen, warn_of_refresh
from player.wall.scribe import Scribe
from player.wall.sound import Speaker
from player.wall.stage import Stage
from player.wall.steadiness import Steadiness
from player.wall.witness import Witness

log = logging.getLogger(__name__)


def play(config_path: Path, duration: Span | None, nursery: Nursery) -> int:
    """Play the current show of the state folder that `config_path` names; 0 when told to leave.

    Raises DisplayFault when the output that was asked for cannot be opened.
    """
    state, run = state_dir(config_path), run_dir(config_path)
    settings = read(state) or WallSettings(language=language.language_in_use())
    language.use(settings.language)
    sandbox.warn_if_weak()
    interruptions = Interruptions()
    store = ShowStore(state)
    stored = store.current()
    show = stored.show if stored else _empty_show(settings)
    slates = Slates(nursery, settings.title or settings.gate, settings.language)
    figures = Steadiness()
    stage = Stage(show, lambda show, timetable: Opener(nursery, state / "blobs", show, timetable, figures), slates)
    dimmer = Dimmer(Switches(state, run))
    # Before anything is drawn.
    dimmer.look(stage)
    # The decoders begin while the display is being opened.
    stage.tick(read_clock())
    lamp = Lamp(settings.light, zone_of(settings), ControllerFile(run))
    display = Display(_open, show.canvas, settings, lamp)
    parts = Parts(
        store=store,
        stage=stage,
        display=display,
        stored=stored,
        settings=settings,
        new_settings=SettingsFile(state),
        make_scribe=lambda canvas: Scribe(nursery, state, run, canvas),
        make_speaker=lambda volume: Speaker(nursery, volume),
        witness=Witness(nursery, state),
        dimmer=dimmer,
        cards=CardWatch(Requests(run), nursery),
        heartbeat=heartbeat(read_monotonic()),
    )
    warn_of_refresh(display.screen, show.fps)
    # The show's values live as long as the wall: the collector need not visit them while it plays.
    gc.collect()
    gc.freeze()
    gc.enable()
    with closing(Wall(parts, interruptions)) as wall:
        wall.play(None if duration is None else Instant(read_clock() + duration))
    return 0


class SettingsFile:
    """Notices when the agent has left other settings; costs one stat."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._path = os.fspath(state / NAME)
        self._stamp = self._look()

    def _look(self) -> int:
        try:
            return os.stat(self._path).st_mtime_ns
        except OSError:
            return 0

    def __call__(self) -> WallSettings | None:
        stamp = self._look()
        if stamp == self._stamp:
            return None
        try:
            found = read(self._state)
        except OSError:
            # This process has no handles left, as the log says of its decoders too: it is read again.
            return None
        self._stamp = stamp
        return found


class Slates:
    """The built-in picture, drawn when it is first needed, for the zone at the bottom only."""

    def __init__(self, nursery: Nursery, title: str, speech: str) -> None:
        self._nursery, self._title, self._speech = nursery, title, speech
        self._drawn: dict[Size, StillClip] = {}

    def __call__(self, zone: Zone) -> Showing | None:
        if zone.hide_when_empty:
            return None
        size = zone.rect.size
        clip = self._drawn.get(size)
        if clip is None or (clip.state is State.FAILED and not clip.deliberate):
            job = Job(Slate(self._title), "", size, language=self._speech)
            clip = self._drawn[size] = StillClip(Decoder(self._nursery, job), job, "slate", Instant(0))
        clip.poll()
        return clip

    def close(self) -> None:
        for clip in self._drawn.values():
            clip.close()


def _empty_show(settings: WallSettings) -> Show:
    """What plays before there is a show: nothing, so the slate."""
    zone = Zone("main", Rect(0, 0, *settings.canvas), ground="#0B2545")
    return Show(settings.gate, settings.timezone, settings.language, settings.canvas, settings.fps, (zone,), ())


def _open(output: str, canvas: Size, mapping: Mapping) -> Screen:
    screen = open_screen(output, canvas, mapping)
    words = {"output": screen.output, "width": screen.size.width, "height": screen.size.height}
    if screen.output == OFFSCREEN:
        log.warning(_("no display: playing offscreen, {width}x{height}").format(**words))
    else:
        log.info(_("output: {output}, {width}x{height}").format(**words))
    for number in screen.missing:
        log.warning(_("screen {number} is not plugged in: what belongs there is seen nowhere").format(number=number))
    if screen.cut_off:
        log.warning(_("parts of the canvas are copied to where the output ends: correct mapping: in config.yaml"))
    return screen

"""Sound of the films, in step with their pictures.

The mixer plays one chunk and holds the next. A chunk is a whole number of the mixer's buffers, so that one follows the
other without a gap. When the held chunk begins to play, its place in the film is compared with the clock; where a
sound card's own clock has drifted too far, the next chunk is taken from where the film is.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import pygame

from player.config.language import _
from player.core.loudness import nearer
from player.core.model import Level
from player.core.units import SECOND, Instant, Span, seconds
from player.media.nursery import Nursery
from player.media.sharing import SOUND_FRAME, SOUND_RATE
from player.wall.clips import FilmClip
from player.wall.mixer import BUFFER, open_mixer
from player.wall.volume import Volume

log = logging.getLogger(__name__)

CHUNK = 8 * BUFFER
"""Sound frames a chunk: 171 ms. The wall looks in at least that often while a film with sound plays."""

LATENCY = Span(BUFFER * SECOND // SOUND_RATE)
"""What is handed over now is heard about one buffer later."""

DRIFT = seconds(0.035)
"""How far sound may stray before it is set right; ITU-R BT.1359 tolerates +45 ms (sound early) and -125 ms (late)."""

FADE_MS = 60

REST = 30.0
"""Seconds of lights-out, or of a show without any sound, after which the sound card is closed: even silence is mixed,
all night long."""

AGAIN = 30.0
"""Seconds between two tries to find a sound card."""


@dataclass
class _Track:
    """The sound of one film: `cursor` is the next sample to hand over, `held` the first of the chunk that waits, and
    `looked` when the mixer was last seen to be holding it. `volume` was set last, `at` that instant."""

    channel: pygame.mixer.Channel
    cursor: int
    held: int
    looked: Instant
    volume: float
    at: Instant


class Speaker:
    """Plays the sound of the films that are on. Without a sound card it says so once, and the picture goes on; one that
    comes later, or again, is used.

    Sound cards and servers take their time to open: that is left to a thread that does nothing else and ends with it.
    """

    def __init__(self, nursery: Nursery, volume: Volume) -> None:
        self._nursery, self._volume = nursery, volume
        self.fault = ""
        self.corrections = 0
        self._tracks: dict[FilmClip, _Track] = {}
        self._skipped: dict[FilmClip, int] = {}
        """How far the samples of a film that is behind its picture reached when it was told to hurry."""
        self._opened = threading.Event()
        """While it is set the mixer is the wall's, otherwise the thread's."""
        self._closing = threading.Event()
        self._idle_since: float | None = None
        self._resting = threading.Event()
        """Set, and `_opened` with it, under the lock only: neither thread must miss what the other has just done."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._start(lost=False)

    def _start(self, *, lost: bool) -> None:
        before = self._thread
        self._thread = threading.Thread(target=self._open, args=[lost, before], name="opening sound", daemon=True)
        self._thread.start()

    def _open(self, lost: bool, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        if lost:
            pygame.mixer.quit()
        while not (self._closing.is_set() or self._resting.is_set() or self._opened.is_set()):
            try:
                open_mixer(self._nursery)
            except pygame.error as error:
                self._complain(_("no sound: {error}").format(error=error))
            else:
                if self.fault:
                    log.warning(_("there is sound again"))
                self.fault = ""
                with self._lock:
                    if not self._resting.is_set():
                        self._opened.set()
                        return
                pygame.mixer.quit()
                continue
            self._closing.wait(AGAIN)

    def _complain(self, fault: str) -> None:
        if not self.fault:
            log.warning(fault)
        self.fault = fault

    def attend(self, *, mute: bool, clock: float) -> None:
        """To be told now and then, at `clock` seconds that nobody sets, whether nothing is to be heard in the next
        seconds: after a while the card is closed, and it is opened again in good time."""
        if not mute:
            self._idle_since = None
            if self._resting.is_set():
                self._resting.clear()
                self._start(lost=False)
        elif self._idle_since is None:
            self._idle_since = clock
        elif clock - self._idle_since > REST and not self._resting.is_set():
            with self._lock:
                self._resting.set()
                was_open = self._opened.is_set()
                self._opened.clear()
            if was_open:
                self._tracks.clear()
                self._thread = threading.Thread(target=pygame.mixer.quit, name="closing sound", daemon=True)
                self._thread.start()

    def lost(self) -> None:
        """The sound card has gone."""
        if not self._opened.is_set():
            return
        self._opened.clear()
        self._tracks.clear()
        self._complain(_("no sound: {error}").format(error=_("the sound card has gone")))
        self._start(lost=True)

    def tick(self, films: Mapping[FilmClip, Level | None], now: Instant, *, at_once: bool = False) -> None:
        """Feed the films that are on, each as loud as its level is now, those without one in silence; silence those
        that have left: gently, or `at_once`."""
        if not self._opened.is_set():
            return
        if at_once and self._tracks and not films:
            pygame.mixer.stop()
        for film in [film for film in self._tracks if film not in films]:
            self._tracks.pop(film).channel.fadeout(FADE_MS)
        self._skipped = {film: reached for film, reached in self._skipped.items() if film in films}
        for film, level in films.items():
            if film.decoder.layout.ring:
                self._feed(film, level, now)

    def deadline(self, now: Instant) -> Instant | None:
        """When to look in again."""
        return Instant(now + CHUNK * SECOND // SOUND_RATE // 3) if self._tracks else None

    def volume(self, films: Mapping[FilmClip, Level | None], now: Instant) -> float:
        """How loud the wall is meant to be, from 0 to 1: by the highest level of the films that are heard."""
        levels = [level for level in films.values() if level is not None]
        return self._volume.at(max(levels, default=Level.NORMAL), now)

    def _feed(self, film: FilmClip, level: Level | None, now: Instant) -> None:
        track = self._tracks.get(film)
        wanted = 0.0 if level is None else self._volume.at(level, now) * _own_volume(film)
        if track is None or not track.channel.get_busy():
            self._begin(film, wanted, now)
            return
        if track.volume != wanted:
            track.volume = nearer(track.volume, wanted, Span(now - track.at))
            track.channel.set_volume(track.volume)
        track.at = now
        if track.channel.get_queue() is None:
            self._correct(film, track, now)
            self._hold(film, track, now)
        else:
            track.looked = now

    def _begin(self, film: FilmClip, volume: float, now: Instant) -> None:
        cursor = _sample(Span(now - film.begin + LATENCY))
        samples = film.samples(cursor, CHUNK)
        if samples is None:
            self._hurry(film, cursor)
            return
        self._skipped.pop(film, None)
        channel = pygame.mixer.find_channel()
        if channel is None:
            return
        channel.set_volume(volume)
        channel.play(pygame.mixer.Sound(buffer=samples))
        self._tracks[film] = track = _Track(channel, cursor + CHUNK, cursor, now, volume, now)
        self._hold(film, track, now)

    def _hurry(self, film: FilmClip, cursor: int) -> None:
        """Samples that nobody has heard are in the way of those that are to be heard now: the film is past them."""
        if film.sound_start is not None and film.sound_end < cursor and self._skipped.get(film) != film.sound_end:
            self._skipped[film] = film.sound_end
            film.heard(cursor)

    def _hold(self, film: FilmClip, track: _Track, now: Instant) -> None:
        samples = film.samples(track.cursor, CHUNK)
        if samples is None:
            return
        track.channel.queue(pygame.mixer.Sound(buffer=samples))
        track.held, track.looked = track.cursor, now
        track.cursor += CHUNK
        film.heard(track.held - CHUNK)

    def _correct(self, film: FilmClip, track: _Track, now: Instant) -> None:
        """The held chunk has begun, at some time since the last look: was it its time?"""
        doubt = (now - track.looked) // 2
        drift = now - doubt - film.begin + LATENCY - track.held * SECOND // SOUND_RATE
        if abs(drift) > DRIFT + doubt:
            track.cursor += _sample(Span(drift))
            self.corrections += 1

    def describe(self, films: Mapping[FilmClip, Level | None], now: Instant) -> dict[str, object]:
        """For `wall.json`."""
        return {"fault": self.fault, "corrections": self.corrections, "volume": round(self.volume(films, now), 3)}

    def close(self) -> None:
        self._closing.set()
        if self._opened.is_set():
            pygame.mixer.quit()


def _sample(span: Span) -> int:
    return span * SOUND_RATE // SECOND


def _own_volume(film: FilmClip) -> float:
    volume = getattr(film.job.content, "volume", 0.0)
    return float(volume)


assert CHUNK * SOUND_FRAME < SOUND_RATE * SOUND_FRAME, "a chunk must fit the ring"

"""The child's side: one job from start to end, pictures and samples into shared memory.

Messages out: hello(pid) with a handle on the process; still(opaque), which lies in slot 0; frame(slot, at);
overlay(slot, y, height); strip(length); tile(slot, index); sound(position, count); failed(reason);
crashed(traceback). Messages in: free(slot); tile(index, slot); heard(position).
"""

import importlib
import json
import os
import socket
import sys
import traceback
from typing import NoReturn

from player.config import language
from player.core.codec import decode
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Banner, Direction, Film
from player.core.units import SECOND, Span
from player.media import limits, sandbox, stills
from player.media.channel import Channel, Hangup
from player.media.jobs import Bitmap, Job
from player.media.sharing import AHEAD, SOUND_FRAME, SOUND_RATE, Layout, SharedMemory
from player.media.text.ribbon import Ribbon, ribbon_of

LAST_WORDS = 8_000
"""Characters of a traceback that are passed on."""

SOUND_AHEAD = Span(1_500_000)
"""How far samples are decoded before the pictures: more than files commonly interleave them by."""


LIBRARIES = {"Film": "player.media.reel", "Page": "player.media.pages", "CardSheet": "player.media.cards.draw"}
"""What only jobs with such a content need: a wall that never has one is spared the time and the memory."""


def load(content: str) -> None:
    """Import what jobs with this kind of content need."""
    if content in LIBRARIES:
        importlib.import_module(LIBRARIES[content])
    if content == "Film":
        importlib.import_module("player.media.straight").prepare()


def serve(niceness: int, layout: object, handles: list[int]) -> int:
    """Do the job that lies in shared memory; the exit status of the child."""
    channel = Channel(socket.socket(fileno=handles[0]))
    limits.confine(niceness=niceness)
    memory = SharedMemory(decode(Layout, layout), handles[1])
    memory.forget_handle()
    try:
        return _introduced(channel, memory)
    except Hangup:
        return 0


def _introduced(channel: Channel, memory: SharedMemory) -> int:
    own_handle = os.pidfd_open(os.getpid())
    channel.send_patiently("hello", os.getpid(), handles=(own_handle,))
    os.close(own_handle)
    try:
        job = decode(Job, json.loads(bytes(memory.job())))
        language.use(job.language)
        _close_cage(job)
        _perform(job, channel, memory)
    except Hangup:
        raise
    except ContentFault as fault:
        channel.send_patiently("failed", str(fault))
        return 1
    except MemoryError:
        channel.send_patiently("failed", language._("It needs more memory than a picture may; make it smaller."))
        return 1
    except Exception:  # noqa: BLE001 - last words: a confined child can write to no log, so the wall does it
        channel.send_patiently("crashed", traceback.format_exc()[-LAST_WORDS:])
        return 70
    return 0


def _close_cage(job: Job) -> None:
    """From here on the job's file is all that is in reach. ContentFault when it is not there or no file that opens."""
    try:
        sandbox.enter(job.path)
    except OSError as error:
        if error.filename != job.path:
            raise
        said = language._("the file cannot be opened: {reason}").format(reason=error.strerror)
        raise ContentFault(said) from error


def _perform(job: Job, channel: Channel, memory: SharedMemory) -> None:
    match job.content:
        case Film():
            _play(job, channel, memory)
        case Banner(height=height, across=across, direction=direction):
            ribbon = ribbon_of(job.content, Size(across or job.size.width, height))
            slot = memory.layout.slot
            _crawl(ribbon, slot.height if direction is Direction.UP else slot.width, channel, memory)
        case _:
            bitmap = stills.draw(job)
            _put(memory.slot(0), bitmap)
            channel.send_patiently("still", bitmap.opaque)


def _put(slot: memoryview, bitmap: Bitmap) -> None:
    slot[: len(bitmap.pixels)] = bitmap.pixels


def _play(job: Job, channel: Channel, memory: SharedMemory) -> NoReturn:
    player = _FilmServer(job, channel, memory)
    while True:
        player.turn()


class _FilmServer:
    """Keeps the slots full of pictures and the ring full of samples, and sleeps while both are."""

    def __init__(self, job: Job, channel: Channel, memory: SharedMemory) -> None:
        assert isinstance(job.content, Film)
        from player.media import reel

        film = job.content
        self._channel, self._memory = channel, memory
        self._free = list(range(AHEAD))
        room = stills.room(job, film.fit)
        above = job.band[0] if room != job.size else 0
        self._part = slice(above * room.width * 4, (above + room.height) * room.width * 4)
        """The rows of a slot that the film fills; those behind other zones stay black."""
        self._reel: reel.Reel = reel.open_reel(
            job.path,
            room,
            film.fit,
            film.surround,
            offset=job.offset,
            loop=True,
            sound=memory.layout.ring > 0,
            natural=film.natural,
        )
        if film.caption is not None:
            overlay, top = stills.caption(film.caption, job)
            slot = memory.layout.slots - 1
            _put(memory.slot(slot), overlay)
            channel.send_patiently("overlay", slot, top, overlay.size.height)
        self._time = job.offset
        self._heard = self._sounded = job.offset * SOUND_RATE // SECOND
        self._sounding = memory.layout.ring > 0 and self._reel.has_sound

    def turn(self) -> None:
        """One step: hear the wall, keep the ring full, then decode one picture or wait for a free slot."""
        self._listen(wait=False)
        self._fill_ring()
        if not self._free:
            self._listen(wait=True)
            return
        slot = self._free[0]
        at = self._reel.next_frame(self._memory.slot(slot)[self._part])
        if at is None:
            raise ContentFault(language._("The film has no picture that can be decoded."))
        self._free.remove(slot)
        self._time = at
        self._channel.send_patiently("frame", slot, at)

    def _listen(self, wait: bool) -> None:
        received = self._channel.receive(wait)
        while received is not None:
            self._obey(*received[0])
            received = self._channel.receive(wait=False)

    def _obey(self, verb: str, value: int) -> None:
        if verb == "free":
            self._free.append(value)
        elif verb == "heard":
            self._heard = value

    def _fill_ring(self) -> None:
        """Decode samples up to `SOUND_AHEAD` of the pictures, as far as the ring has room for a quarter second."""
        goal = (self._time + SOUND_AHEAD) * SOUND_RATE // SECOND
        while self._sounding and self._sounded < goal and self._room() >= SOUND_RATE // 4:
            samples = self._reel.next_sound(Span((self._sounded + SOUND_RATE // 10) * SECOND // SOUND_RATE))
            if samples is None:
                self._sounding = False
                return
            self._memory.write_sound(self._sounded, samples)
            count = len(samples) // SOUND_FRAME
            self._channel.send_patiently("sound", self._sounded, count)
            self._sounded += count

    def _room(self) -> int:
        return self._memory.layout.ring - (self._sounded - self._heard)


def _crawl(ribbon: Ribbon, extent: int, channel: Channel, memory: SharedMemory) -> NoReturn:
    channel.send_patiently("strip", ribbon.length)
    while True:
        received = channel.receive(wait=True)
        assert received is not None
        verb, index, slot = received[0]
        if verb == "tile":
            _put(memory.slot(slot), ribbon.tile(index * extent, extent))
            channel.send_patiently("tile", slot, index)


if __name__ == "__main__":
    sys.exit("a decoder is started by the wall, not by hand")

"""The wall's handle on one decoder: what it was asked, what it has delivered, and how to be rid of it."""

import contextlib
import itertools
import json
import os
import signal
from collections.abc import Iterator

from player.core.codec import encode
from player.core.geometry import Size
from player.core.model import Banner, Direction, Film
from player.media.channel import Channel, Hangup, Message
from player.media.effort import Effort, effort_of
from player.media.jobs import Job
from player.media.nursery import DECODER, Nursery
from player.media.sharing import SOUND_RATE, Layout, SharedMemory

_MOST_AT_ONCE = 2000
"""Messages, which the kernel has not room for at one time."""

FILM_SLOTS = 6
TILE_WIDTH, TILE_HEIGHT = 512, 256
"""Pixels of a banner's tile along its way: to the left, and upwards."""
RING_SECONDS = 2


class Decoder:
    """A disposable child at work on one job.

    Owned by one thread. Pictures taken from `memory` stay valid after the child's death. One that is `unborn` was gone
    from the beginning: this process has no handles left, or no memory, and the job is not to blame.
    """

    def __init__(self, nursery: Nursery, job: Job) -> None:
        data = json.dumps(encode(job)).encode()
        self._nursery = nursery
        self.layout = _layout(job, len(data))
        self._content = type(job.content).__name__
        self._pid_handle = -1
        self.pid = 0
        self._channel: Channel | None = None
        try:
            self.memory = SharedMemory.create(self.layout)
            try:
                self.memory.job()[:] = data
                self._channel = self._bear()
            finally:
                self.memory.forget_handle()
            nursery.relieved()
        except OSError as error:
            self.memory = SharedMemory(self.layout, -1)
            nursery.strained(error)
        self.unborn = self.gone = self._channel is None

    def _bear(self) -> Channel:
        ours, theirs = Channel.pair()
        told = [self._content, encode(self.layout)]
        with theirs:
            try:
                self._nursery.bear(DECODER, told, theirs.fileno(), self.memory.handle)
            except OSError:
                ours.close()
                raise
        return ours

    def fileno(self) -> int:
        assert self._channel is not None
        return self._channel.fileno()

    def messages(self) -> Iterator[Message]:
        """All that the child has said since; sets `gone` when it is no more, or says more than any would."""
        for number in itertools.count():
            self.gone |= number >= _MOST_AT_ONCE
            if self.gone or self._channel is None:
                return
            try:
                received = self._channel.receive(wait=False)
            except Hangup:
                self.gone = True
                return
            if received is None:
                return
            message, handles = received
            if message[0] == "hello":
                self._meet(message, handles)
            else:
                yield message

    def _meet(self, message: Message, handles: list[int]) -> None:
        match message:
            case ["hello", int(pid)] if self._pid_handle < 0 and len(handles) == 1:
                self.pid, self._pid_handle = pid, handles.pop()
        for one in handles:
            os.close(one)
        # There was no handle left to take: a child that nobody could end, should it hang, is not worked with.
        self.gone = self._pid_handle < 0

    def effort(self) -> Effort | None:
        """What the child has done so far; before it is born, what the nursery has. None when it is gone."""
        return None if self.gone else effort_of(self.pid or self._nursery.pid)

    def tell(self, *message: object) -> None:
        """Say something to the child; one that no longer listens counts as gone."""
        if self.gone or self._channel is None:
            return
        try:
            self._channel.send(*message)
        except Hangup:
            self.gone = True

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self.gone = True
        if self._channel is not None:
            self._channel.close()
        if self._pid_handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pid_handle, signal.SIGKILL)
            os.close(self._pid_handle)
            self._pid_handle = -1


def _layout(job: Job, job_bytes: int) -> Layout:
    match job.content:
        case Film(volume=volume):
            return Layout(job.size, FILM_SLOTS, RING_SECONDS * SOUND_RATE if volume else 0, job_bytes)
        case Banner(direction=Direction.UP):
            return Layout(Size(job.size.width, TILE_HEIGHT), -(-job.size.height // TILE_HEIGHT) + 6, 0, job_bytes)
        case Banner():
            # The tiles under the zone, and some more where a strip ends there and begins again.
            return Layout(Size(TILE_WIDTH, job.size.height), -(-job.size.width // TILE_WIDTH) + 6, 0, job_bytes)
        case _:
            return Layout(job.size, 1, 0, job_bytes)

"""Shared memory between the wall and a decoder: picture slots, a ring of samples, and the job itself.

Who may touch what: a slot belongs to the decoder until it says "frame" (or "tile"), then to the wall until the wall
says "free". Of a film's slots all but `AHEAD` are the wall's until it is on: more in hand would be so
much memory for nothing. The ring belongs to the decoder except for the samples between the last "heard" and the last
"sound".
"""

import fcntl
import mmap
import os
from dataclasses import dataclass

from player.core.geometry import Size

AHEAD = 3
"""Pictures of a film that are decoded before it is on."""

SOUND_RATE = 48_000
SOUND_FRAME = 4
"""Bytes of one moment of sound: two channels of 16 bits."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one block of shared memory is divided; lengths in bytes, `ring` in sound frames."""

    slot: Size
    slots: int
    ring: int
    job: int

    @property
    def slot_bytes(self) -> int:
        return self.slot.width * self.slot.height * 4

    @property
    def ring_start(self) -> int:
        return self.slots * self.slot_bytes

    @property
    def job_start(self) -> int:
        return self.ring_start + self.ring * SOUND_FRAME

    @property
    def total(self) -> int:
        return self.job_start + self.job


class SharedMemory:
    """A nameless block (memfd): it goes when the last holder goes, however that ends."""

    def __init__(self, layout: Layout, handle: int) -> None:
        self.layout = layout
        self.handle = handle
        self._map = mmap.mmap(handle, layout.total)
        self._view = memoryview(self._map)

    @classmethod
    def create(cls, layout: Layout) -> "SharedMemory":
        handle = os.memfd_create("gateplayer", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(handle, layout.total)
            # Whoever reads beyond the end of a block that the other side has cut short is killed.
            fcntl.fcntl(handle, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            return cls(layout, handle)
        except OSError:
            os.close(handle)
            raise

    def slot(self, number: int) -> memoryview:
        """The pixels of one slot, BGRA."""
        if not 0 <= number < self.layout.slots:
            raise ValueError(f"no slot {number}")
        start = number * self.layout.slot_bytes
        return self._view[start : start + self.layout.slot_bytes]

    def job(self) -> memoryview:
        return self._view[self.layout.job_start : self.layout.total]

    def write_sound(self, position: int, samples: bytes) -> None:
        """Put `samples` into the ring at `position` (in sound frames, counted from the item's beginning)."""
        for place, part in self._pieces(position, len(samples) // SOUND_FRAME):
            self._view[place : place + len(part)] = samples[part.start : part.stop]

    def read_sound(self, position: int, count: int) -> bytes:
        return b"".join(bytes(self._view[place : place + len(part)]) for place, part in self._pieces(position, count))

    def _pieces(self, position: int, count: int) -> list[tuple[int, range]]:
        """Where `count` frames from `position` lie: (byte in the block, range of bytes of the samples), one or two."""
        size = self.layout.ring
        first = min(count, size - position % size)
        pieces = [(self.layout.ring_start + position % size * SOUND_FRAME, range(first * SOUND_FRAME))]
        if first < count:
            pieces.append((self.layout.ring_start, range(first * SOUND_FRAME, count * SOUND_FRAME)))
        return pieces

    def forget_handle(self) -> None:
        """Close the handle once it has been sent; the mapping stays for as long as pictures of it are in use."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1

"""The folder of reports, read for the board: each file once, as long as it does not change."""

import io
import os
import re
import stat
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from player.publish.gatecard import Seen
from player.publish.heartbeats import MOST_BYTES, Heartbeat, NoHeartbeat, read_heartbeat

GATE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
MOST_GATES = 2000
HEARTBEAT, PICTURE = "heartbeat.json", "preview.jpg"
MOST_PICTURE = 256 << 10
"""Bytes; gates send 20 kB."""

_MOST_PIXELS = 2_000_000
_WIDTH, _HEIGHT, _QUALITY = 480, 480, 72
_Stamp = tuple[int, int, int]
_NOTHING: _Stamp = (0, 0, 0)


@dataclass(slots=True)
class _Known:
    stamp: _Stamp
    beat: Heartbeat | None


@dataclass(slots=True)
class ReportFolder:
    """What gates have sent to `path`. `titles` are names for people of the gates that should report, by their ids;
    gates beyond these are shown too when they have sent something. One thread at a time uses it."""

    path: Path
    titles: dict[str, str]
    _beats: dict[str, _Known] = field(default_factory=dict)
    _pictures: dict[str, tuple[_Stamp, int, bytes]] = field(default_factory=dict)

    def seen(self) -> list[Seen]:
        """All gates, in the order of their ids."""
        gates = sorted({*self.titles, *self._folders()})[:MOST_GATES]
        self._beats = {gate: known for gate, known in self._beats.items() if gate in gates}
        return [self._look(gate) for gate in gates]

    def picture(self, gate: str, width: int = _WIDTH) -> bytes | None:
        """The gate's picture, drawn anew as a JPEG; None when there is none that is one."""
        path = self.path / gate / PICTURE
        stamp = _stamp(path)
        if stamp == _NOTHING:
            return None
        known = self._pictures.get(gate)
        if known is None or known[:2] != (stamp, width):
            known = stamp, width, _redrawn(_read(path, MOST_PICTURE), width)
            self._pictures[gate] = known
        return known[2] or None

    def _folders(self) -> list[str]:
        try:
            with os.scandir(self.path) as entries:
                return [one.name for one in entries if GATE.fullmatch(one.name) and one.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return []

    def _look(self, gate: str) -> Seen:
        path = self.path / gate / HEARTBEAT
        stamp, drawn = _stamp(path), _stamp(self.path / gate / PICTURE)
        if stamp == _NOTHING:
            return Seen(gate, self.titles.get(gate, ""))
        known = self._beats.get(gate)
        if known is None or known.stamp != stamp:
            known = self._beats[gate] = _Known(stamp, _beat(_read(path, MOST_BYTES)))
        return Seen(
            gate=gate,
            title=self.titles.get(gate, ""),
            came=_moment(stamp),
            beat=known.beat,
            picture=f"{drawn[0]:x}-{drawn[1]:x}" if drawn != _NOTHING else "",
            pictured=_moment(drawn) if drawn != _NOTHING else None,
        )


def _beat(data: bytes) -> Heartbeat | None:
    try:
        return read_heartbeat(data)
    except NoHeartbeat:
        return None


def _stamp(path: Path) -> _Stamp:
    """What tells one state of a file from another; nothing where there is no ordinary file."""
    try:
        status = path.lstat()
    except OSError:
        return _NOTHING
    return (status.st_mtime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else _NOTHING


def _moment(stamp: _Stamp) -> datetime:
    return datetime.fromtimestamp(stamp[0] / 1e9, UTC)


def _read(path: Path, most: int) -> bytes:
    """At most one byte more than `most`, which makes it too much; empty when it is gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as stream:
            return stream.read(most + 1)
    except OSError:
        return b""


def _redrawn(data: bytes, width: int) -> bytes:
    """A picture that is nothing but one, whatever was sent; empty when it is no JPEG of a sensible size."""
    if len(data) > MOST_PICTURE:
        return b""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
                if image.width * image.height > _MOST_PIXELS:
                    return b""
                image.draft("RGB", (width, _HEIGHT))
                picture = image.convert("RGB")
        picture.thumbnail((width, _HEIGHT))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, OverflowError, Image.DecompressionBombError):
        # What Pillow says of damaged pictures.
        return b""
    return out.getvalue()

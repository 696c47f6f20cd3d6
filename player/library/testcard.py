"""What test card is asked for: a file in the run folder, which the wall looks at as often as at a blackout's switch.

It names one of the built-in cards and when it ends, and nothing else comes from it onto the wall. Whoever may write in
the run folder may ask: the technician by `gateplayer testcard`, and the status page.
"""

import json
import os
import stat
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from player.core.plainjson import parsed
from player.core.testcards import LONGEST, Card
from player.core.units import Instant, Span, iso
from player.library.files import is_starved, write_whole

NAME = "testcard.json"
_MOST = 500
"""Bytes that are read of a request."""


class By(Enum):
    """Who asked: the COMMAND, or somebody at the status PAGE."""

    COMMAND = "command"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Request:
    """A card that is to be on the wall until an instant."""

    card: Card
    until: Instant
    by: By

    def values(self) -> dict[str, object]:
        """For the status file."""
        return {"card": self.card.value, "until": iso(self.until), "by": self.by.value}


class Mark(NamedTuple):
    """What tells one request from another."""

    changed: int
    inode: int


class Requests:
    """The place of a gate's request. `look` costs one stat."""

    def __init__(self, run: Path) -> None:
        self.path = run / NAME
        self._text = os.fspath(self.path)
        self._mark: Mark | None = None
        self._found: Request | None = None

    def look(self, now: Instant) -> tuple[Mark, Request] | None:
        """The request that lies there, if it can be met `now`. One that cannot be read yet is looked at again."""
        mark = self.mark()
        if mark is None:
            self._mark = self._found = None
            return None
        if mark != self._mark:
            try:
                self._found = _read(self.path, now)
            except OSError:
                return None
            self._mark = mark
        return (mark, self._found) if self._found is not None else None

    def mark(self) -> Mark | None:
        """That of the request that lies there; None when there is none."""
        try:
            status = os.lstat(self._text)
        except OSError:
            return None
        return Mark(status.st_mtime_ns, status.st_ino) if stat.S_ISREG(status.st_mode) else None

    def ask(self, card: Card, span: Span, by: By, now: Instant) -> Request:
        """Ask for a card, in the place of any other. OSError."""
        request = Request(card, Instant(now + max(0, min(span, LONGEST))), by)
        said = {"card": card.value, "until": request.until, "by": by.value}
        write_whole(self.path, json.dumps(said).encode(), durable=False)
        return request

    def take_back(self) -> None:
        """Have the wall go on with the show. OSError."""
        self.path.unlink(missing_ok=True)


def _read(path: Path, now: Instant) -> Request | None:
    """None for what makes no sense: a card that does not end within the hour, or has ended, is none. OSError when this
    process cannot read it now."""
    try:
        with path.open("rb") as stream:
            said = parsed(stream.read(_MOST))
    except ValueError:
        return None
    except OSError as error:
        if is_starved(error) or isinstance(error, PermissionError):
            raise
        return None
    if not isinstance(said, dict):
        return None
    until = said.get("until")
    if not isinstance(until, int) or not now < until <= now + LONGEST:
        return None
    try:
        return Request(Card(said.get("card")), Instant(until), By(said.get("by")))
    except ValueError:
        return None

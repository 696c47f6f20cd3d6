"""The sealed days of the play log on disk, and how far they have been handed over: `state/playlog/delivered.json`.

Days are delivered in the order of their numbers, so one number says it all: `through` for the server, `by_stick` for
sticks. A day that has gone by either way may leave when room is needed; what neither has taken stays.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.core.plainjson import parsed
from player.library.files import write_whole

NAME = "delivered.json"
THROUGH, BY_STICK = "through", "by_stick"
RECORDS, SEAL = ".parquet", ".json"
DAY_FILE = re.compile(r"(?P<stem>(?P<number>[0-9]{6,9})-[0-9]{4}-[0-9]{2}-[0-9]{2})(?P<kind>\.parquet|\.json)")
"""How the files of a day are named."""


@dataclass(frozen=True, slots=True, order=True)
class SealedDay:
    """A day that is sealed; `stem` is what its two files are called without their endings."""

    number: int
    stem: str


def sealed_days(folder: Path, after: int = 0) -> list[SealedDay]:
    """The days numbered above `after` whose records and seal are both there, in order. OSError."""
    try:
        names = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return []
    found = (match for name in names if (match := DAY_FILE.fullmatch(name)) and match["kind"] == SEAL)
    days = (SealedDay(int(match["number"]), match["stem"]) for match in found if match["stem"] + RECORDS in names)
    return sorted(day for day in days if day.number > after)


def delivered_through(folder: Path, way: str = THROUGH) -> int:
    """The number of the last day that was delivered that way; 0 for none yet, and where nobody can tell: a day that
    is delivered again harms nothing, one that is left out is lost. OSError when the disk refuses."""
    through = _read(folder).get(way)
    return through if type(through) is int and through > 0 else 0


def delivered_at_all(folder: Path) -> int:
    """The number through which days have gone out by whichever way: these may leave. OSError."""
    return max(delivered_through(folder, THROUGH), delivered_through(folder, BY_STICK))


def mark_delivered(folder: Path, number: int, way: str = THROUGH) -> None:
    """Remember that all days through `number` are delivered; never goes back. OSError when the disk refuses."""
    if number <= delivered_through(folder, way):
        return
    said = {"through": 0, **_read(folder), way: number}
    write_whole(folder / NAME, (json.dumps(said) + "\n").encode())


def _read(folder: Path) -> dict[str, Any]:
    try:
        said = parsed((folder / NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}

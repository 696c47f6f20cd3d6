"""How long sealed days stay: what is old leaves, or takes too much room; nothing that a server still waits for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from player.config.language import _
from player.library.daybook import DayName, day_names, sound_seals
from player.library.delivery import delivered_at_all, sealed_days
from player.library.files import sync_folder

KEEP = 400
"""Dates that are kept: a year, and the quarter in which somebody asks for it."""

BUDGET = 2 * 10**9
"""Bytes that sealed days may take: ten times what 400 busy days do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is there: the newest day, how many wait to be delivered, all their bytes; how many left just now; and what
    somebody should know."""

    number: int = 0
    label: str = ""
    waiting: int = 0
    size: int = 0
    left: int = 0
    warning: str = ""


def keep_house(folder: Path, *, must_be_delivered: bool, keep: int = KEEP, budget: int = BUDGET) -> Kept:
    """Let old days go, the oldest first, and say what is there. OSError.

    Dates are counted, not read off a clock: one that jumps ahead would make all of them old.
    """
    names = day_names(folder)
    sizes = {name: _size(folder, name) for name in names}
    old = set(_beyond(folder, keep))
    through = delivered_at_all(folder) if must_be_delivered else None
    total, left, is_held = sum(sizes.values()), 0, False
    # The newest is what the chain goes on from.
    for name in names[:-1]:
        if total <= budget and name not in old:
            break
        if through is not None and name.number > through:
            is_held = total > budget
            break
        _remove(folder, name)
        total, left = total - sizes[name], left + 1
    waiting = undelivered(folder) if must_be_delivered else 0
    last = names[-1] if names else None
    warning = _held(waiting, total) if is_held else ""
    return Kept(last.number if last else 0, last.label if last else "", waiting, total, left, warning)


def undelivered(folder: Path) -> int:
    """How many days have left by no way yet. OSError."""
    return len(sealed_days(folder, delivered_at_all(folder)))


def _held(waiting: int, total: int) -> str:
    said = _("{count} days of the play log wait to be delivered and take {mega:.0f} MB; carry them off with a stick")
    return said.format(count=waiting, mega=total / 1e6)


def _beyond(folder: Path, keep: int) -> Iterator[DayName]:
    """The days before the newest `keep` dates."""
    dates: set[date] = set()
    for name, day in sound_seals(folder):
        if len(dates) >= keep and day.seal.last_date not in dates:
            yield name
        else:
            dates.add(day.seal.last_date)


def _size(folder: Path, name: DayName) -> int:
    return sum(path.stat().st_size for path in (folder / name.parquet, folder / name.seal) if path.exists())


def _remove(folder: Path, name: DayName) -> None:
    """The seal first: records without one are swept away as rubbish, a seal without records looks like tampering."""
    (folder / name.seal).unlink(missing_ok=True)
    sync_folder(folder)
    (folder / name.parquet).unlink(missing_ok=True)

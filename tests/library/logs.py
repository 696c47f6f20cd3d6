"""Play logs for tests: records, journals, sealed days."""

import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from player.core.playlog import Ending, Record, What
from player.core.units import Instant, instant_of, seconds
from player.library.daybook import SignedDay
from player.library.daysealing import Clock, seal_days
from player.library.journal import NAME, Journal

HOME = "Asia/Ho_Chi_Minh"


def at(text: str) -> Instant:
    """The instant of a local time of the gate: 2026-12-01T07:30."""
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(HOME)))


def play(moment: str | int, span: float = 10, **more: object) -> Record:
    """One play in the zone main, to its end."""
    start = at(moment) if isinstance(moment, str) else Instant(moment)
    fixed: dict[str, object] = {
        "zone": "main",
        "item": "a#1",
        "title": "Sa Pa",
        "kind": "picture",
        "asset": "ab" * 32,
        "playlist": "Lào Cai",
    }
    fixed |= {"source": "playlists", "level": "normal", "ending": Ending.COMPLETED, "length": seconds(span)}
    return replace(Record(What.PLAY, start, seconds(span)), **{**fixed, **more})  # type: ignore[arg-type]


def mark(what: What, moment: str, span: float = 0, **more: object) -> Record:
    return replace(Record(what, at(moment), seconds(span)), **more)  # type: ignore[arg-type]


class Log:
    """The state folder of one gate."""

    def __init__(self, state: Path, gate: str = "kim-thanh-2") -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.state, self.gate = state, gate
        self.days = state / "playlog"

    def write(self, *records: Record) -> None:
        with closing(Journal(self.state / NAME)) as journal:
            journal.write(records, {})

    def waiting(self) -> list[Record]:
        with closing(Journal(self.state / NAME)) as journal:
            return list(journal.records())

    def seal(self, now: str, *, everything: bool = False) -> list[SignedDay]:
        return seal_days(self.state, self.gate, Clock(at(now), HOME), everything=everything)

    def names(self) -> list[str]:
        return sorted(os.listdir(self.days))


def numbered(records: Iterable[Record]) -> list[Record]:
    """As the journal numbers them."""
    return [replace(record, seq=number) for number, record in enumerate(records, 1)]

"""Seals what is due of the journal: `python -m player.library.daysealing STATE [--now] [--deliver]`.

A process of its own, for the engine that writes Parquet is larger than the agent; it says what it did as one line of
JSON. It may be killed at any instant: a day counts once its seal is there, and what lies about without one is made
again from the journal, which keeps its records until two later days have been sealed.
"""

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from player.config.language import _, use
from player.core.faults import GateplayerFault
from player.core.units import Instant, utc
from player.library import wallsettings
from player.library.daybook import (
    HEAD,
    DayName,
    Head,
    Seal,
    SignedDay,
    day_names,
    head,
    head_of,
    note_head,
    sign,
    sound_seals,
    write_seal,
)
from player.library.daycutting import Part, cut, date_of, end_of, is_over, known_date, local_date
from player.library.daykeeping import keep_house
from player.library.files import sole, sync_folder
from player.library.journal import DAYS, NAME, Journal
from player.trust.gatekey import GateKey, gate_key

LOCK = "seal.lock"
_JOURNAL_KEEPS = 2
"""Dates that must have been sealed since, before the journal drops a record."""


class SealFault(GateplayerFault):
    """Days cannot be sealed now; their records wait in the journal."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Clock:
    """The gate's time zone, and one reading of its clock."""

    now: Instant
    timezone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def seal_days(state: Path, gate: str, clock: Clock, *, everything: bool = False) -> list[SignedDay]:
    """Seal the days that are over; with `everything`, that of today too. SealFault, TrustFault."""
    if not (state / NAME).exists():
        return []
    folder = state / DAYS
    try:
        folder.mkdir(exist_ok=True)
        with sole(folder / LOCK) as ours, closing(Journal(state / NAME)) as journal:
            if not ours:
                raise SealFault(_("another process is sealing days just now"))
            made = _seal_parts(folder, gate, gate_key(state), clock, journal, everything=everything)
            _drop_sealed(folder, journal)
            return made
    except (OSError, sqlite3.Error) as error:
        raise SealFault(_("days of the play log cannot be sealed: {reason}").format(reason=error)) from error


def _seal_parts(
    folder: Path, gate: str, key: GateKey, clock: Clock, journal: Journal, *, everything: bool
) -> list[SignedDay]:
    end = head(folder)
    _tidy(folder, end)
    zone = clock.zone
    made = []
    parts = cut(journal.records(end.last_seq), lambda record: date_of(record, zone))
    for part, is_last in _with_last(parts):
        if is_last and not everything and not is_over(part, known_date(clock.now, zone)):
            break
        day = _seal(folder, gate, key, clock, end, part)
        end = head_of(day)
        note_head(folder, end)
        made.append(day)
    return made


def _with_last(parts: Iterator[Part]) -> Iterator[tuple[Part, bool]]:
    """Each, and whether it is the last."""
    before: Part | None = None
    for part in parts:
        if before:
            yield before, False
        before = part
    if before:
        yield before, True


def _seal(folder: Path, gate: str, key: GateKey, clock: Clock, end: Head, part: Part) -> SignedDay:
    """Write one day: first its records, then the seal, each whole and on the disk before the next step."""
    # The engine is loaded only where there is something to seal.
    from player.library.dayfile import write_records

    first = local_date(end_of(part.records[0]), clock.zone)
    name = DayName(end.number + 1, (part.label or first).isoformat())
    path = folder / name.parquet
    aside = folder / f".{path.name}.new"
    write_records(aside, gate, clock.timezone, part.records)
    with aside.open("rb") as stream:
        sha = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    size = aside.stat().st_size
    aside.replace(path)
    sync_folder(folder)
    seal = Seal(
        gate=gate,
        number=name.number,
        first_date=part.first or first,
        last_date=part.last or first,
        first_seq=part.records[0].seq,
        last_seq=part.records[-1].seq,
        records=len(part.records),
        file=name.parquet,
        sha256=sha,
        size=size,
        key=key.public,
        previous=end.digest,
        timezone=clock.timezone,
        sealed=utc(clock.now).isoformat(timespec="seconds"),
    )
    day = sign(seal, key)
    write_seal(folder, day)
    return day


def _tidy(folder: Path, end: Head) -> None:
    """Remove what a kill has left, and set aside the damaged files of days that are not part of the chain: their
    records are sealed again."""
    for pattern in (".[0-9]*.new", f".{HEAD}.*.new"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
    sealed = set(day_names(folder))
    for name in sorted(sealed):
        if name.number > end.number:
            for path in (folder / name.seal, folder / name.parquet):
                if path.exists():
                    path.replace(path.with_name(f"{path.name}.damaged"))
            sealed.discard(name)
    for name in day_names(folder, ".parquet"):
        if name not in sealed:
            (folder / name.parquet).unlink(missing_ok=True)


def _drop_sealed(folder: Path, journal: Journal) -> None:
    """Two dates later nothing can be lost any more by a seal that turns out damaged. Dates are counted, not compared
    with a clock, which may say anything."""
    dates: set[date] = set()
    for _name, day in sound_seals(folder):
        if len(dates) >= _JOURNAL_KEEPS and day.seal.last_date not in dates:
            journal.drop_through(day.seal.last_seq)
            return
        dates.add(day.seal.last_date)


def main(arguments: list[str]) -> int:
    """Seal, prune, and print one line; the exit code."""
    state = Path(arguments[0])
    settings = wallsettings.read(state)
    use(settings.language if settings else "en")
    made: list[SignedDay] = []
    try:
        key = gate_key(state)
        # Before the first show there is nothing to seal, and nobody knows which gate this is.
        if settings and settings.gate:
            clock = Clock(Instant(time.time_ns() // 1000), settings.timezone)
            made = seal_days(state, settings.gate, clock, everything="--now" in arguments)
        kept = keep_house(state / DAYS, must_be_delivered="--deliver" in arguments)
    except GateplayerFault as fault:
        print(json.dumps({"fault": str(fault)}))
        return fault.exit_code
    except OSError as error:
        reason = error.strerror or error
        print(json.dumps({"fault": _("days of the play log cannot be sealed: {reason}").format(reason=reason)}))
        return SealFault.exit_code
    print(json.dumps({"sealed": len(made), "fingerprint": key.fingerprint, **asdict(kept)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a gate has been seen to know, held against what its disk has kept after each cut of its power."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.vm.computer import Cut
from tests.vm.watch import Beat, Start

SETTLED = 5_000_000
"""Microseconds after which a show that was seen to be in use is in use for good, on an emulated disk."""


@dataclass
class Ledger:
    """Grows with each start. An AssertionError when the disk has lost what had been seen, or has what never was."""

    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    shows: dict[int, str] = field(default_factory=dict)
    """The digest of each show by its number."""

    heard: list[Beat] = field(default_factory=list)
    """What was said of what was on disk, up to the last cut."""

    alive: int = 0
    """The computer's clock at the last cut."""

    starts: int = 0
    """Since that was heard."""

    paced: bool = False
    """Whether the emulation kept pace at the last cut."""

    losses: list[tuple[float, bool]] = field(default_factory=list)
    """Seconds of the log that each cut has cost, and whether the emulation kept pace."""

    def cut(self, start: Start, cut: Cut) -> None:
        """The plug was pulled."""
        self.starts += 1
        if any(beat.pulse > start.beats[0].clock for beat in start.beats):
            self.heard, self.alive, self.starts = start.beats, start.alive_at(cut.at), 0
            self.paced = start.is_in_step(cut.at)

    def check(self, found: dict[str, Any]) -> None:
        """What the next start has found."""
        assert not found["damaged"], "nothing half-written is ever used"
        assert not [line for line in found["kernel"] if "error" in line.lower()], found["kernel"]
        self._check_show(found)
        if found["journal"] is not None:
            self._check_records(found["journal"])
            self._check_pulse(found["journal"])
        else:
            assert not any(beat.pulse for beat in self.heard), "the play log is there"

    def _check_show(self, found: dict[str, Any]) -> None:
        seen = [_number(beat.current) for beat in self.heard]
        settled = [_number(beat.current) for beat in self.heard if beat.clock < self.alive - SETTLED]
        if not found["show"]:
            assert not any(settled), "the show is there"
            return
        stored = json.loads(found["show"])
        text = json.dumps(stored["show"], ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == stored["digest"]
        number = stored["number"]
        assert _number(found["current"]) == number
        assert max(settled, default=0) <= number <= max(seen, default=0) + 1 + self.starts
        assert self.shows.setdefault(number, stored["digest"]) == stored["digest"]
        contents = [item["content"] for playlist in stored["show"]["playlists"] for item in playlist["items"]]
        assert {asset for one in contents if (asset := one.get("asset"))} <= set(found["blobs"])

    def _check_records(self, journal: dict[str, Any]) -> None:
        assert journal["sound"] == "ok"
        records = journal["records"]
        numbers = [record["seq"] for record in records]
        assert numbers == list(range(journal["count"] - len(numbers) + 1, journal["count"] + 1))
        assert journal["last"] == journal["count"], "no number is missing, and none is to be given again"
        assert max((beat.last for beat in self.heard), default=0) <= journal["count"], "what could be read, was kept"
        for record in records:
            assert self.records.setdefault(record["seq"], record) == record
        self._check_chain()

    def _check_chain(self) -> None:
        """Every number once, and each session of the wall tells of the time without power before it."""
        records = [self.records[number] for number in sorted(self.records)]
        assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
        began = [place for place, record in enumerate(records) if record["what"] == "start"]
        assert [records[place - 1]["what"] for place in began[1:]] == ["gap"] * len(began[1:])
        assert {record["reason"] for record in records if record["what"] == "gap"} <= {"power"}
        plays = [record for record in records if record["what"] == "play"]
        assert all(_follows(one, other) for one, other in pairwise(plays))

    def _check_pulse(self, journal: dict[str, Any]) -> None:
        known = json.loads(journal["pulse"])["at"] if journal["pulse"] else 0
        assert known >= max((beat.pulse for beat in self.heard), default=0), "what could be read, was kept"
        if known and self.alive and not self.starts:
            self.losses.append(((self.alive - known) / 1e6, self.paced))

    def worst(self, *, paced: bool) -> float:
        """The most that a cut has cost, of those where the emulation kept pace, or of the others; 0 without any."""
        return max([lost for lost, kept in self.losses if kept is paced], default=0)


OVERLAP = 1_200_000
"""Microseconds by which an emulated computer's clock may go back from start to start: it begins on a whole second."""


def _follows(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["at"] + one["span"] <= other["at"] + OVERLAP)


def _number(current: str) -> int:
    return int(current.removeprefix("shows/").removesuffix(".json")) if current else 0


def typical(times: Sequence[float]) -> float:
    """The middle one."""
    return sorted(times)[len(times) // 2]

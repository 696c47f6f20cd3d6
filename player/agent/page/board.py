"""What the page shows, made at most once a second however many look: the agent must keep out of the wall's way."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from player.agent.page.dayview import coming, day_view
from player.agent.page.headline import headline, troubles
from player.agent.page.labels import labels
from player.agent.page.lightrows import light_rows
from player.agent.page.ring import LogLine, Ring
from player.agent.page.rows import central_rows, machine_rows, record_rows
from player.agent.page.zonewords import zone_cards
from player.config.language import speaking
from player.core.units import MINUTE
from player.library.folderstatus import FolderTold, folder_told
from player.library.gatefacts import Facts, FactsReader
from player.library.watching import FolderView

EVERY = 1.0
"""Seconds between two looks."""

_OLDEST = 5.0
PARTS = ("headline", "zones", "attention", "day", "coming", "folder", "central", "records", "machine", "log")
MOST_FILES = 200
_FOLDER_EVERY = 5.0
_LOG_SHOWN = 60

Render = Callable[[str, dict[str, Any]], str]


class Sight(Protocol):
    """What the agent's other threads know. All of it may be asked at any time, by any thread."""

    def folder(self) -> FolderView | None:
        """What became of the watched folder's files."""

    def approves(self) -> bool:
        """Whether its files wait for somebody's yes."""


@dataclass(slots=True)
class Sheet:
    """The page in one language: each part's HTML, and with which version it came. `preview` is the picture's stamp in
    milliseconds."""

    boot: str
    language: str
    version: int = 0
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)
    preview: int = 0
    made: float = float("-inf")

    @property
    def tag(self) -> str:
        """What tells this from every other state of the page."""
        return f"{self.boot}-{self.language}-{self.version}"

    def since(self, tag: str) -> dict[str, str]:
        """The parts that somebody who has the version `tag` lacks."""
        boot, _dash, version = tag.rpartition("-")
        known = int(version) if boot == f"{self.boot}-{self.language}" and version.isdecimal() else -1
        return {name: html for name, (html, at) in self.parts.items() if at > known}


class Board:
    """Any thread may ask; one at a time makes it, and the others take what there was a second ago."""

    def __init__(self, reader: FactsReader, ring: Ring, sight: Sight, render: Render) -> None:
        self._reader, self._ring, self._sight, self._render = reader, ring, sight, render
        self._lock = threading.Lock()
        self._boot = secrets.token_hex(4)
        self._facts: Facts | None = None
        self._read_at = float("-inf")
        self._sheets: dict[str, Sheet] = {}
        self._kept: dict[str, tuple[object, float, Any]] = {}

    def facts(self) -> Facts:
        """At most a second old."""
        found = self._facts
        if found is not None and time.monotonic() - self._read_at < EVERY:
            return found
        with self._lock:
            return self._fresh_facts()

    def sheet(self, language: str) -> Sheet:
        """The page, at most a second old; a little more while another is being made."""
        found = self._sheets.get(language)
        age = time.monotonic() - found.made if found is not None else float("inf")
        if found is not None and age < EVERY:
            return found
        if not self._lock.acquire(blocking=age > _OLDEST):
            assert found is not None
            return found
        try:
            found = self._sheets.get(language)
            if found is None or time.monotonic() - found.made >= EVERY:
                found = self._sheets[language] = self._drawn(language, found)
            return found
        finally:
            self._lock.release()

    def folder(self) -> FolderTold | None:
        """The watched folder in the language in use."""
        view, stored = self._sight.folder(), self._facts.stored if self._facts else None
        if view is None or stored is None or self._facts is None:
            return None
        return folder_told(view, stored.show, self._facts.now)

    def _fresh_facts(self) -> Facts:
        if self._facts is None or time.monotonic() - self._read_at >= EVERY:
            self._facts, self._read_at = self._reader.read(), time.monotonic()
        return self._facts

    def _drawn(self, language: str, before: Sheet | None) -> Sheet:
        """The next sheet; a new object, for others may be reading the one before."""
        facts = self._fresh_facts()
        with speaking(language):
            values = self._values(facts, language)
            drawn = {name: self._render(name, values) for name in PARTS}
        old = before or Sheet(self._boot, language)
        preview = round(facts.preview * 1000)
        changed = [name for name, html in drawn.items() if name not in old.parts or old.parts[name][0] != html]
        version = old.version + bool(changed or preview != old.preview)
        parts = {name: (html, version if name in changed else old.parts[name][1]) for name, html in drawn.items()}
        return Sheet(self._boot, language, version, parts, preview, time.monotonic())

    def _values(self, facts: Facts, language: str) -> dict[str, Any]:
        timetable = self._reader.timetable
        return {
            "words": labels(),
            "headline": headline(facts),
            "zones": zone_cards(facts),
            "troubles": troubles(facts),
            "day": self._day(facts, language) if timetable else None,
            "coming": coming(facts, timetable) if timetable else [],
            "folder": self._folder(facts, language),
            "approves": self._sight.approves(),
            "most_files": MOST_FILES,
            "central": list(central_rows(facts)),
            "records": list(record_rows(facts)),
            "machine": [*machine_rows(facts), *light_rows(facts)],
            "log": [_log_line(line, facts) for line in self._ring.lines()[:_LOG_SHOWN]],
        }

    def _day(self, facts: Facts, language: str) -> Any:
        key = (facts.stored.number if facts.stored else 0, facts.now // MINUTE)
        timetable = self._reader.timetable
        return self._keeping(f"day {language}", key, 0.0, lambda: day_view(facts, timetable) if timetable else None)

    def _folder(self, facts: Facts, language: str) -> FolderTold | None:
        """Thousands of files take a while, so they are gone through now and then."""
        view, stored = self._sight.folder(), facts.stored
        if view is None or stored is None:
            return None
        key, show = (view, stored.number, facts.now // MINUTE), stored.show
        told = self._keeping(f"folder {language}", key, _FOLDER_EVERY, lambda: folder_told(view, show, facts.now))
        assert told is None or isinstance(told, FolderTold)
        return told

    def _keeping(self, name: str, key: object, least: float, make: Callable[[], Any]) -> Any:
        """What was made for `key`, or less than `least` seconds ago."""
        known = self._kept.get(name)
        clock = time.monotonic()
        if known is not None and (known[0] == key or clock - known[1] < least):
            return known[2]
        made = make()
        self._kept[name] = key, clock, made
        return made


def _log_line(line: LogLine, facts: Facts) -> tuple[str, int, str]:
    local = datetime.fromtimestamp(line.moment, facts.clock_zone)
    return local.strftime("%H:%M:%S"), line.level, line.text

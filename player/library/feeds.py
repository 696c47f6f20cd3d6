"""What is known of feeds, in `state/feeds`: their titles as they were last fetched, and how the fetching goes.

The agent's fetcher writes, the compiler and the verbs read. Titles stay until there are newer ones, however long the
network is away. They lie apart from the news of the fetching, so that only new titles look like a change.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from player.core.plainjson import parsed
from player.library.files import write_whole

log = logging.getLogger(__name__)

KEPT_UNUSED = 30 * 86_400
"""Seconds for which a feed that no playlist names any more is remembered."""


@dataclass(frozen=True, slots=True)
class FeedCopy:
    """The titles of the feed at `url`, newest first; `etag` and `modified` are what its server calls this state."""

    url: str
    titles: tuple[str, ...]
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How the fetching goes: `fetched` is when the server last answered well, `failing` since when it does not; ISO
    8601, empty for never. `reason` says why."""

    url: str
    fetched: str = ""
    failing: str = ""
    reason: str = ""


class FeedStore:
    """The feeds of one state folder. What cannot be read is taken for absent."""

    def __init__(self, state: Path) -> None:
        self.titles = state / "feeds" / "titles"
        """The folder that changes when, and only when, what the wall is to show does."""
        self._health = state / "feeds" / "health"

    def copy(self, url: str) -> FeedCopy | None:
        said = _read(self.titles / _name(url))
        titles = said.get("titles")
        if said.get("url") != url or not isinstance(titles, list):
            return None
        return FeedCopy(url, tuple(map(str, titles)), str(said.get("etag", "")), str(said.get("modified", "")))

    def keep(self, copy: FeedCopy) -> None:
        """OSError when the disk refuses."""
        self.titles.mkdir(parents=True, exist_ok=True)
        write_whole(self.titles / _name(copy.url), _written(copy))

    def health(self, url: str) -> FeedHealth:
        said = _read(self._health / _name(url))
        if said.get("url") != url:
            return FeedHealth(url)
        return FeedHealth(url, *(str(said.get(key, "")) for key in ("fetched", "failing", "reason")))

    def note(self, health: FeedHealth) -> None:
        """OSError when the disk refuses."""
        self._health.mkdir(parents=True, exist_ok=True)
        write_whole(self._health / _name(health.url), _written(health), durable=False)

    def forget_unused(self, used: Iterable[str]) -> None:
        """Drop feeds that have not been used for a month."""
        kept = {_name(url) for url in used}
        for path in self._health.glob("*.json"):
            if path.name not in kept and time.time() - path.stat().st_mtime > KEPT_UNUSED:
                (self.titles / path.name).unlink(missing_ok=True)
                path.unlink(missing_ok=True)


def _name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:24] + ".json"


def _written(value: FeedCopy | FeedHealth) -> bytes:
    return json.dumps(asdict(value), ensure_ascii=False).encode()


def _read(path: Path) -> dict[str, Any]:
    try:
        value = parsed(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return {}
    return value if isinstance(value, dict) else {}

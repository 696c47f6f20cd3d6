"""What is known of the files of the watched folder."""

from dataclasses import dataclass
from enum import Enum

from player.core.model import Level
from player.library.blobs import Stamp
from player.library.filenames import Said
from player.library.intake import Asset

NEVER = float("inf")


class State(Enum):
    """What has become of a file. UNFINISHED looks like half a copy; HELD_UP waits for room on the disk.
    UNAPPROVED waits for somebody's yes, EXAMINING until it is known whether it flashes too much; BESIDE belongs to
    another file, as its caption or its settings."""

    COPYING = "copying"
    QUEUED = "queued"
    CONVERTING = "converting"
    UNFINISHED = "unfinished"
    HELD_UP = "held up"
    REFUSED = "refused"
    UNAPPROVED = "unapproved"
    EXAMINING = "examining"
    BESIDE = "beside"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held when it was taken in. `sha` is its SHA-256; a picture, film or document has an `asset` (of an
    office document: the PDF that it became), a text or settings file its `data`."""

    sha: str
    asset: Asset | None = None
    data: bytes = b""


@dataclass(slots=True)
class Entry:
    """One file; `name` is its path within the folder.

    It has looked like `stamp` since `since`. `content` is what plays: while a newer one is being copied and looked at,
    still the older. Instants are seconds of the monotonic clock; at `retry_at` it is looked at again, unchanged.
    """

    name: str
    said: Said
    level: Level
    stamp: Stamp
    since: float
    state: State = State.COPYING
    reason: str = ""
    retry_at: float = NEVER
    content: Content | None = None

    @property
    def pending(self) -> bool:
        """Is there something to do for it?"""
        return self.state in (State.QUEUED, State.CONVERTING)


@dataclass(frozen=True, slots=True)
class Tended:
    """What a round has brought. `changed`: the show may be another now; `urgent`: so may its emergencies; `stirred`:
    there is news for the status file at least. `due` is when the next round is wanted, None: when something happens.
    `waiting` files are still to be taken in."""

    changed: bool
    urgent: bool
    stirred: bool
    due: float | None
    waiting: int

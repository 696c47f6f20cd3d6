"""Files into assets: each is stat'ed, copied, probed and measured once, and then known."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from player import __version__
from player.config.itementries import MOST_BANNER_LETTERS
from player.config.language import _, language_in_use
from player.core.codec import decode, encode
from player.core.faults import ContentFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Content, Direction, Notice
from player.core.pacing import seamless_width
from player.library.blobs import Blobs, Stamp
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.prober import ProbeDied, Prober
from player.media.probe import Facts
from player.media.text.troubles import Trouble

_MOST_TEXT = 400_000
VERSION = 1
"""Of what probing and measuring find out. Raised when they find out otherwise, so that every file is looked at anew."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in the store and what it is."""

    sha: str
    facts: Facts


class Intake:
    """Owned by the thread that compiles."""

    def __init__(self, blobs: Blobs, index: Index, prober: Prober, feeds: FeedStore) -> None:
        self.blobs = blobs
        self.feeds = feeds
        self._index = index
        self._prober = prober

    def file(self, path: Path) -> Asset:
        """The asset of the file at `path`. ContentFault with the reason when it cannot be shown; NoSpace, Cancelled."""
        return self.asset(self._admitted(path))

    def asset(self, sha: str) -> Asset:
        """What the file in the store is. ContentFault with the reason when it cannot be shown; Cancelled."""
        return Asset(sha, self._facts(sha))

    def check_refused(self, sha: str) -> None:
        """ContentFault with the reason if the asset is known to be of no use, stored or not."""
        self._recalled(sha)

    def known(self, path: Path, stamp: Stamp) -> str | None:
        """The SHA-256 of the file at `path`, if it was read when it had this `stamp`; perhaps it is stored no more."""
        return self._index.sha(path, stamp)

    def learn(self, path: Path, stamp: Stamp, sha: str) -> None:
        """The file at `path` with this `stamp` is the asset `sha`."""
        self._index.remember(path, stamp, sha)

    def forget(self, path: Path) -> None:
        """What was known of the file is not so."""
        self._index.forget([path])

    def check_whole(self, path: Path) -> None:
        """Unfinished when the file says itself that a part of it is missing; cheap, and nothing is copied."""
        self._prober.check_whole(path)

    def ready(self) -> None:
        """Have the reader of files started before the first file comes."""
        self._prober.warm()

    def converted(self, sha: str) -> str | None:
        """The PDF that the office document `sha` has become, if that is known and still stored."""
        made = self._index.answer("office", sha, VERSION)
        return made if isinstance(made, str) and self.blobs.has(made) else None

    def learn_converted(self, sha: str, made: str) -> None:
        """The office document `sha` has become the PDF `made`."""
        self._index.learn("office", sha, VERSION, made)

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner:
        """`banner` with the measures that it has in a zone of this size. ContentFault when it shows nothing."""
        across = size.width if banner.direction is Direction.UP else 0
        banner = replace(banner, width=0, height=size.height, across=across)
        key = repr(encode(replace(banner, step=0)))
        length = self._index.answer("length", key, VERSION)
        if not isinstance(length, int):
            length = self._prober.banner_length(banner, size)
            self._index.learn("length", key, VERSION, length)
        return replace(banner, width=seamless_width(length, banner.step, fps))

    def text(self, path: Path) -> tuple[str, list[Trouble]]:
        """What the text file at `path` says, and which of its characters cannot be shown. ContentFault when it cannot
        be read or says too much."""
        data = _bytes_of(path)
        kind, sha = _kind("text"), hashlib.sha256(data).hexdigest()
        known = self._index.answer(kind, sha, VERSION)
        if isinstance(known, dict):
            return str(known["said"]), [decode(Trouble, one) for one in known["troubles"]]
        said, found = self._prober.text(data)
        if len(said) > MOST_BANNER_LETTERS:
            message = _("a text has at most {limit} letters, this one {count}")
            raise ContentFault(message.format(limit=MOST_BANNER_LETTERS, count=len(said)))
        self._index.learn(kind, sha, VERSION, {"said": said, "troubles": [encode(one) for one in found]})
        return said, found

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]:
        """What will not read well of the texts of `content` at `size` pixels, in sentences; with `letters`, which
        characters cannot be shown too."""
        if not isinstance(content, Notice | Banner) and not getattr(content, "caption", None):
            return []
        kind, key = _kind("notes"), repr((encode(content), tuple(size), letters))
        notes = self._index.answer(kind, key, VERSION)
        if not isinstance(notes, list):
            notes = self._prober.notes(content, size, letters)
            self._index.learn(kind, key, VERSION, notes)
        return notes

    def _admitted(self, path: Path) -> str:
        before = _stamp(path)
        if before is not None:
            known = self._index.sha(path, before)
            if known and self.blobs.has(known, before.size):
                return known
        sha = self.blobs.admit(path)
        after = _stamp(path)
        if after is not None and after == before:
            self._index.remember(path, after, sha)
        return sha

    def _facts(self, sha: str) -> Facts:
        if (recalled := self._recalled(sha)) is not None:
            return recalled
        kind = _kind("facts")
        try:
            facts = self._prober.probe(self.blobs.path(sha))
        except ProbeDied:
            raise
        except ContentFault as fault:
            unfinished = isinstance(fault, Unfinished)
            self._index.learn(kind, sha, VERSION, {"refusal": str(fault), "unfinished": unfinished})
            raise
        self._index.learn(kind, sha, VERSION, {"facts": encode(facts)})
        return facts

    def _recalled(self, sha: str) -> Facts | None:
        known = self._index.answer(_kind("facts"), sha, VERSION)
        if not isinstance(known, dict):
            return None
        if "refusal" in known:
            raise (Unfinished if known.get("unfinished") else ContentFault)(str(known["refusal"]))
        try:
            return decode(Facts, known.get("facts"))
        except ValueError:
            # Another version of the program wrote it: looked at anew.
            return None


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_TEXT + 1)
    except OSError as error:
        raise ContentFault(_("cannot be read: {reason}").format(reason=error.strerror)) from error
    if len(data) > _MOST_TEXT:
        said = _("larger than {limit} KB; a text has at most {letters} letters")
        raise ContentFault(said.format(limit=_MOST_TEXT // 1000, letters=MOST_BANNER_LETTERS))
    return data


def _kind(name: str) -> str:
    """Sentences are known in the language in which they were said, and a newer program may refuse less."""
    return f"{name}-{language_in_use()}-{__version__}"


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path.stat())
    except OSError:
        return None

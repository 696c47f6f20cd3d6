"""Files into assets: each is stat'ed, copied, probed and measured once, and then known."""

from dataclasses import dataclass
from pathlib import Path

from player import __version__
from player.config.language import language_in_use
from player.core.codec import decode, encode
from player.core.faults import ContentFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Content, Notice, Style
from player.library.blobs import Blobs, Stamp
from player.library.index import Index
from player.library.prober import ProbeDied, Prober
from player.media.probe import Facts

VERSION = 1
"""Of what probing and measuring find out. Raised when they find out otherwise, so that every file is looked at anew."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in the store and what it is."""

    sha: str
    facts: Facts


class Intake:
    """Owned by the thread that compiles."""

    def __init__(self, blobs: Blobs, index: Index, prober: Prober) -> None:
        self.blobs = blobs
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

    def banner_width(self, text: str, style: Style, height: int, lang: str) -> int:
        """Pixels of a banner's strip. ContentFault when it cannot be set."""
        key = repr((text, encode(style), height, lang))
        width = self._index.answer("width", key, VERSION)
        if not isinstance(width, int):
            width = self._prober.banner_width(text, style, height, lang)
            self._index.learn("width", key, VERSION, width)
        return width

    def notes(self, content: Content, size: Size) -> list[str]:
        """What will not read well of the texts of `content` at `size` pixels, in sentences."""
        if not isinstance(content, Notice | Banner) and not getattr(content, "caption", None):
            return []
        kind, key = _kind("notes"), repr((encode(content), tuple(size)))
        notes = self._index.answer(kind, key, VERSION)
        if not isinstance(notes, list):
            notes = self._prober.notes(content, size)
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


def _kind(name: str) -> str:
    """Sentences are known in the language in which they were said, and a newer program may refuse less."""
    return f"{name}-{language_in_use()}-{__version__}"


def _stamp(path: Path) -> Stamp | None:
    try:
        return Stamp.of(path.stat())
    except OSError:
        return None

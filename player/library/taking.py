"""Files of the watched folder into the store: short ones at once, long ones and office documents a step at a time, so
that others need not wait for them."""

import hashlib
import os
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from player.config.language import _
from player.core.faults import ContentFault, Passing
from player.library.blobs import NoSpace, Stamp, Unsettled
from player.library.filenames import OFFICE, SETTINGS, TEXTS
from player.library.inboxentries import Content, Entry, State
from player.library.intake import Asset, Intake
from player.library.office import Conversion, installed, is_document
from player.library.prober import ProbeDied

LONG = 32 << 20
"""Bytes from which on a file is copied in steps."""

MOST_TEXT = 64 << 10
_LEAST_STEP = 0.2


class _Copy(NamedTuple):
    entry: Entry
    stamp: Stamp
    steps: Generator[None, None, str]


class _Document(NamedTuple):
    entry: Entry
    stamp: Stamp
    conversion: Conversion


class Taking:
    """Owned by one thread. `office` tells where LibreOffice is, None where it is not installed."""

    def __init__(self, root: Path, intake: Intake, office: Callable[[], str | None] = installed) -> None:
        self._root = root
        self._intake = intake
        self._office = office
        self._copy: _Copy | None = None
        self._document: _Document | None = None

    def knows(self, name: str, stamp: Stamp) -> bool:
        """Was the file read when it looked like this?"""
        return self._intake.known(self._root / name, stamp) is not None

    def holds(self, entry: Entry, sha: str) -> bool:
        """Does the file still hold `sha`? One that cannot be read now, or has changed in plain sight, is no doubt; one
        that holds something else is forgotten."""
        path = self._root / entry.name
        try:
            with path.open("rb") as stream:
                if Stamp.of(os.fstat(stream.fileno())) != entry.stamp:
                    return True
                same = hashlib.file_digest(stream, "sha256").hexdigest() == sha
        except OSError:
            return True
        if not same:
            self._intake.forget(path)
        return same

    def take(self, entry: Entry, deadline: float) -> Content | None:
        """The content of a file that has settled; None when it needs more time than until `deadline`: once more.

        ContentFault when it cannot be shown (Unfinished: because a part is missing; Passing: not now; Unsettled: it
        has changed meanwhile); NoSpace, Cancelled.
        """
        try:
            if entry.said.wrong:
                raise ContentFault("; ".join(entry.said.wrong))
            sha = self._stored(entry, deadline)
            return self._content(entry, sha) if sha else None
        except (ContentFault, NoSpace):
            self.give_up(entry)
            raise

    def give_up(self, entry: Entry | None = None) -> None:
        """Leave off what is under way: for this entry, or all."""
        if self._copy and entry in (None, self._copy.entry):
            self._copy.steps.close()
            self._copy = None
        if self._document and entry in (None, self._document.entry):
            self._document.conversion.close()
            self._document = None

    def _stored(self, entry: Entry, deadline: float) -> str:
        """The SHA-256 of the file, which is in the store then; empty while it is being copied."""
        path = self._root / entry.name
        known = self._intake.known(path, entry.stamp)
        if known:
            self._intake.check_refused(known)
            if self._intake.blobs.has(known, entry.stamp.size):
                return known
        sha = self._step(entry, path, deadline) if entry.stamp.size >= LONG else self._admitted(path)
        if sha:
            # A link, or another file, may have been put in its place while it was read.
            if _stamp(path) != entry.stamp:
                raise Unsettled
            self._intake.learn(path, entry.stamp, sha)
        return sha

    def _admitted(self, path: Path) -> str:
        try:
            return self._intake.blobs.admit(path)
        except Unsettled:
            raise
        except ContentFault as fault:
            raise Passing(str(fault)) from fault

    def _step(self, entry: Entry, path: Path, deadline: float) -> str:
        if self._copy is None:
            # Half a film is not worth copying.
            self._intake.check_whole(path)
            self._copy = _Copy(entry, entry.stamp, self._intake.blobs.copying(path))
        elif self._copy.entry is not entry:
            return ""
        elif self._copy.stamp != entry.stamp:
            raise Unsettled
        deadline = max(deadline, time.monotonic() + _LEAST_STEP)
        try:
            while time.monotonic() < deadline:
                next(self._copy.steps)
        except StopIteration as done:
            self._copy = None
            return str(done.value)
        return ""

    def _content(self, entry: Entry, sha: str) -> Content | None:
        blob = self._intake.blobs.path(sha)
        if entry.said.ending in TEXTS + SETTINGS:
            if entry.stamp.size > MOST_TEXT:
                raise ContentFault(_("the text is longer than {limit} KB; shorten it").format(limit=MOST_TEXT >> 10))
            return Content(sha, data=blob.read_bytes())
        if entry.said.ending in OFFICE and is_document(blob):
            made = self._intake.converted(sha) or self._converted(entry, sha)
            return Content(sha, self._asset(made)) if made else None
        return Content(sha, self._asset(sha))

    def _asset(self, sha: str) -> Asset:
        try:
            return self._intake.asset(sha)
        except ProbeDied:
            raise
        except ContentFault:
            # What cannot be shown is in no show.
            self._intake.blobs.discard(sha)
            raise

    def _converted(self, entry: Entry, sha: str) -> str:
        """The PDF's SHA-256; empty while LibreOffice is at work, on this document or on another."""
        entry.state = State.CONVERTING
        if self._document is None:
            self._document = _Document(entry, entry.stamp, self._begun(entry, self._intake.blobs.path(sha)))
        if self._document.entry is not entry:
            return ""
        if self._document.stamp != entry.stamp:
            raise Unsettled
        made = self._document.conversion.result()
        if made is None:
            return ""
        pages = self._intake.blobs.admit(made)
        self._intake.learn_converted(sha, pages)
        self.give_up(entry)
        return pages

    def _begun(self, entry: Entry, blob: Path) -> Conversion:
        program = self._office()
        if program is None:
            raise Passing(_("office documents are not opened on this computer; save it as PDF and put that here"))
        try:
            return Conversion(program, blob, entry.said.ending)
        except OSError as error:
            raise NoSpace(error.strerror or str(error)) from error


def _stamp(path: Path) -> Stamp | None:
    with suppress(OSError):
        return Stamp.of(path.lstat())
    return None

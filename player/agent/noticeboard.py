"""Leaves the status file in the watched folder: whole, in the operators' language, and only when it says something new.

UTF-8 with its mark and Windows' line ends, so that Notepad shows it as it should be.
"""

import codecs
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from player.config.language import _, language_in_use
from player.core.model import Show
from player.core.units import SECOND, Instant
from player.library.filenames import STATUS_NAMES
from player.library.files import write_whole
from player.library.folderstatus import MARK, heading, status_text
from player.library.watching import FolderView

log = logging.getLogger(__name__)

REFRESH = 60.0
"""Seconds after which the times in it are told anew, longer with thousands of files."""

_SHARE = 20
_FILES_A_SECOND = 50


class NoticeBoard:
    """Owned by one thread. `trouble` says why the file could not be written last time, empty when it could."""

    def __init__(self) -> None:
        self.trouble = ""
        self._said: tuple[Path, str] | None = None
        self._owed = False
        self._not_before = 0.0
        self._refresh_at = 0.0

    def tell(self, look: Callable[[], FolderView | None], show: Show, *, news: bool) -> float | None:
        """Write what is to be said now, if there is `news` or the times have changed; when it wants to be called
        again on account of news that it has not told yet, else None. `look` is asked only when there is a need."""
        clock = time.monotonic()
        self._owed |= news
        gone = self._said is not None and not self._said[0].exists()
        if not (self._owed or gone or clock >= self._refresh_at):
            return None
        if clock < self._not_before:
            # Long lists take time to make; they are not made for every single file.
            return self._not_before
        view = look()
        if view is None or view.absent:
            self._owed, self._said, self.trouble = False, None, ""
            return None
        now = Instant(time.time_ns() // 1000)
        local = datetime.fromtimestamp(now / SECOND, ZoneInfo(show.timezone))
        self._put(view, heading(show.gate), status_text(view, show, now), local)
        self._owed = False
        done = time.monotonic()
        self._not_before = done + _SHARE * (done - clock)
        self._refresh_at = done + REFRESH + len(view.seen) / _FILES_A_SECOND
        return None

    def _put(self, view: FolderView, head: str, text: str, moment: datetime) -> None:
        name = STATUS_NAMES[language_in_use()]
        said = view.root / name
        if self._said == (said, text) and said.exists():
            return
        written = moment.strftime("%H:%M %d/%m/%Y")
        note = _("Written by the player at {when}; nobody reads what is changed in it.").format(when=written)
        lines = "\n".join((head, note, "", text)).replace("\n", "\r\n")
        try:
            with _opened(view) as place:
                if place is None:
                    self._said = None
                    return
                if not _is_ours(place / name):
                    self._fail(_("{name}: a file of this name is not the player's; rename it").format(name=name))
                    return
                write_whole(place / name, codecs.BOM_UTF8 + lines.encode("utf-8", "replace"), durable=False)
                self._remove_others(place / name)
        except OSError as error:
            self._fail(_("{name} cannot be written: {reason}").format(name=name, reason=error.strerror or error))
            return
        self._said = said, text
        self.trouble = ""

    def _fail(self, reason: str) -> None:
        self._said = None
        if reason != self.trouble:
            log.warning("%s", reason)
        self.trouble = reason

    def _remove_others(self, path: Path) -> None:
        """That of the language spoken before."""
        for name in STATUS_NAMES.values():
            other = path.with_name(name)
            if other != path and other.exists() and _is_ours(other):
                other.unlink()


@contextmanager
def _opened(view: FolderView) -> Iterator[Path | None]:
    """A path to the folder that was looked at, good whatever is mounted or unmounted meanwhile; None when another has
    come to its place since: what is left when a share goes, or another drive."""
    handle = os.open(view.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{handle}") if os.fstat(handle).st_dev == view.device else None
    finally:
        os.close(handle)


def _is_ours(path: Path) -> bool:
    """Whether the file is one of this program, or there is none."""
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except FileNotFoundError:
        return not path.is_symlink()
    return not path.is_symlink() and start.startswith(codecs.BOM_UTF8 + MARK.encode())

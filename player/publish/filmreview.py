"""Films of a draft watched for flashes before somebody signs it, however long that takes."""

import threading
from contextlib import closing

from player.config.language import _
from player.config.settings import Config
from player.core.model import Film, Show
from player.core.units import SECOND, Span
from player.library.blobs import Blobs
from player.library.examiner import Examiner, Known
from player.library.index import Index
from player.library.safety import Verdicts, judged
from player.publish.preview import Progress, Tell
from player.publish.site import Site


def flashes_of(show: Show, config: Config, site: Site, blobs: Blobs, progress: Progress) -> Verdicts:
    """What is to be said of the films of `show`, which are in the store of `site`, at the gate of `config`."""
    films = {
        item.content.asset: item.content.natural
        for playlist in show.playlists
        for item in playlist.items
        if isinstance(item.content, Film)
    }
    with closing(Index(site.state)) as index:
        known = Known(index)
        missing = {sha: span for sha, span in films.items() if known.findings(sha) is None}
        if missing:
            with (
                closing(Examiner(blobs, known, threading.Event())) as examiner,
                progress(_("Watching films for flashes"), sum(missing.values()) // SECOND) as tell,
            ):
                for sha, span in missing.items():
                    bar = _Bar(span, tell)
                    examiner.examine(sha, tell=bar.at)
                    bar.at(span)
        return judged(show, config, known.findings).verdicts


class _Bar:
    """Told how far into a film it is; tells how many seconds more those are."""

    def __init__(self, span: Span, tell: Tell) -> None:
        self._span = span
        self._tell = tell
        self._seconds = 0

    def at(self, position: Span) -> None:
        seconds = max(self._seconds, min(position, self._span) // SECOND)
        self._tell(seconds - self._seconds)
        self._seconds = seconds

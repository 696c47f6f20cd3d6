"""From a folder of drafts to the page of each: what `gateplayer publish review` does."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from player.config.language import _, use
from player.config.playlists import read_playlists
from player.config.settings import Config, read_config
from player.core.faults import ContentFault
from player.core.model import Show
from player.core.units import Instant
from player.library.blobs import Blobs
from player.library.central import CentralStore, Release
from player.library.feeds import FeedStore
from player.library.index import Index
from player.library.intake import Intake
from player.library.prober import Prober
from player.publish import changes, review
from player.publish.changes import Change, Content
from player.publish.pictures import Painter
from player.publish.preview import Draft, Preview, Tell, gate_show, open_draft, take_in, template_show
from player.trust.manifest import Entry
from player.trust.names import TEMPLATES

Progress = Callable[[str, int], AbstractContextManager[Tell]]
"""Is told what is being done and how much of it there is; gives what to tell of each step."""
MakePainter = Callable[[Show, Path, str], AbstractContextManager[Painter]]
"""A painter of a show, whose assets lie in that folder, with that title."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie. `drafts` is what was carried here; `state` our own store, used again the next time; `scratch` a
    folder for nothing else; `tree` what is published from here, if it is; `configs` gates' configs to draw templates
    with."""

    drafts: Path
    state: Path
    scratch: Path
    tree: Path | None = None
    configs: tuple[Path, ...] = ()


def roles(drafts: Path) -> list[str]:
    """The roles that have a draft with something to see: gates, and templates."""
    return sorted(path.parent.name for path in drafts.glob("*/target.json"))


def make_page(
    places: Places, role: str, language: str, make_painter: MakePainter, now: Instant, progress: Progress
) -> str:
    """The page of one draft, in `language` (empty: the gate's).

    TrustFault when the draft does not agree with itself, ConfigFault, DisplayFault; Cancelled is raised.
    """
    draft = open_draft(places.drafts, role)
    config = read_config(_config(places, role))
    # Reading the config has set its language.
    use(language or config.language)
    with _intake(places.state) as intake:
        size = sum(entry.size for entry in draft.release.entries)
        with progress(_("Checking files"), size) as tell:
            take_in(places.drafts, draft.release.entries, intake.blobs, tell)
        compared = None
        if role == TEMPLATES:
            preview, templates = template_show(draft, config, intake, places.scratch, now)
        else:
            preview, templates = gate_show(draft, config, intake, places.scratch), ()
            compared = _compared(places, draft, preview, config)
        blobs = places.state / "blobs"
        title = config.title or config.gate
        with (
            make_painter(preview.show, blobs, title) as painter,
            progress(_("Drawing pictures"), review.pictures(preview)) as tell,
        ):
            return review.page(draft, preview, config, painter, compared, now, tell, templates)


@contextmanager
def _intake(state: Path) -> Iterator[Intake]:
    with ExitStack() as stack:
        state.mkdir(parents=True, exist_ok=True)
        index = Index(state)
        stack.callback(index.close)
        prober = Prober(threading.Event())
        stack.callback(prober.close)
        yield Intake(Blobs(state), index, prober, FeedStore(state))


def _config(places: Places, role: str) -> Path:
    """The config to draw with: the draft's own; for templates, that of any gate."""
    own = places.drafts / role / "config.yaml"
    others = (*places.configs, *sorted(places.drafts.glob("gate-*/config.yaml")))
    return own if own.exists() or not others else others[0]


def _compared(places: Places, draft: Draft, preview: Preview, config: Config) -> list[Change] | None:
    """What the draft changes in playlists; None where those that are live are not here."""
    if draft.live is None:
        return []
    store = CentralStore(places.scratch / "live")
    release = Release("live", draft.version - 1, "", (), (), draft.live)
    texts = {entry.sha256: _text(places, entry) for entry in release.texts()}
    if not all(texts.values()):
        return None
    store.keep(release)
    root = store.lay_out(release, lambda sha: texts[sha] or Path())
    old = Content(read_playlists(root, config).playlists, root.resolve(), draft.live)
    new = Content(read_playlists(preview.folder, config).playlists, preview.folder.resolve(), draft.release.entries)
    return changes.of_playlists(old, new)


def _text(places: Places, entry: Entry) -> Path | None:
    """Where a playlist that is live lies, if it is here and intact."""
    folders = (places.drafts, places.tree) if places.tree else (places.drafts,)
    for path in (folder / "blob" / entry.sha256 for folder in folders):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256:
            return path
    return None


def check_role(drafts: Path, role: str) -> None:
    """ContentFault when there is no such draft, with those that there are."""
    known = roles(drafts)
    if role not in known:
        said = _("there is no draft {role} in {folder}; there are: {known}")
        raise ContentFault(said.format(role=role, folder=drafts, known=", ".join(known) or "–"))

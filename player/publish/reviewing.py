"""From a folder of drafts to the page of each: what `gateplayer publish review` does."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from player.config.language import _, use
from player.config.playlists import read_playlists
from player.config.settings import Config, read_config
from player.core.faults import ContentFault
from player.core.model import Show
from player.core.units import Instant
from player.library.central import CentralStore, Release
from player.publish import changes, review
from player.publish.changes import Change, Content
from player.publish.contents import store
from player.publish.drafts import Drafts
from player.publish.filmreview import flashes_of
from player.publish.pictures import Painter
from player.publish.preview import Draft, Preview, Progress, gate_show, open_draft, take_in, template_show
from player.publish.site import Site
from player.trust.manifest import Entry
from player.trust.names import TEMPLATES, blob_path

_CONFIG = "config.yaml"

MakePainter = Callable[[Show, Path, str], AbstractContextManager[Painter]]
"""A painter of a show, whose assets lie in that folder, with that title."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie: `drafts` were perhaps carried here; `site` is ours, or a folder for nothing else; so is
    `scratch`."""

    drafts: Path
    site: Site
    scratch: Path


def visible_roles(drafts: Path) -> list[str]:
    """The roles that have a draft with something to see: gates, and templates."""
    return [role for role in Drafts(drafts).roles() if role == TEMPLATES or role.startswith("gate-")]


def make_page(
    places: Places, role: str, language: str, make_painter: MakePainter, now: Instant, progress: Progress
) -> str:
    """The page of one draft, in `language` (empty: the gate's).

    ContentFault when there is no such draft, TrustFault when it does not agree with itself, ConfigFault, DisplayFault.
    """
    if role not in (known := visible_roles(places.drafts)):
        said = _("there is no draft {role} with something to be seen in {folder}; there are: {known}")
        raise ContentFault(said.format(role=role, folder=places.drafts, known=", ".join(known) or "–"))
    draft = open_draft(places.drafts, role)
    config = read_config(_config(places, role))
    # Reading the config has set its language.
    use(language or config.language)
    with store(places.site) as intake:
        size = sum(entry.size for entry in draft.release.entries)
        with progress(_("Checking files"), size) as tell:
            take_in(places.drafts, draft.release.entries, intake.blobs, tell)
        compared = None
        if role == TEMPLATES:
            preview, templates = template_show(draft, config, intake, places.scratch, now)
        else:
            preview, templates = gate_show(draft, config, intake, places.scratch), ()
            compared = _compared(places, draft, preview, config)
        flashes = flashes_of(preview.show, config, places.site, intake.blobs, progress)
        blobs = places.site.state / "blobs"
        title = config.title or config.gate
        with (
            make_painter(preview.show, blobs, title) as painter,
            progress(_("Drawing pictures"), review.pictures(preview)) as tell,
        ):
            return review.page(draft, preview, config, painter, compared, now, tell, templates, flashes)


def _config(places: Places, role: str) -> Path:
    """The config to draw with: the draft's own; for templates, that of any gate."""
    own = places.drafts / role / _CONFIG
    others = [places.site.gate(gate) / _CONFIG for gate in places.site.gates()]
    others += sorted(places.drafts.glob(f"gate-*/{_CONFIG}"))
    return own if own.exists() or not others else others[0]


def _compared(places: Places, draft: Draft, preview: Preview, config: Config) -> list[Change] | None:
    """What the draft changes in playlists; None where those that are live are not here."""
    if draft.live is None:
        return []
    central = CentralStore(places.scratch / "live")
    release = Release("live", draft.version - 1, "", (), (), draft.live)
    texts = {entry.sha256: _text(places, entry) for entry in release.texts()}
    if not all(texts.values()):
        return None
    central.keep(release)
    root = central.lay_out(release, lambda sha: texts[sha] or Path())
    old = Content(read_playlists(root, config).playlists, root.resolve(), draft.live)
    new = Content(read_playlists(preview.folder, config).playlists, preview.folder.resolve(), draft.release.entries)
    return changes.of_playlists(old, new)


def _text(places: Places, entry: Entry) -> Path | None:
    """Where a playlist that is live lies, if it is here and intact."""
    for path in (Drafts(places.drafts).blob(entry.sha256), places.site.tree / blob_path(entry.sha256)):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256:
            return path
    return None

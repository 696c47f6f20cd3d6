"""`gateplayer publish review`: what you see is what you sign."""

import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.terminal import coloured, good, out
from player.config.language import LANGUAGES, _
from player.core.faults import ContentFault
from player.core.units import Instant
from player.library.files import write_whole
from player.publish.preview import Tell
from player.publish.site import NAME, Site, find_site

OUTPUT = Path("review.html")


@publish_verb("review")
@site_option
@click.argument("roles", nargs=-1, metavar=_("[ROLE]…"))
@click.option(
    "--drafts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help=_("A folder of drafts that was carried here (default: that of the site)."),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=OUTPUT,
    metavar="FILE",
    help=_("The page to write (default: {name}); of several, each has its role in the name.").format(name=OUTPUT),
)
@click.option("--language", type=click.Choice(LANGUAGES), help=_("The page's language (default: the gate's)."))
@click.option("--open", "opened", is_flag=True, help=_("Show it in the web browser."))
def command(
    roles: tuple[str, ...],
    site: Path | None,
    drafts: Path | None,
    output: Path,
    language: str | None,
    opened: bool,
) -> int:
    """Write the pages. TrustFault when a draft is not what it says; then there is no page of it."""
    from player.publish.reviewing import Places, make_page, visible_roles
    from player.wall.portrait import Painter

    with _site(site, drafts) as place:
        where = drafts or place.drafts
        chosen = list(roles) or visible_roles(where)
        if not chosen:
            raise ContentFault(_("there is no draft to be seen in {folder}").format(folder=where))
        for role in chosen:
            with tempfile.TemporaryDirectory(prefix="gateplayer-") as scratch:
                places = Places(where, place, Path(scratch))
                now = Instant(time.time_ns() // 1000)
                page = make_page(places, role, language or "", Painter, now, _bar)
            written = output if len(chosen) == 1 else output.with_stem(f"{output.stem}-{role}")
            _write(written, page)
            if opened:
                webbrowser.open(written.resolve().as_uri())
    return 0


@contextmanager
def _site(folder: Path | None, drafts: Path | None) -> Iterator[Site]:
    """The site around; where drafts were carried to another machine, a folder that is one for the time being."""
    if folder is not None or drafts is None or (drafts.resolve().parent / NAME).is_file():
        yield find_site(folder, drafts.resolve().parent if drafts else None)
        return
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as place:
        yield Site(Path(place))


def _write(place: Path, page: str) -> None:
    data = page.encode()
    try:
        write_whole(place, data)
    except OSError as error:
        said = _("{path} cannot be written: {reason}")
        raise ContentFault(said.format(path=place, reason=error.strerror or error)) from error
    out(f"{coloured('●', good)} {place} ({len(data) / 1e6:.1f} MB)")


@contextmanager
def _bar(what: str, length: int) -> Iterator[Tell]:
    """Progress on a terminal; silence where nobody looks."""
    if not sys.stderr.isatty():
        yield lambda _more: None
        return
    with click.progressbar(length=length, label=what, file=sys.stderr) as bar:
        yield bar.update

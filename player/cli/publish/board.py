"""`gateplayer publish board`: how all gates are, on one page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.publish.serve import end_on_signal, listening_option
from player.cli.terminal import coloured, good, out
from player.config.language import LANGUAGES, _, use
from player.core.faults import ContentFault
from player.library.files import write_whole
from player.library.locate import scalar
from player.publish.site import Site, find_site

if TYPE_CHECKING:
    from player.publish.reportfolder import ReportFolder

ADDRESS = "127.0.0.1:8138"
_SMALL = 320


@publish_verb("board")
@site_option
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=_("Where the reports of gates lie (default: reports/ of the site)."),
)
@listening_option(ADDRESS)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the page, pictures and all, into this file instead of showing it."),
)
@click.option("--language", type=click.Choice(LANGUAGES), help=_("The page's language."))
def command(
    site: Path | None, reports: Path | None, listen: tuple[str, int], output: Path | None, language: str | None
) -> int:
    """Show it to this computer until told to end, or write it. ContentFault when others could see it."""
    from player.publish.reportfolder import ReportFolder

    if language:
        use(language)
    province, titles = "", {}
    if reports is None or site is not None:
        place = find_site(site)
        province, titles, reports = place.province(), _titles(place), reports or place.root / "reports"
    elif not reports.is_dir():
        raise ContentFault(_("{folder}: there is no such folder").format(folder=reports))
    folder = ReportFolder(reports, titles)
    return _write(folder, province, output) if output else _serve(folder, province, *listen)


def _titles(place: Site) -> dict[str, str]:
    return {gate: scalar(place.gate(gate) / "config.yaml", "title") for gate in place.gates()}


def _write(folder: "ReportFolder", province: str, output: Path) -> int:
    from player.publish.board import STATIC_EVERY, embedded, page

    seen, now = folder.seen(), datetime.now(UTC)
    text = page(province, seen, now, lambda one: embedded(folder.picture(one.seen.gate, _SMALL)), STATIC_EVERY)
    write_whole(output, text.encode())
    output.chmod(0o644)
    said = _("{path}: {count} gates, {size:.1f} MB")
    out(coloured("●", good) + " " + said.format(path=output, count=len(seen), size=len(text) / 1e6))
    return 0


def _serve(folder: "ReportFolder", province: str, host: str, port: int) -> int:
    from player.library.serving import HttpServer, is_loopback
    from player.publish.boardweb import make_board

    if not is_loopback(host):
        said = _(
            "{host} can be reached by others, and the board asks for no password. Let it write a file with --output, "
            "and put that behind your own web server: docs/server/README.md"
        )
        raise ContentFault(said.format(host=host))
    with HttpServer(make_board(folder, province), host, port) as server:
        end_on_signal(server.stop)
        shown = f"[{host}]" if ":" in host else host
        said = _("the board of {count} gates: {url} (Ctrl-C ends it)")
        out(coloured("●", good) + " " + said.format(count=len(folder.seen()), url=f"http://{shown}:{server.port}/"))
        server.run()
    return 0

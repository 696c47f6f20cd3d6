"""`gateplayer testcard`: a test card on the running wall for a while, or as a picture file."""

import time
from datetime import datetime
from pathlib import Path

import click

from player.cli.durations import duration
from player.cli.snapshot import writable
from player.cli.statusblackout import blackout_of, switches_of
from player.cli.statustestcard import until_words
from player.cli.terminal import good, line, out
from player.cli.verbs import verb
from player.config.language import _
from player.config.settings import read_config
from player.core.faults import ContentFault, GateplayerFault
from player.core.testcards import LONGEST, USUAL, Card
from player.core.units import Instant, Span, instant_of, seconds
from player.library.locate import run_dir, state_dir
from player.library.statusfiles import wall_report
from player.library.testcard import By, Request, Requests
from player.library.wallsettings import clock_of

PATIENCE = 10.0
"""Seconds that the wall is given to draw the card and say so."""

_LOOK = 0.05
_NEAR = seconds(2)


class NotShown(GateplayerFault):
    """No wall shows the card, or takes it away."""

    exit_code = 4


@verb("testcard")
@click.argument("card", metavar="[grid|colours|ramp|motion|text]", required=False, default=Card.ALL.value)
@click.option("--for", "span", type=duration, default=None, metavar="TIME", help=_("How long: 30s, 10m; 1h at most."))
@click.option("--off", is_flag=True, help=_("End the card that is on the wall."))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=lambda _ctx, _option, output: output if output is None else writable(output),
    default=None,
    metavar="FILE",
    help=_("Draw it into a picture file instead; needs no display and no wall."),
)
def command(config: Path, card: str, span: Span | None, off: bool, output: Path | None) -> int:
    """Have the wall show a card and see that it does; one that has everything, unless a subject is named."""
    chosen = _chosen(card)
    if span is not None and span > LONGEST:
        raise click.BadParameter(_("a test card stays for an hour at most"), param_hint="--for")
    if not config.is_file():
        # A misspelt name would be another wall.
        raise ContentFault(_("{path}: no such file").format(path=config))
    if output is not None:
        _draw(config, chosen, output)
        out(str(output))
    elif off:
        _take_back(config)
    else:
        _show(config, chosen, span or USUAL)
    return 0


def _chosen(card: str) -> Card:
    try:
        return Card(card)
    except ValueError as error:
        known = ", ".join(one.value for one in Card)
        raise click.BadParameter(_("{card}: there are these cards: {known}").format(card=card, known=known)) from error


def _show(config: Path, card: Card, span: Span) -> None:
    _require_wall(config)
    if blackout_of(switches_of(config), wall_report(config)):
        raise NotShown(_("the wall is black as long as the blackout lasts; to end it: gateplayer blackout off"))
    requests = Requests(run_dir(config))
    try:
        request = requests.ask(card, span, By.COMMAND, Instant(time.time_ns() // 1000))
    except OSError as error:
        raise _unwritable(requests, error) from error
    try:
        _wait(config, request)
    except NotShown:
        # It is not to come up later, when nobody reckons with it.
        requests.take_back()
        raise
    line(good, _("test card"), until_words(request.values(), clock_of(state_dir(config))))
    out("  " + _("To end it before: gateplayer testcard --off"))


def _take_back(config: Path) -> None:
    requests = Requests(run_dir(config))
    try:
        requests.take_back()
    except OSError as error:
        raise _unwritable(requests, error) from error
    if wall_report(config).fresh:
        _wait(config, None)
    line(good, _("test card"), _("there is none on the wall"))


def _require_wall(config: Path) -> None:
    if not wall_report(config).fresh:
        said = _("the wall is not running; start it: {command}. Or have the card drawn into a file: {other}")
        words = {"command": "gateplayer run", "other": "gateplayer testcard --output card.png"}
        raise NotShown(said.format(**words))


def _unwritable(requests: Requests, error: OSError) -> NotShown:
    said = _("{path} cannot be written ({reason}): do it as the technician: {command}")
    words = {"path": requests.path, "reason": error.strerror or error, "command": "sudo gateplayer testcard"}
    return NotShown(said.format(**words))


def _wait(config: Path, request: Request | None) -> None:
    """Until the wall says that it shows the card, or none. NotShown when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        said = wall_report(config).said.get("testcard")
        if (not said) if request is None else _is(said, request):
            return
        time.sleep(_LOOK)
    raise NotShown(_("the wall does not follow; see: gateplayer status, and the wall's log"))


def _is(said: object, request: Request) -> bool:
    """Whether the wall tells of this request: it reckons the end anew, by another clock."""
    if not isinstance(said, dict) or said.get("card") != request.card.value:
        return False
    try:
        until = instant_of(datetime.fromisoformat(str(said.get("until"))))
    except ValueError:
        return False
    return abs(until - request.until) < _NEAR


def _draw(config_path: Path, card: Card, output: Path) -> None:
    """The card as the wall of config.yaml would show it, whether there is one or not."""
    from player.media.jobs import CardCanvas
    from player.wall.cards import picture_of, sheet_of
    from player.wall.snapshot import save

    config = read_config(config_path)
    canvases = (CardCanvas(face.name, face.rect, "") for face in config.faces)
    sheet = sheet_of(card, config.title or config.gate, "", config.fps, config.zones, config.mapping, canvases)
    save(picture_of(sheet, config.canvas, config.language), output)

"""`gateplayer report`: what was shown, how often, how long, and whether that can be believed."""

import time
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from player.cli import moments
from player.cli.reportsources import bar, settings_of, sources_of
from player.cli.terminal import bad, coloured, err, good, out, table, warn
from player.cli.verbs import verb
from player.config.language import _
from player.core.faults import ContentFault
from player.core.units import Instant
from player.library.files import write_whole
from player.report import wording
from player.report.figures import DIMENSIONS, GateReport, Report
from player.report.flat import as_csv, cells, heads
from player.report.gathering import Source, gather
from player.report.period import Period, quarter, quarter_of
from player.report.proofwords import chain_line, state_line

NOT_TRUSTED = 3
FORMATS = ("table", "csv", "xlsx", "html")
_MOST_FINDINGS = 20
_BOM = "\ufeff"


@verb("report")
@click.option("--from", "since", type=moments.day, metavar="DATE", help=_("The first day: 2026-07-01."))
@click.option("--to", "--until", "until", type=moments.day, metavar="DATE", help=_("The last day, which is included."))
@click.option("--quarter", "named", metavar="QUARTER", help=_("A quarter instead: 2026Q3 (default: the present one)."))
@click.option(
    "--by", "by", multiple=True, type=click.Choice(tuple(DIMENSIONS)), help=_("What to tell apart; repeatable.")
)
@click.option("--format", "kind", type=click.Choice(FORMATS), default="table", help=_("How it is written."))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_("The file to write it to.")
)
@click.option("--title", metavar="TEXT", help=_("What stands at the top (default: the gate's name)."))
@click.option("--verify", is_flag=True, help=_("Only prove that nothing was changed, taken out or put in."))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help=_("The fingerprints that the gates told by telephone: lines of gate: fingerprint."),
)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
def command(
    config: Path,
    since: date | None,
    until: date | None,
    named: str | None,
    by: tuple[str, ...],
    kind: str,
    output: Path | None,
    title: str | None,
    verify: bool,
    keys: Path | None,
    folder: Path | None,
) -> int:
    """The report, or the proof alone: then 3 when something is not to be trusted."""
    sources = sources_of(config, folder, keys)
    if verify:
        return _verify(sources)
    settings, now = settings_of(config), Instant(time.time_ns() // 1000)
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    period = _period(since, until, named, today)
    chosen = tuple(dict.fromkeys(by)) or ("item",)
    name = title or (settings.title or settings.gate if folder is None else _title(sources))
    with bar(sources) as tell:
        report = gather(sources, period, settings.timezone, name, now, {chosen}, tell)
    _write(report, chosen, kind, output)
    _warn(report)
    return 0


def _title(sources: list[Source]) -> str:
    if len(sources) == 1:
        return sources[0].gate
    return _("Play log of {count} gates").format(count=len(sources))


def _period(since: date | None, until: date | None, named: str | None, today: date) -> Period:
    if named and (since or until):
        raise click.UsageError(_("--quarter and --from or --to do not go together"))
    if named:
        try:
            return quarter(named, today)
        except ValueError as error:
            said = _("{value}: a quarter such as 2026Q3 is expected")
            raise click.BadParameter(said.format(value=named)) from error
    usual = quarter_of(since or until or today)
    period = Period(since or usual.first, until or max(usual.last, since or usual.last))
    if period.last < period.first:
        raise click.BadParameter(_("--to must not be before --from"))
    return period


def _write(report: Report, by: tuple[str, ...], kind: str, output: Path | None) -> None:
    answer = report.answers[by]
    if kind == "table" and output is None:
        _show(report, by)
    elif kind in ("table", "csv"):
        text = as_csv(report, answer) if kind == "csv" else _plain(report, by)
        if output is None:
            out(text.rstrip("\r\n"))
        else:
            # Excel takes a file for UTF-8 only with this before it.
            _save(output, (_BOM if kind == "csv" else "").encode() + text.encode())
    else:
        # Each has a library of its own to load.
        made = import_module(f"player.report.{'workbook' if kind == 'xlsx' else 'page'}")
        data = made.as_xlsx(report) if kind == "xlsx" else made.as_html(report)
        first, last = report.period.first, report.period.last
        _save(output or Path(f"report-{first}-{last}.{kind}"), data)


def _save(place: Path, data: bytes) -> None:
    try:
        write_whole(place, data)
    except OSError as error:
        said = _("{path} cannot be written: {reason}")
        raise ContentFault(said.format(path=place, reason=error.strerror or error)) from error
    out(f"{coloured('●', good)} {place} ({len(data) / 1e6:.1f} MB)")


def _show(report: Report, by: tuple[str, ...]) -> None:
    answer, period = report.answers[by], report.period
    head = f"{report.title}, {wording.day(period.first)} – {wording.day(period.last)}"
    err(coloured(head, good, bold=True))
    table(heads(answer), cells(report, answer))
    said = _("{plays} plays, {shown} shown; open {open}, of which something was shown {share}")
    total, lit = report.total, wording.percent(report.share(report.lit))
    words = {"plays": wording.number(total.plays), "shown": wording.span(total.shown)}
    err(said.format(open=wording.span(report.open), share=lit, **words))


def _plain(report: Report, by: tuple[str, ...]) -> str:
    answer = report.answers[by]
    lines = [heads(answer), *cells(report, answer)]
    return "".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines)


def _warn(report: Report) -> None:
    """What somebody who reads the figures must know besides them."""
    for gate in report.gates:
        for finding in gate.proof.findings[:_MOST_FINDINGS]:
            err(coloured(f"{gate.gate}: {finding}", bad))
        if (more := len(gate.proof.findings) - _MOST_FINDINGS) > 0:
            err(coloured(f"{gate.gate}: " + _("and {count} more").format(count=more), bad))
        for day in gate.proof.unsealed:
            err(coloured(f"{gate.gate}: " + _("{day}: has no seal yet, not counted").format(day=day), warn))
        for file in gate.skipped:
            err(coloured(f"{gate.gate}: " + _("not counted: {file}").format(file=file), bad))
        if gate.undated:
            said = _("{count} plays are not counted, for the clock was wrong").format(count=gate.undated)
            err(coloured(f"{gate.gate}: {said}", warn))


def _verify(sources: list[Source]) -> int:
    """Say of each gate whether its days are to be believed."""
    with bar(sources) as tell:
        gates = [GateReport(source.gate, source.proof(tell)) for source in sources]
    for gate in gates:
        proof = gate.proof
        colour = bad if proof.findings else good if proof.is_pinned or not proof.chains else warn
        out(f"{coloured('●', colour)} {coloured(gate.gate, colour, bold=True)}: {state_line(proof)}")
        for chain in proof.chains:
            first, last = chain.numbers
            begin, end = (wording.day(day) for day in chain.dates)
            held = _("  held: days {first} to {last}, {begin} to {end}, {records} records")
            words = {"begin": begin, "end": end, "records": wording.number(chain.records)}
            out(held.format(first=first, last=last, **words) if proof.findings else f"  {chain_line(chain)}")
        for key in proof.keys:
            out("  " + _("key {fingerprint}").format(fingerprint=key))
        for finding in proof.findings:
            out(f"  {coloured(str(finding), bad)}")
        for day in proof.unsealed:
            out("  " + coloured(_("{day}: has no seal yet, not counted").format(day=day), warn))
    return NOT_TRUSTED if any(gate.proof.findings for gate in gates) else 0

"""`gateplayer doctor`: is this computer fit to play, and if not, what to do."""

import json
import shutil
import sys
import textwrap
from pathlib import Path

import click

from player.cli.examinations import examine
from player.cli.examinations.finding import Finding, Gate, Grade, Subject, title
from player.cli.terminal import bad, coloured, faint, good, out, warn
from player.cli.verbs import verb
from player.config.language import _

UNFIT = 4
NARROW, WIDE = 60, 110
"""Columns that lines are made for, whatever the terminal has."""

_SIGNS = {Grade.GOOD: ("✔", good), Grade.WARNING: ("!", warn), Grade.BAD: ("✘", bad)}
_LABEL = 22


@verb("doctor")
@click.option("--json", "as_json", is_flag=True, help=_("For programs: one JSON object a line."))
def command(config: Path, as_json: bool) -> int:
    """Examine, and say of each thing whether it is good and what to do; 4 when something is bad."""
    counts = dict.fromkeys(Grade, 0)
    width = min(max(shutil.get_terminal_size().columns, NARROW), WIDE) if sys.stdout.isatty() else None
    for subject, findings in examine(Gate(config)):
        for finding in findings:
            counts[finding.grade] += 1
        if as_json:
            for finding in findings:
                out(_as_json(subject, finding))
        elif findings:
            _tell(subject, findings, width)
    if not as_json:
        _sum_up(counts)
    return UNFIT if counts[Grade.BAD] else 0


def _tell(subject: Subject, findings: list[Finding], width: int | None) -> None:
    out(coloured(title(subject), "cyan", bold=True))
    for finding in findings:
        sign, colour = _SIGNS[finding.grade]
        label = f"{finding.what:<{_LABEL}} "
        first, *rest = _wrapped(finding.found, width, 4 + len(label))
        out(f"  {coloured(sign, colour, bold=True)} {label}{first}")
        for line in rest:
            out(" " * (4 + len(label)) + line)
        for number, line in enumerate(_wrapped(finding.advice, width, 6 + len(label)) if finding.advice else ()):
            out(" " * (4 + len(label)) + coloured("→ " if number == 0 else "  ", colour) + line)
    out()


def _wrapped(text: str, width: int | None, indent: int) -> list[str]:
    """In lines that fit; a program that reads gets one."""
    if width is None:
        return [text]
    # Paths are to be copied, so none is broken in its middle.
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(text, width - indent, break_long_words=False, break_on_hyphens=False)
    return lines or [""]


def _sum_up(counts: dict[Grade, int]) -> None:
    good_ones, warnings, bad_ones = counts[Grade.GOOD], counts[Grade.WARNING], counts[Grade.BAD]
    said = _("Good: {good}. Warnings: {warnings}. Bad: {bad}.")
    said = said.format(good=good_ones, warnings=warnings, bad=bad_ones)
    colour = bad if bad_ones else warn if warnings else good
    out(coloured(said, colour, bold=True))
    if bad_ones:
        out(faint(_("What is bad keeps the wall from playing as it should; mend that first.")))


def _as_json(subject: Subject, finding: Finding) -> str:
    return json.dumps(
        {
            "subject": subject.value,
            "grade": finding.grade.name.lower(),
            "what": finding.what,
            "found": finding.found,
            "advice": finding.advice,
        },
        ensure_ascii=False,
    )

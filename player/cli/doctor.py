"""`gateplayer doctor`: is this computer fit to play, and if not, what to do."""

import json
from pathlib import Path

import click

from player.cli.examinations import EXAMINATIONS, Finding, Grade
from player.cli.terminal import bad, coloured, good, out, warn
from player.cli.verbs import verb
from player.config.language import _

UNFIT = 4
_SIGNS = {Grade.GOOD: ("✔", good), Grade.WARNING: ("!", warn), Grade.BAD: ("✘", bad)}


@verb("doctor")
@click.option("--json", "as_json", is_flag=True, help=_("For programs: one JSON object a line."))
def command(config: Path, as_json: bool) -> int:
    """Examine, and say of each thing whether it is good and what to do; 4 when something is bad."""
    worst = Grade.GOOD
    for examine in EXAMINATIONS:
        for finding in examine(config):
            worst = max(worst, finding.grade, key=lambda grade: grade.value)
            if as_json:
                out(_as_json(finding))
            else:
                _tell(finding)
    return UNFIT if worst is Grade.BAD else 0


def _tell(finding: Finding) -> None:
    sign, colour = _SIGNS[finding.grade]
    out(f"{coloured(sign, colour, bold=True)} {finding.what}: {finding.found}")
    if finding.advice:
        out(f"    {finding.advice}")


def _as_json(finding: Finding) -> str:
    return json.dumps(
        {
            "grade": finding.grade.name.lower(),
            "what": finding.what,
            "found": finding.found,
            "advice": finding.advice,
        },
        ensure_ascii=False,
    )

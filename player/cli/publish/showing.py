"""How verbs of `publish` show things: progress, next steps, amounts, dates."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from player.cli.terminal import coloured, good, out, warn
from player.config.language import _
from player.publish.contents import Tell
from player.publish.releasing import Held
from player.trust.fingerprint import grouped
from player.trust.names import ALERT, ROOT, SNAPSHOT, TAKEDOWN, TARGETS_ROLE, TEMPLATES, TIMESTAMP, gate_role


@contextmanager
def progress(what: str) -> Iterator[Tell]:
    """Tells people how far long work is, on a terminal; a program is told nothing until it is over."""
    if not sys.stderr.isatty():
        yield lambda _more, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task: list[Any] = []

        def tell(more: int, total: int) -> None:
            if not task:
                task.append(bar.add_task(what, total=total))
            bar.update(task[0], advance=more, total=total)

        yield tell


def done(sentence: str) -> None:
    out(f"{coloured('●', good)} {sentence}")


def waits(sentence: str) -> None:
    out(f"{coloured('○', warn)} {sentence}")


def next_step(*steps: str) -> None:
    """What people most likely do now."""
    for number, step in enumerate(steps):
        head = _("Next:")
        out(f"{head if not number else ' ' * len(head)} {step}")


def role_name(role: str) -> str:
    """A role as people know it."""
    names = {
        ROOT: _("root of trust"),
        TARGETS_ROLE: _("list of gates"),
        TAKEDOWN: _("takedown"),
        ALERT: _("alerts"),
        TEMPLATES: _("templates of alerts"),
        SNAPSHOT: _("server: list of versions"),
        TIMESTAMP: _("server: timestamp"),
    }
    return names.get(role) or _("gate {gate}").format(gate=role.removeprefix(gate_role("")))


def amount(size: int) -> str:
    """Bytes for people."""
    value = float(size)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def counted(files: int, size: int) -> str:
    return _("files: {files}, {amount}").format(files=files, amount=amount(size))


def day(moment: datetime) -> str:
    return moment.astimezone().strftime("%d/%m/%Y")


def clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M %d/%m/%Y")


def fingerprint(sha: str) -> str:
    """The first half of a SHA-256, enough to be compared by telephone."""
    return grouped(sha, 32)


def tell_held(held: Sequence[Held]) -> None:
    """Whose signature is missing."""
    for one in held:
        if one.missing:
            said = _("{what}: signature missing: {names}").format(
                what=role_name(one.role), names=", ".join(one.missing)
            )
        else:
            others = ", ".join(role_name(role) for role in one.waits_for) or "-"
            said = _("{what}: signed, waits for: {others}").format(what=role_name(one.role), others=others)
        waits(said)

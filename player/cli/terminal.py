"""What verbs print: colour where a person looks at a terminal, plain lines where a program reads."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import click


def out(line: str = "") -> None:
    """A line on stdout; colour codes are dropped when nobody would see them."""
    click.echo(line, color=None if "NO_COLOR" not in os.environ else False)


def err(line: str) -> None:
    """A line on stderr."""
    click.echo(line, err=True, color=None if "NO_COLOR" not in os.environ else False)


good = "green"
bad = "red"
warn = "yellow"


def coloured(text: str, colour: str, *, bold: bool = False) -> str:
    return click.style(text, fg=colour, bold=bold)


def faint(text: str) -> str:
    return click.style(text, dim=True)


def line(colour: str, name: str, text: str) -> None:
    """One thing and how it is: the colour says whether to read on."""
    out(f"{coloured('●', colour)} {coloured(name, colour, bold=True)}: {text}")


def local_moment(text: str, clock: ZoneInfo) -> str:
    """The gate's time of an ISO 8601 instant; with the date unless it is today's."""
    try:
        moment = datetime.fromisoformat(text).astimezone(clock)
    except ValueError:
        return "-"
    today = datetime.now(clock).date()
    return moment.strftime("%H:%M:%S" if moment.date() == today else "%Y-%m-%d %H:%M")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people; tab-separated lines when stdout is no terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            out("\t".join(row))
        return
    # Rich costs 35 ms, which only somebody who looks at a table pays.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*(Text.from_ansi(cell) for cell in row))
    Console().print(shown)

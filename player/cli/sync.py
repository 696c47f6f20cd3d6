"""`gateplayer sync`: what the central server has, now."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from player.agent.downloadevents import Progress
from player.cli.terminal import coloured, err, good, out, warn
from player.cli.verbs import verb
from player.config.language import _
from player.core.faults import GateplayerFault, SyncFault, TrustFault
from player.library.statusfiles import Report, agent_report

_PATIENCE = 3600.0
_LOOK = 0.2
_FAULTS: dict[str, type[GateplayerFault]] = {"unreachable": SyncFault, "refused": TrustFault, "stuck": SyncFault}


@verb("sync")
@click.option("--once", is_flag=True, help=_("Fetch once and end; this is what it does anyway."))
def command(config: Path, once: bool) -> int:
    """Have the running agent do it, else do it here."""
    del once
    agent = agent_report(config)
    return _by_agent(config, agent) if agent.running else _here(config)


def _here(config: Path) -> int:
    from player.agent import assemble
    from player.agent.synconce import Synced, sync_once

    done: list[Synced] = []
    with ExitStack() as stack:
        bar = _Bar(stack)
        code = assemble.once(config, lambda state: done.append(sync_once(config, state, bar.told)))
    (synced,) = done
    for warning in synced.warnings:
        err(coloured(warning, warn))
    if synced.release is None:
        out(_("{place}: nothing has been signed for this gate yet.").format(place=synced.place))
        return code
    said = _("in force since now: release {version} of {made}") if synced.adopted else _("release {version} of {made}")
    said = said.format(version=synced.release.version, made=synced.release.made)
    out(f"{coloured('●', good)} {synced.place}: {said}")
    return code


def _by_agent(config: Path, agent: Report) -> int:
    """The agent has the state folder; it is asked, and its status read until it has answered."""
    pid, asked = agent.said.get("pid"), _central(agent)
    if not isinstance(pid, int) or not asked:
        raise SyncFault(_("the agent follows no central server; enrol this gate: gateplayer enroll"))
    os.kill(pid, signal.SIGUSR1)
    deadline = time.monotonic() + _PATIENCE
    begun = time.time()
    with ExitStack() as stack:
        bar = _Bar(stack)
        while time.monotonic() < deadline:
            time.sleep(_LOOK)
            said = _central(agent_report(config))
            if said.get("state") in _FAULTS and time.time() - begun > 1:
                raise _FAULTS[said["state"]](said.get("reason", ""))
            if said.get("checked", "") > asked.get("checked", ""):
                if not (awaited := said.get("awaited")):
                    break
                bar.told(_progress(awaited))
    release = said.get("release") or {}
    words = {"version": release.get("version", "-"), "made": release.get("made", "-")}
    out(f"{coloured('●', good)} {said.get('server', '')}: " + _("release {version} of {made}").format(**words))
    return 0


def _central(report: Report) -> dict[str, Any]:
    said = report.said.get("central")
    return said if isinstance(said, dict) else {}


def _progress(awaited: dict[str, Any]) -> Progress:
    keys = ("files_here", "files", "bytes_here", "bytes")
    return Progress(*(int(awaited.get(key, 0)) for key in keys))


class _Bar:
    """How far it is: a bar for people, nothing for programs."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._task: Any = None
        self._bar: Any = None

    def told(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
            from rich.progress import Progress as Bars

            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
            self._bar = self._stack.enter_context(Bars(*columns, console=Console(stderr=True)))
            self._task = self._bar.add_task("", total=progress.of_bytes)
        files = _("{files} of {of_files} files").format(files=progress.files, of_files=progress.of_files)
        self._bar.update(self._task, completed=progress.bytes, total=progress.of_bytes, description=files)

"""`gateplayer run`: both programs, for people at a terminal."""

import signal
import sys
import time
from pathlib import Path
from typing import Any

import click

from player.cli.children import WATCHED, Child, end
from player.cli.durations import duration
from player.cli.rights import forbid_root, told_as_root
from player.cli.verbs import verb
from player.config.language import _
from player.core.units import SECOND, Span
from player.library.locate import run_dir

_GLANCE = 0.5


@verb("run")
@click.option("--for", "span", type=duration, metavar="TIME", help=_("End after this long (30s, 5m, 1h30m)."))
@told_as_root
def command(config: Path, span: Span | None, as_root: bool) -> int:
    """Start the wall first, then the agent, and keep both going until Ctrl-C or the end of `span`."""
    forbid_root(as_root)
    shared = ("--config", str(config), "--attached")
    wall = Child("wall", (*shared, "--as-root") if as_root else shared)
    agent = Child("agent", shared)
    # Blocked from here on and taken one by one in `Run.wait`: no signal is lost and none interrupts.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    try:
        wall.start()
        agent.start()
        return Run(wall, agent, run_dir(config), span).play()
    finally:
        end([wall, agent])


class Run:
    """One run: says what happens, restarts what dies."""

    def __init__(self, wall: Child, agent: Child, folder: Path, span: Span | None) -> None:
        self._wall = wall
        self._agent = agent
        self._folder = folder
        self._end = None if span is None else time.monotonic() + span / SECOND
        self._told = ""

    def play(self) -> int:
        """Until something says to end; the exit code."""
        while True:
            heard = self._wait()
            if heard in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                _say(_("Ending."))
                return 0
            now = time.monotonic()
            if self._end is not None and now >= self._end:
                return 0
            code = self._look_after(now)
            if code is not None:
                return code
            self._tell()

    def _wait(self) -> int | None:
        moments = [time.monotonic() + _GLANCE, self._end, self._wall.restart_at, self._agent.restart_at]
        soonest = min(moment for moment in moments if moment is not None)
        heard = signal.sigtimedwait(WATCHED, max(soonest - time.monotonic(), 0.0))
        return heard.si_signo if heard else None

    def _look_after(self, now: float) -> int | None:
        """Restart what ended; an exit code when `run` is to end with it."""
        for child, name in ((self._wall, _("The wall")), (self._agent, _("The agent"))):
            code = child.ended()
            if code is not None:
                if self._is_final(child, code):
                    return code
                wait = child.fail(now)
                _say(_("{name} ended ({code}); it starts again in {wait:g} s.").format(name=name, code=code, wait=wait))
            elif child.restart_at is not None and now >= child.restart_at:
                child.start()
        return None

    def _is_final(self, child: Child, code: int) -> bool:
        """The wall's window was closed, or the agent found at its first start that config.yaml is wrong."""
        return code == 0 if child is self._wall else code == 2 and child.failures == 0

    def _tell(self) -> None:
        """Say where the picture is, when that is known or changes."""
        # Imported here because the wall is to be started first of all.
        from player.library.statusfiles import read_json

        seen = read_json(self._folder / "wall.json")
        if seen.get("pid") != (self._wall.process.pid if self._wall.process else None):
            return
        telling = _where(seen, self._folder)
        if telling != self._told:
            self._told = telling
            _say(telling)


def _where(seen: dict[str, Any], folder: Path) -> str:
    """Where the picture is to be seen, in one sentence."""
    output = seen.get("output")
    if not isinstance(output, dict):
        return _("The wall has started.")
    words = {"output": output.get("name"), "size": "x".join(str(side) for side in output.get("size", []))}
    if output.get("seen"):
        return _("Playing on {output}, {size} pixels. Ctrl-C ends it.").format(**words)
    picture = folder / "preview.jpg"
    return _("No display: playing offscreen; the picture is in {picture}. Ctrl-C ends it.").format(picture=picture)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

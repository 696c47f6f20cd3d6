"""What `doctor` looks at: one module a subject, one function an examination. None changes anything.

An examination takes the `Gate` and yields findings; it may take its time and may fail, for `examine` has them side by
side, each on its own.
"""

import logging
import threading
import time
from collections.abc import Iterator

from player.cli.examinations import clock, computer, disk, folders, light, program, screen, server, services
from player.cli.examinations.finding import Examination, Finding, Gate, Grade, Subject
from player.config.language import _

log = logging.getLogger(__name__)

ALL: dict[Subject, tuple[Examination, ...]] = {
    Subject.PROGRAM: (program.programs, program.configuration, program.blackout, program.cage, program.fonts),
    Subject.SCREEN: (screen.display, screen.graphics, screen.frames, screen.sound, light.controller, light.lights),
    Subject.DISK: (disk.room, disk.wear),
    Subject.CLOCK: (clock.clock, clock.battery),
    Subject.SERVER: (server.reach, server.root, server.signatures, server.last_sync, server.token),
    Subject.FOLDERS: (folders.playlists, folders.watched, folders.run_folder),
    Subject.SERVICES: (services.services,),
    Subject.COMPUTER: (computer.sleep, computer.blanking, computer.temperature),
}

QUIET: tuple[Examination, ...] = (screen.frames,)
"""Those that measure, and so have the computer to themselves, first of all."""

AT_MOST = 16.0
"""Seconds for all of them; what takes longer is a finding too."""


class _Running:
    """One examination in a thread of its own; a disk or driver that never answers must not keep the rest waiting."""

    def __init__(self, examination: Examination, gate: Gate) -> None:
        self._examination, self._gate = examination, gate
        self._found: list[Finding] | None = None
        self._thread = threading.Thread(target=self._run, name=examination.__name__, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found = list(self._examination(self._gate))
        except Exception as error:  # whatever is wrong with one examination, the others are told
            log.debug("%s", self._examination.__name__, exc_info=True)
            found = _("could not be examined: {error}").format(error=repr(error))
            self._found = [Finding(Grade.WARNING, self._examination.__name__, found, _("please report it"))]

    def findings(self, until: float) -> list[Finding]:
        """What it has found by `until` of the monotonic clock."""
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._found is not None:
            return self._found
        found = _("no answer within {seconds:.0f} s").format(seconds=AT_MOST)
        return [Finding(Grade.WARNING, self._examination.__name__, found, _("look at dmesg: something hangs"))]


def examine(
    gate: Gate, examinations: dict[Subject, tuple[Examination, ...]] = ALL, at_most: float = AT_MOST
) -> Iterator[tuple[Subject, list[Finding]]]:
    """All of them; subject by subject what was found, in this order."""
    until = time.monotonic() + at_most
    running: dict[Examination, _Running] = {}
    flat = [examination for those in examinations.values() for examination in those]
    for examination in sorted(flat, key=lambda one: one not in QUIET):
        running[examination] = _Running(examination, gate)
        if examination in QUIET:
            running[examination].findings(until)
    for subject, those in examinations.items():
        yield subject, [finding for one in those for finding in running[one].findings(until)]

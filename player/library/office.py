"""Office documents into PDF, by LibreOffice where it is installed: in a process group of its own, with a home that is
thrown away, limits of time and memory, and no network where the system allows that. It works in the background, so
that pictures need not wait for it."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from player.config.language import _
from player.core.faults import ContentFault

log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds that one document may take."""

PROGRAMS = ("soffice", "libreoffice")
LAUNCHER = (sys.executable, "-m", "player.library.officechild")
_HEADS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_document(blob: Path) -> bool:
    """Whether the file begins like an office document, whatever its name says."""
    with blob.open("rb") as stream:
        return stream.read(4) in _HEADS


def installed() -> str | None:
    """The path of LibreOffice, None where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Conversion:
    """One document on its way to a PDF. Owned by one thread; `close` it, whatever became of it."""

    def __init__(self, program: str, document: Path, ending: str, patience: float = PATIENCE) -> None:
        """Start with the stored file `document`; `ending` is that of its name. OSError when the disk refuses."""
        self._patience = patience
        self._begun = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="gateplayer-office-")
        home = Path(self._folder.name)
        # A copy under a plain name: no macro, lock file or relative link of it finds anything beside it.
        source = home / f"document{ending}"
        shutil.copyfile(document, source)
        self._made = home / "out" / "document.pdf"
        environment = {
            "HOME": str(home),
            "TMPDIR": str(home),
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LANG": "C.UTF-8",
        }
        self._process = subprocess.Popen(
            [*LAUNCHER, program, str(source), str(self._made.parent)],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def result(self) -> Path | None:
        """The PDF, which is gone after `close`; None while it is worked on. ContentFault when it came to nothing."""
        code = self._process.poll()
        if code is None:
            if time.monotonic() - self._begun < self._patience:
                return None
            self._kill()
            said = _("LibreOffice took more than {seconds:.0f} s over it; save it as PDF and put that here")
            raise ContentFault(said.format(seconds=self._patience))
        if code == 0 and self._made.is_file() and self._made.stat().st_size:
            return self._made
        log.info("LibreOffice ended with %d and no PDF", code)
        raise ContentFault(_("LibreOffice cannot open it; save it as PDF and put that here"))

    def close(self) -> None:
        """End what still runs and remove what it has left."""
        self._kill()
        self._folder.cleanup()
        _sweep()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _sweep() -> None:
    """Remove the sockets of instances that are no more: one that was ended leaves its own behind."""
    for path in Path("/tmp").glob(f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_*"):
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            try:
                line.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()

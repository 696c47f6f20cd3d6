"""Sticks with the central server's tree: which are in, and the receipt that is left on each."""

import glob
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from player import __version__
from player.agent.status import now
from player.config.language import _
from player.library.central import Release
from player.library.files import write_whole
from player.trust.names import METADATA, TIMESTAMP

log = logging.getLogger(__name__)

RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True, order=True)
class Stick:
    """A tree on a stick. `device` tells it from another that comes to the same place."""

    path: Path
    device: int


def sticks_in(pattern: str) -> list[Stick]:
    """The sticks that are in just now."""
    found = []
    for name in sorted(glob.glob(pattern)) if pattern else ():
        path = Path(name)
        try:
            if (path / METADATA / f"{TIMESTAMP}.json").is_file():
                found.append(Stick(path, path.stat().st_dev))
        except OSError as error:
            log.debug("%s: %s", path, error)
    return found


def leave_receipt(stick: Path, gate: str, release: Release | None) -> str:
    """Write on the stick what this gate has in force, for the province to read; when, as ISO 8601. OSError."""
    moment = now()
    said = {
        "format": 1,
        "gate": gate,
        "written": moment,
        "player": __version__,
        "release": {"version": release.version, "sha256": release.sha, "made": release.made} if release else None,
    }
    folder = stick / RECEIPTS
    folder.mkdir(exist_ok=True)
    write_whole(folder / f"{gate}.json", json.dumps(said, ensure_ascii=False, indent=1).encode())
    os.sync()
    return moment


def unwritten(error: OSError) -> str:
    """Why no receipt is on a stick."""
    return _("no receipt could be written: {reason}").format(reason=error.strerror or error)

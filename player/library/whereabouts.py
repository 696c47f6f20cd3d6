"""Remembers in `state/folder.json` whether the watched folder was a share or drive of its own, so that the empty place
that is left of it, also after a restart, is not taken for a folder whose files were deleted."""

import json
import logging
from pathlib import Path

from player.core.plainjson import parsed
from player.library.files import write_whole

log = logging.getLogger(__name__)


class Whereabouts:
    """Of one state folder and one watched folder."""

    def __init__(self, state: Path, root: Path) -> None:
        self._path = state / "folder.json"
        self._root = str(root)
        self._mounted = self._read()

    @property
    def mounted(self) -> bool:
        """Was it a share or drive when something was in it last?"""
        return self._mounted

    def note(self, mounted: bool) -> None:
        """There is something in it, and it is a share or drive now, or is not."""
        if mounted == self._mounted:
            return
        self._mounted = mounted
        try:
            write_whole(self._path, json.dumps({"path": self._root, "mounted": mounted}).encode())
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)

    def _read(self) -> bool:
        try:
            said = parsed(self._path.read_bytes())
        except (OSError, ValueError):
            return False
        return isinstance(said, dict) and said.get("path") == self._root and said.get("mounted") is True

"""The two-person rule: what somebody has approved, by its SHA-256, in `state/approvals/`.

A content is approved, not a name: what is swapped under the same name waits again, and what is renamed need not.
"""

import json
import logging
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from player.core.plainjson import parsed
from player.library.files import write_whole

log = logging.getLogger(__name__)

_NAME = re.compile(r"^([0-9a-f]{64})\.json$")


@dataclass(frozen=True, slots=True)
class Approval:
    """`who` said yes to the content `sha`, then called `name`; `when` is ISO 8601 with its offset."""

    sha: str
    name: str
    who: str
    when: str


class Approvals:
    """Of one state folder. The officer's command writes, the agent reads."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "approvals"

    def shas(self) -> frozenset[str]:
        """The contents that are approved."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except FileNotFoundError:
            return frozenset()
        return frozenset(found[1] for name in names if (found := _NAME.match(name)))

    def approve(self, approval: Approval) -> None:
        """Put it on record; the first approval of a content stays. OSError when the folder cannot be written."""
        path = self.folder / f"{approval.sha}.json"
        if path.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(approval), ensure_ascii=False).encode())

    def all(self) -> list[Approval]:
        """Every approval on record, the oldest first. A damaged record is logged and left out."""
        found = []
        for sha in self.shas():
            try:
                found.append(Approval(**parsed((self.folder / f"{sha}.json").read_bytes())))
            except (OSError, ValueError, TypeError) as error:
                log.warning("the approval %s cannot be read: %s", sha, error)
        return sorted(found, key=lambda approval: (approval.when, approval.name))

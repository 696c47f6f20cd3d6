"""A line of the status page and of `gateplayer status`."""

from dataclasses import dataclass

GOOD, CARE, BAD = "good", "care", "bad"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing and how it is. `tone` says whether to read on; empty: it is only told. `share`, 0 to 1, is drawn.
    `kind` tells facts apart whatever the language."""

    label: str
    value: str
    tone: str = ""
    share: float | None = None
    kind: str = ""

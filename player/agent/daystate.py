"""How the sealing of the play log goes, for the status file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DayState:
    """`number` and `label` are those of the newest sealed day, 0 and empty before the first; `waiting` is how many days
    wait to be delivered, `size` the bytes of all. `fault` says why days cannot be sealed, empty when they can."""

    number: int = 0
    label: str = ""
    waiting: int = 0
    size: int = 0
    fingerprint: str = ""
    warning: str = ""
    fault: str = ""

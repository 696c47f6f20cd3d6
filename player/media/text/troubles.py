"""What is wrong in a text, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """Something wrong in a text: on which of its lines and at which of its characters (both from 1), and what."""

    line: int
    column: int
    message: str

"""The agent's last log lines, kept in memory for the status page."""

import logging
import threading
from collections import deque
from dataclasses import dataclass

KEPT = 200
_MOST_LETTERS = 500


@dataclass(frozen=True, slots=True)
class LogLine:
    """`moment` in seconds since 1970; `level` as logging has it."""

    moment: float
    level: int
    text: str


class Ring(logging.Handler):
    """Hears what the log hears, from info up."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[LogLine] = deque(maxlen=KEPT)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            # A line whose words do not fit its values; the log's own handlers report it.
            return
        line = LogLine(record.created, record.levelno, text[:_MOST_LETTERS])
        with self._guard:
            self._lines.append(line)

    def lines(self) -> tuple[LogLine, ...]:
        """The newest first."""
        with self._guard:
            return tuple(reversed(self._lines))

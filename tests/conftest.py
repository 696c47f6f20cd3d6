"""For every test."""

from collections.abc import Iterator

import pytest
from _pytest.terminal import TerminalReporter

from player.config import language

HELD = "attacks held off"
"""What a test says of itself, with their number."""


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """How many attacks and faults were held off, whichever process ran their tests."""
    passed = terminalreporter.stats.get("passed", [])
    held = [count for report in passed for name, count in report.user_properties if name == HELD]
    if held:
        terminalreporter.write_line(f"attacks and faults: {sum(held)} held")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English at the start of each test, whatever the one before has read."""
    language.use("en")
    yield
    language.use("en")

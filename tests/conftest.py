"""For every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from player.config import language
from tests import outcomes


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-outcomes", type=Path, metavar="FILE", help="put the table of faults into this document")


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """How many attacks and faults were held off and what they cost, whichever process ran their tests."""
    passed = terminalreporter.stats.get("passed", [])
    held = [count for report in passed for name, count in report.user_properties if name == outcomes.HELD]
    if held:
        terminalreporter.write_line(f"attacks and faults: {sum(held)} held")
    told = outcomes.ordered([*outcomes.told(passed), *outcomes.held(passed)])
    for line in outcomes.lines(told) if told else ():
        terminalreporter.write_line(line)
    if document := config.getoption("--write-outcomes"):
        outcomes.write(document, told)


# The same examples in every run, and none that fails because the machine is busy.
settings.register_profile(
    "same", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

os.environ["GATEPLAYER_AS_ROOT"] = "1"
"""The tests may be run by root, and so may the walls that they start."""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English at the start of each test, whatever the one before has read."""
    language.use("en")
    yield
    language.use("en")

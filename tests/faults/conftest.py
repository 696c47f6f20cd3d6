"""Counts the attacks and faults that were held off, and says so at the end."""

from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.faults.besieged import Siege, siege

HELD = "attacks held off"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> object:
    """A test that is marked has held off one attack when it says nothing else."""
    result = yield
    if item.get_closest_marker("attack"):
        found = item.funcargs.get("besieged") if isinstance(item, pytest.Function) else None
        item.user_properties.append((HELD, max(1, found.held) if isinstance(found, Siege) else 1))
    return result


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    held = [count for report in passed for name, count in report.user_properties if name == HELD]
    if held:
        terminalreporter.write_line(f"attacks and faults: {sum(held)} held")


@pytest.fixture
def besieged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A gate that plays `FIRST`, at a server of which anything may be made."""
    with siege(tmp_path, monkeypatch) as found:
        yield found

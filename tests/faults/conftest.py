"""Counts the attacks and faults that were held off."""

from pathlib import Path

import pytest

from tests.faults.besieged import Siege, siege
from tests.outcomes import HELD


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> object:
    """A test that is marked has held off one attack when it says nothing else."""
    result = yield
    if item.get_closest_marker("attack"):
        found = item.funcargs.get("besieged") if isinstance(item, pytest.Function) else None
        item.user_properties.append((HELD, max(1, found.held) if isinstance(found, Siege) else 1))
    return result


@pytest.fixture
def besieged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A gate that plays `FIRST`, at a server of which anything may be made."""
    with siege(tmp_path, monkeypatch) as found:
        yield found

"""For every test."""

from collections.abc import Iterator

import pytest

from player.config import language


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Messages in English at the start of each test, whatever the one before has read."""
    language.use("en")
    yield
    language.use("en")

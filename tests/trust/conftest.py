"""What the tests of trust share."""

from collections.abc import Iterator

import pytest

from player.config.language import language_in_use, use


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are compared; whatever ran before may have spoken another language."""
    before = language_in_use()
    use("en")
    yield
    use(before)

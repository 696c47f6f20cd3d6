"""JSON from a disk that may have damaged it."""

import json
from typing import Any


def parsed(text: bytes | str) -> Any:
    """The value; ValueError for whatever is no JSON, nested too deep to be read among it."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error

"""Whether the display's own refresh and the frames that the wall makes (`display: fps:`) go together."""

from collections.abc import Mapping
from typing import Any

from player.config.language import _

_BRISK = 75
"""Frames a second beyond which a wall gains nothing that is seen, and its computer heats."""


def in_step(refresh: int, fps: int) -> bool:
    """Whether each frame stands for the same number of refreshes; `refresh` 0: the display does not say."""
    return refresh <= 0 or any(rate % fps == 0 for rate in (refresh, _nominal(refresh)))


def fitting(refresh: int) -> int:
    """The frames a second to make for a display of `refresh`."""
    rate = _nominal(refresh)
    while rate > _BRISK and rate % 2 == 0:
        rate //= 2
    return rate


def misfit(output: Mapping[str, Any], fps: int) -> str:
    """What is to be said of the `output` of `wall.json` and a show of `fps`; nothing when they go together."""
    refresh = refresh_of(output)
    if in_step(refresh, fps):
        return ""
    said = _(
        "the display shows {refresh} frames a second and the wall makes {fps}, so some stay longer than others: "
        "write fps: {fitting} under display: in config.yaml"
    )
    return said.format(refresh=refresh, fps=fps, fitting=fitting(refresh))


def refresh_of(output: Mapping[str, Any]) -> int:
    """The refresh that the wall has told; 0: unknown."""
    told = output.get("refresh")
    return told if isinstance(told, int) and told > 0 else 0


def _nominal(refresh: int) -> int:
    """A display of 59.94 frames a second says 59 or 60."""
    return refresh + 1 if refresh % 10 == 9 or refresh == 23 else refresh

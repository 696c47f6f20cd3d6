"""What the wall says of its output in `wall.json`, in words."""

from collections.abc import Mapping
from typing import Any

from player.config.language import _
from player.library.refresh import refresh_of


def output_words(output: Mapping[str, Any]) -> str:
    """Which output it is, and whether the picture fits."""
    if not output.get("seen"):
        return _("no display, draws offscreen")
    size = "×".join(str(side) for side in output.get("size", []))
    words = f"{output.get('name', '')} {size}"
    if refresh := refresh_of(output):
        words += f" {refresh} Hz"
    if output.get("shrunk"):
        words += _(", shrunk to fit")
    if parts := output.get("mapped"):
        words += _(", the canvas in {count} parts").format(count=parts)
    for number in output.get("missing", []):
        words += _(", screen {number} is missing").format(number=number)
    return words + (_(", not all of it fits") if output.get("cut_off") else "")


def light_words(light: Mapping[str, Any]) -> str:
    """How bright the wall is, where it is not in full light; else nothing."""
    share = light.get("target")
    if not isinstance(share, int | float) or not 0 < share < 1:
        return ""
    return _("brightness {percent}").format(percent=f"{share:.0%}")


def fits(output: Mapping[str, Any]) -> bool:
    """Whether all of the picture is seen, pixel for pixel."""
    return bool(output.get("seen")) and not any(output.get(what) for what in ("shrunk", "cut_off", "missing"))

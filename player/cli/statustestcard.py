"""What `gateplayer status` and `gateplayer testcard` say of a test card."""

from typing import Any
from zoneinfo import ZoneInfo

from player.cli.terminal import line, local_moment, warn
from player.config.language import _
from player.core.testcards import Card


def until_words(said: dict[str, Any], clock: ZoneInfo) -> str:
    """Which card is on the wall, and when it ends."""
    until = local_moment(str(said.get("until", "")), clock)
    if said.get("card") == Card.ALL.value:
        return _("on the wall until {until}").format(until=until)
    return _("on the wall until {until}: {card}").format(until=until, card=said.get("card", ""))


def tell_card(said: dict[str, Any], clock: ZoneInfo) -> None:
    """That a card stands in the place of the show."""
    words = until_words(said, clock) + ". " + _("To end it before: gateplayer testcard --off")
    line(warn, _("test card"), words)

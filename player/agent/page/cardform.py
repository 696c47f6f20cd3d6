"""Test cards from the status page: a form that asks the wall for one, or for the end of it."""

import logging
import time
from collections.abc import Callable

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as WebResponse

from player.config.language import _
from player.core.testcards import USUAL, Card
from player.core.units import Instant
from player.library.gatefacts import Facts
from player.library.testcard import By, Requests

log = logging.getLogger(__name__)


def card_names() -> dict[str, str]:
    """What people may choose from, in the language in use."""
    return {
        Card.ALL.value: _("everything on one card"),
        Card.GRID.value: _("grid"),
        Card.COLOURS.value: _("colours"),
        Card.RAMP.value: _("greys"),
        Card.MOTION.value: _("movement"),
        Card.TEXT.value: _("text"),
    }


def serve_cards(app: Flask, requests: Requests, facts: Callable[[], Facts], refused: Callable[..., Response]) -> None:
    """`POST /testcard` with the name of a card, or with `end`. Who may ask is seen to before this is reached."""

    @app.post("/testcard")
    def testcard() -> WebResponse:
        asked, ends = request.form.get("card", ""), "end" in request.form
        if not ends and asked not in {one.value for one in Card}:
            return refused(400, "absent")
        wall = facts().wall
        if not wall.fresh or wall.said.get("blackout"):
            return refused(409, "dark" if wall.fresh else "nowall")
        try:
            if ends:
                requests.take_back()
            else:
                requests.ask(Card(asked), USUAL, By.PAGE, Instant(time.time_ns() // 1000))
        except OSError as error:
            return refused(507, "nocard", cause=error.strerror or error)
        log.info("status page: test card: %s", "none" if ends else asked)
        return redirect("/#wall", 303)

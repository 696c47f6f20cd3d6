"""The board on loopback: one page, and the pictures on it."""

import threading
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from player.library.serving import FRESH, is_loopback
from player.publish.board import page, policy
from player.publish.gatecard import Card
from player.publish.reportfolder import GATE, ReportFolder

_YEAR = "private, max-age=31536000, immutable"


def make_board(folder: ReportFolder, province: str) -> Flask:
    """The application. It answers nobody who calls it by a name of elsewhere: a page on the web could otherwise have
    the browser of whoever looks at the board read it."""
    app = Flask(__name__, static_folder=None)
    reading = threading.Lock()

    @app.before_request
    def known_by_its_own_name() -> Response | None:
        return None if _is_here(request.host) else _said(403)

    @app.get("/")
    def board() -> Response:
        with reading:
            seen = folder.seen()
        text = page(province, seen, datetime.now(UTC), _address)
        return Response(text, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})

    @app.get("/picture/<gate>.jpg")
    def picture(gate: str) -> Response:
        if not GATE.fullmatch(gate):
            return _said(404)
        with reading:
            data = folder.picture(gate)
        if data is None:
            return _said(404)
        keep = _YEAR if request.args.get("v") else FRESH
        return Response(data, content_type="image/jpeg", headers={"Cache-Control": keep})

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return _said(error.code or 500)

    @app.after_request
    def guarded(answer: Response) -> Response:
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return app


def _address(card: Card) -> str:
    return f"/picture/{card.seen.gate}.jpg?v={card.seen.picture}" if card.seen.picture else ""


def _is_here(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or is_loopback(name)
    except ValueError:
        return False


def _said(status: int) -> Response:
    return Response(f"{status}\n", status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": FRESH})

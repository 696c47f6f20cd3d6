"""The status page as an application: what is asked, who may ask, what is answered."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WebResponse

from player import __version__
from player.agent.page.board import Board, Sight
from player.agent.page.cardform import card_names, serve_cards
from player.agent.page.guard import is_from_us, is_our_name, protect
from player.agent.page.labels import labels, refusals
from player.agent.page.metrics import CONTENT_TYPE, exposition, health
from player.agent.page.ring import Ring
from player.agent.page.sessions import LASTS, Attempts, Sessions
from player.config.language import LANGUAGES, language_in_use, speaking
from player.config.yamlsource import shown
from player.library.approvals import Approval, Approvals
from player.library.gatefacts import FactsReader
from player.library.locate import run_dir, state_dir
from player.library.pagepassword import is_password, stored_password
from player.library.serving import FRESH, is_loopback
from player.library.testcard import Requests

log = logging.getLogger(__name__)

MOST_BODY = 16_384
COOKIE, LANGUAGE = "gateplayer", "language"
_HERE = Path(__file__).parent
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_NAME = 80
_OPEN = frozenset({"enter", "leave", "asset", "healthz", "metrics"})
"""What answers those who are not logged in; the last asks for a password by itself."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in. `stored` reads the password's hash, empty for none."""

    listens: str
    stored: Callable[[], bytes]
    sessions: Sessions
    attempts: Attempts

    def needs_login(self) -> bool:
        return bool(self.stored()) or not is_loopback(self.listens)

    def lets_in(self, visitor: str) -> bool:
        return not self.needs_login() or (bool(self.stored()) and self.sessions.holds(visitor, self.stored()))

    def tries(self, password: str, address: str) -> float:
        """Whether the password is right: 0; else the seconds to wait before the next try."""
        if (wait := self.attempts.wait(address)) > 0:
            return wait
        if is_password(self.stored(), password):
            self.attempts.succeeded(address)
            return 0.0
        self.attempts.failed(address)
        log.warning("status page: a wrong password from %s", address)
        return -1.0


def make_app(config_path: Path, listens: str, ring: Ring, sight: Sight, approved: Callable[[], None]) -> Flask:
    """The application of the gate of one config file, for an address that it listens on. `approved` hears of files
    that somebody has said yes to."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BODY
    app.config["MAX_FORM_PARTS"] = 20
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    state = state_dir(config_path)
    door = Door(listens, lambda: stored_password(state), Sessions(), Attempts())
    reader = FactsReader(config_path)
    board = Board(reader, ring, sight, lambda name, values: _part(app, name, values))
    _guard(app, door)
    _look(app, door, board, reader)
    _enter(app, door)
    _approve(app, state, board, approved)
    serve_cards(app, Requests(run_dir(config_path)), board.facts, _refused)
    _measure(app, door, board)
    return app


def _part(app: Flask, name: str, values: dict[str, Any]) -> str:
    return app.jinja_env.get_template(f"parts/{name}.html").render(values)


# Who is asking, and in which language


def _visitor() -> str:
    return request.cookies.get(COOKIE, "")[:100]


def _language() -> str:
    asked = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE, "")
    return asked if asked in LANGUAGES else language_in_use()


def _put_cookie(answer: WebResponse, name: str, value: str, lasts: float) -> None:
    answer.set_cookie(name, value, max_age=round(lasts), httponly=True, samesite="Strict", path="/")


def _refused(status: int, reason: str, **words: object) -> Response:
    with speaking(_language()):
        said = refusals()[reason].format(**words)
        page = render_template("refused.html", words=labels(), language=_language(), said=said, status=status)
    return Response(page, status)


def _guard(app: Flask, door: Door) -> None:
    @app.before_request
    def check() -> WebResponse | None:
        if not is_our_name(request.host, door.listens):
            return _refused(421, "host")
        if request.method == "POST":
            token = request.form.get("token", "")
            if not is_from_us(request) or not door.sessions.is_token(_visitor(), token):
                return _refused(403, "token")
        if request.endpoint not in _OPEN and not door.lets_in(_visitor()):
            return redirect("/login", 303) if request.endpoint == "index" else _refused(401, "token")
        return None

    app.after_request(protect)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        code = error.code or 500
        return _refused(code, {413: "large", 500: "failed"}.get(code, "absent"))


# What there is to see


def _look(app: Flask, door: Door, board: Board, reader: FactsReader) -> None:
    assets = {path.name: path.read_bytes() for path in sorted((_HERE / "static").iterdir()) if path.suffix in _KINDS}
    stamp = hashlib.sha256(b"".join(assets.values())).hexdigest()[:12]

    @app.get("/")
    def index() -> WebResponse:
        language = _language()
        sheet, facts = board.sheet(language), board.facts()
        visitor = _visitor() or secrets.token_urlsafe(32)
        with speaking(language):
            page = render_template(
                "index.html",
                words=labels(),
                language=language,
                languages=LANGUAGES,
                parts={name: Markup(html) for name, (html, _at) in sheet.parts.items()},
                tag=sheet.tag,
                preview=sheet.preview,
                now=facts.now // 1000,
                title=facts.settings.title or facts.settings.gate,
                gate=facts.settings.gate,
                token=door.sessions.token(visitor),
                leaves=door.needs_login(),
                cards=card_names(),
                stamp=stamp,
                version=__version__,
            )
        answer = Response(page)
        if not _visitor():
            _put_cookie(answer, COOKIE, visitor, LASTS)
        if request.args.get(LANGUAGE):
            _put_cookie(answer, LANGUAGE, language, 365 * 86_400)
        return answer

    @app.get("/live.json")
    def live() -> WebResponse:
        sheet = board.sheet(_language())
        known = request.headers.get("If-None-Match", "").strip('"')
        if known == sheet.tag:
            answer = Response(status=304)
        else:
            answer = jsonify(version=sheet.tag, preview=sheet.preview, parts=sheet.since(known))
        answer.set_etag(sheet.tag)
        answer.headers["Cache-Control"] = FRESH
        return answer

    @app.get("/preview.jpg")
    def preview() -> WebResponse:
        try:
            data = reader.preview.read_bytes()
        except OSError:
            return _refused(404, "absent")
        answer = Response(data, mimetype="image/jpeg")
        answer.set_etag(hashlib.sha256(data).hexdigest()[:32])
        answer.headers["Cache-Control"] = FRESH
        return answer.make_conditional(request)

    @app.get("/static/<name>")
    def asset(name: str) -> WebResponse:
        if name not in assets:
            return _refused(404, "absent")
        return Response(
            assets[name],
            mimetype=_KINDS[Path(name).suffix],
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


# Coming and going


def _enter(app: Flask, door: Door) -> None:
    def form(said: str = "", status: int = 200) -> Response:
        visitor = _visitor() or secrets.token_urlsafe(32)
        with speaking(_language()):
            page = render_template(
                "login.html",
                words=labels(),
                language=_language(),
                token=door.sessions.token(visitor),
                said=said,
            )
        answer = Response(page, status)
        if not _visitor():
            _put_cookie(answer, COOKIE, visitor, LASTS)
        return answer

    @app.route("/login", methods=["GET", "POST"])
    def enter() -> WebResponse:
        if door.lets_in(_visitor()):
            return redirect("/", 303)
        if request.method == "GET":
            return form()
        wait = door.tries(request.form.get("password", ""), request.remote_addr or "")
        if wait == 0:
            answer = redirect("/", 303)
            _put_cookie(answer, COOKIE, door.sessions.begin(door.stored()), LASTS)
            return answer
        with speaking(_language()):
            said = refusals()["wrong"] if wait < 0 else refusals()["wait"].format(seconds=int(wait) + 1)
        refused = form(said, 403 if wait < 0 else 429)
        if wait > 0:
            refused.headers["Retry-After"] = str(int(wait) + 1)
        return refused

    @app.post("/logout")
    def leave() -> WebResponse:
        door.sessions.end(_visitor())
        answer = redirect("/login", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
        return answer


# The second person's yes


def _approve(app: Flask, state: Path, board: Board, approved: Callable[[], None]) -> None:
    approvals = Approvals(state)

    @app.post("/approve")
    def approve() -> WebResponse:
        facts, told = board.facts(), board.folder()
        sha = request.form.get("sha", "")
        # Nothing but what is waiting just now: no name and no path comes from a request.
        file = next((one for one in told.waiting if one.sha and one.sha == sha), None) if told else None
        if file is None:
            return _refused(409, "gone")
        who = shown(" ".join(request.form.get("who", "").split()), _MOST_NAME)
        if not who:
            return _refused(400, "who")
        when = datetime.now(facts.clock_zone).isoformat(timespec="seconds")
        try:
            approvals.approve(Approval(file.sha, file.name, who, when))
        except OSError as error:
            return _refused(507, "unstored", cause=error.strerror or error)
        log.info("status page: %s approved %s (%s)", who, file.name, file.sha[:12])
        approved()
        return redirect("/#folder", 303)


# For machines


def _measure(app: Flask, door: Door, board: Board) -> None:
    known: dict[str, tuple[bytes, bytes]] = {}

    def may_measure() -> bool:
        """Logged in, or with the password in the request, as Prometheus gives it; reckoning it each time is dear."""
        if door.lets_in(_visitor()):
            return True
        given = request.authorization
        if given is None or given.type != "basic" or not given.password:
            return False
        mark = (door.sessions.mark(given.password), door.stored())
        if known.get("last") == mark:
            return True
        if door.tries(given.password, request.remote_addr or "") != 0:
            return False
        known["last"] = mark
        return True

    @app.get("/metrics")
    def metrics() -> WebResponse:
        if not may_measure():
            return Response("401\n", 401, {"WWW-Authenticate": 'Basic realm="gateplayer"'}, content_type="text/plain")
        return Response(exposition(board.facts()), content_type=CONTENT_TYPE)

    @app.get("/healthz")
    def healthz() -> WebResponse:
        said, healthy = health(board.facts())
        answer = jsonify(said)
        answer.status_code = 200 if healthy else 503
        return answer

"""What the embedded server answers: files of the tree, and places to leave reports. Nothing else, and no lists.

Nothing that is handed out is secret, and nobody has to believe it: gates verify signatures. So the server needs to be
careful of one thing only, never to hand out or overwrite what lies outside its two folders.
"""

import filecmp
import hmac
import logging
import os
import re
import shutil
import tempfile
from pathlib import Path

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WebResponse

from player.config.language import _, language_in_use
from player.library.delivery import DAY_FILE
from player.library.files import sync_folder
from player.library.serving import FRESH, YEAR, file_answer
from player.trust.names import BLOBS, METADATA, TARGETS

log = logging.getLogger(__name__)

TREE, REPORTS = "tree", "reports"
MOST_REPORT = 64 << 20
"""Bytes of one report."""
RESERVE = 512 << 20
"""Bytes that reports leave free on the disk: a gate whose token was stolen must not stop publishing."""
_FILE = re.compile(
    rf"{METADATA}/(?:(?P<version>[0-9]{{1,10}})\.)?[a-z0-9-]{{1,80}}\.json"
    rf"|{TARGETS}/(?:gates/[a-z0-9-]{{1,80}}/)?[0-9a-f]{{64}}\.[a-z]{{1,40}}\.json"
    rf"|{BLOBS}/[0-9a-f]{{64}}"
)
_GATE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_SHORT = "text/plain; charset=utf-8"


def make_app(site: Path, fingerprint: str, reserve: int = RESERVE) -> Flask:
    """The application for the workspace `site`. Its page shows `fingerprint`, that of the root of trust."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_REPORT
    words = _words()
    tree = (site / TREE).resolve()

    @app.get("/")
    def front() -> Response:
        return Response(
            render_template("front.html", words=words, fingerprint=fingerprint), headers={"Cache-Control": FRESH}
        )

    @app.get("/<path:name>")
    def file(name: str) -> WebResponse:
        found = _FILE.fullmatch(name)
        path = _within(tree, name) if found else None
        if path is None or found is None:
            return _said(404)
        stamped = found["version"] is not None or not name.startswith(f"{METADATA}/")
        return file_answer(path, request, YEAR if stamped else FRESH)

    @app.put(f"/{REPORTS}/<gate>/<name>")
    def report(gate: str, name: str) -> Response:
        return _said(_received(site, gate, name, reserve))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        answer = _said(error.code or 500)
        for key, value in error.get_headers():
            if key in ("Allow", "Content-Range"):
                answer.headers[key] = value
        return answer

    return app


def _words() -> dict[str, str]:
    return {
        "language": language_in_use(),
        "title": _("Gateplayer: central server"),
        "what": _("The players at the gates fetch what they show from here. There is nothing to click."),
        "trust": _("No gate believes this server: they believe the signatures of both agencies, by this root."),
        "root": _("Fingerprint of the root of trust"),
        "compare": _("gateplayer enroll shows it at the gate. Compare the two before you answer yes."),
    }


def _said(status: int) -> Response:
    """A short answer: links are slow, and no person reads it."""
    answer = Response(f"{status}\n", status, content_type=_SHORT, headers={"Cache-Control": FRESH})
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _within(tree: Path, name: str) -> Path | None:
    """The file of the tree; None where there is none, also when a link in the tree leads out of it."""
    try:
        path = (tree / name).resolve(strict=True)
    except OSError:
        return None
    return path if path.is_relative_to(tree) and path.is_file() else None


def _received(site: Path, gate: str, name: str, reserve: int) -> int:
    """Take in a report; the status to answer with."""
    if not request.authorization or request.authorization.type != "bearer":
        return 401
    known = _token(site, gate) if _GATE.fullmatch(gate) else ""
    given = request.authorization.token or ""
    if not hmac.compare_digest(given.encode(), known.encode()) or not known:
        return 403
    if not _NAME.fullmatch(name):
        return 400
    if request.content_length is None:
        return 411
    if request.content_length > MOST_REPORT:
        return 413
    folder = site / REPORTS / gate
    try:
        return _stored(folder, name, reserve)
    except OSError as error:
        said = _("the report {name} of the gate {gate} could not be kept: {reason}")
        log.error(said.format(name=name, gate=gate, reason=error.strerror or error))
        return 507


def _token(site: Path, gate: str) -> str:
    """What a gate shows to be let in; empty when there is no such gate."""
    try:
        return (site / "gates" / gate / "token").read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _stored(folder: Path, name: str, reserve: int) -> int:
    """Whole or not at all: 201 for a new report, 200 when it has replaced one. A day of the play log is proof: it may
    come again, as it was, and is never replaced by another."""
    folder.mkdir(parents=True, exist_ok=True)
    length, place = request.content_length or 0, folder / name
    if place.is_symlink() or (place.exists() and not place.is_file()):
        return 409
    if shutil.disk_usage(folder).free < reserve + length:
        said = _("the disk is nearly full: the report {name} of the gate {gate} was refused")
        log.error(said.format(name=name, gate=folder.name))
        return 507
    existed = place.exists()
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=folder)
    try:
        with open(handle, "wb") as stream:
            shutil.copyfileobj(request.stream, stream, 1 << 18)
            written = stream.tell()
            stream.flush()
            os.fsync(stream.fileno())
        if written != length:
            return 400
        if existed and DAY_FILE.fullmatch(name):
            return _same(temporary, place)
        os.chmod(temporary, 0o640)
        os.replace(temporary, place)
    finally:
        Path(temporary).unlink(missing_ok=True)
    sync_folder(folder)
    return 200 if existed else 201


def _same(fresh: str, place: Path) -> int:
    """Whether what has come is what is there already."""
    if filecmp.cmp(fresh, place, shallow=False):
        return 200
    said = _("the gate {gate} sent another {name} than before; the first is kept. Was its token stolen?")
    log.error(said.format(gate=place.parent.name, name=place.name))
    return 409

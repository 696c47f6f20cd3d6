"""Who may ask at all: against pages of other sites, and against names that lead here though they are not ours."""

import ipaddress
import socket
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from player.library.serving import is_loopback

_OURS = frozenset({"localhost", "127.0.0.1", "::1"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer, browsers would call the origin of our own forms "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def is_our_name(asked: str, listens: str) -> bool:
    """Whether the Host header `asked` may be meant for the address that is listened on. A name that a stranger has
    pointed at this computer is not: his page would be of our origin."""
    name = _name(asked)
    if name in _OURS or name == listens:
        return True
    if is_loopback(listens):
        return False
    return _is_address(name) or name in _names_of_computer()


def is_from_us(request: Request) -> bool:
    """Whether a POST comes from one of our own pages, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    return site in ("same-origin", "none") and (origin is None or urlsplit(origin).netloc == request.host)


def protect(answer: Response) -> Response:
    """Tell the browser what the page needs: nothing from elsewhere."""
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _name(asked: str) -> str:
    try:
        return (urlsplit(f"//{asked}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _names_of_computer() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({name, f"{name}.local"}) - {""}

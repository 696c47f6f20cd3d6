"""Leaves files with a web server: whole, at no more than the pace that is allowed, and never with a token for any
other place than the one that was named."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import requests

from player.config.language import _
from player.core.faults import SyncFault
from player.trust.http import RETURN_AFTER, Link, proxies_of, shown_address, web_session
from player.trust.web import said_plainly

_PIECE = 4096
"""Bytes sent at once: each piece has the time of `Link.connect` to leave."""
_MOST_ANSWER = 4096
_GOOD = (200, 201, 202, 204)
_REFUSED, _THERE = (401, 403), (409, 412)

Pace = Callable[[int], None]
"""Called before so many bytes are sent: waits as long as it must. What it raises ends the sending."""


class TokenRefused(SyncFault):
    """The server does not take reports with this token."""


class NotTaken(SyncFault):
    """The server is there, but does not keep this file: too large, no room, or another of that name."""


class Mailbox:
    """Where one gate leaves its reports: the first of `places` that takes them, each an address with `{name}` in it.
    One thread uses it."""

    def __init__(self, places: tuple[str, ...], token: str, link: Link, header: str = "Authorization") -> None:
        self._places, self._link = places, link
        self._at, self._left_at = 0, 0.0
        value = f"Bearer {token}" if header == "Authorization" else token
        self._headers = {header: value, "Content-Type": "application/octet-stream"}
        self._session = web_session(link)
        self._verify = str(link.ca) if link.ca else True

    @property
    def name(self) -> str:
        """For people: neither passwords nor what may be one."""
        return shown_address(self._places[self._at].replace("{name}", "").partition("?")[0]).rstrip("/")

    def put(self, name: str, data: bytes) -> None:
        """Leave something small, which takes the place of what was left under this name. SyncFault."""

        def attempt(place: str) -> None:
            with self._send("PUT", place, name, data) as response:
                _check(response, name)

        self._from_first(attempt)

    def deliver(self, files: Sequence[Path], pace: Pace) -> None:
        """Leave files that belong together and never change, in this order and in one place. NotTaken when the server
        has others of their names; SyncFault; OSError when ours cannot be read."""
        held = [(path.name, path.read_bytes()) for path in files]

        def attempt(place: str) -> None:
            for name, data in held:
                self._deliver(place, name, data, pace)

        self._from_first(attempt)

    def close(self) -> None:
        self._session.close()

    def _from_first(self, attempt: Callable[[str], None]) -> None:
        """From the one that answered last, and after a while from the first again; a server that says no is no reason
        to bother another."""
        if self._at and time.monotonic() - self._left_at > RETURN_AFTER:
            self._at = 0
        for turn in range(len(self._places)):
            try:
                attempt(self._places[self._at])
            except (TokenRefused, NotTaken):
                raise
            except SyncFault:
                self._at, self._left_at = (self._at + 1) % len(self._places), time.monotonic()
                if turn + 1 == len(self._places):
                    raise
            else:
                return

    def _deliver(self, place: str, name: str, data: bytes, pace: Pace) -> None:
        with self._send("PUT", place, name, _Body(data, pace)) as response:
            if response.status_code not in _THERE:
                _check(response, name)
                return
            with said_plainly():
                _said(response)
        # The answer to an earlier attempt may have been lost on the way.
        if not self._is_there(place, name, data):
            said = _("the server has another {name} already; the province has to find out which one is right")
            raise NotTaken(said.format(name=name))

    def _is_there(self, place: str, name: str, data: bytes) -> bool:
        """Whether the server has these very bytes, as far as it lets us see."""
        left, digest = len(data), hashlib.sha256()
        with self._send("GET", place, name, None) as response:
            if response.status_code != 200:
                return False
            with said_plainly():
                while left >= 0 and (piece := response.raw.read1(1 << 16, decode_content=False)):
                    left -= len(piece)
                    digest.update(piece)
        return left == 0 and digest.digest() == hashlib.sha256(data).digest()

    def _send(
        self, method: str, template: str, name: str, body: "bytes | _Body | None"
    ) -> "closing[requests.Response]":
        if self._link.ca is not None and not self._link.ca.is_file():
            raise SyncFault(_("{path}, the certificates to trust, cannot be read").format(path=self._link.ca))
        url = template.replace("{name}", quote(name))
        with said_plainly():
            prepared = self._session.prepare_request(requests.Request(method, url, self._headers, data=body))
            response = self._session.get_adapter(url).send(
                prepared,
                stream=True,
                timeout=(self._link.connect, self._link.read),
                verify=self._verify,
                proxies=proxies_of(url, self._link),
            )
        return closing(response)


class _Body:
    """A file on its way; its length is known to the server beforehand."""

    def __init__(self, data: bytes, pace: Pace) -> None:
        self._data, self._pace = data, pace

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._data), _PIECE):
            piece = self._data[at : at + _PIECE]
            self._pace(len(piece))
            yield piece


def _check(response: requests.Response, name: str) -> None:
    """Whether the file was taken. Of the rest of the answer only so much is read as to tell who gave it."""
    with said_plainly():
        said = _said(response)
    status = response.status_code
    if status in _REFUSED:
        raise TokenRefused(_("the token is refused ({status}); the province gives a new one").format(status=status))
    if status == 413:
        raise NotTaken(_("{name} is too large for the server").format(name=name))
    if status == 507:
        raise NotTaken(_("the server's disk is full"))
    if status in _THERE:
        raise NotTaken(_("the server does not take {name} ({status})").format(name=name, status=status))
    if status // 100 == 3:
        raise SyncFault(_("the server sends elsewhere, where no token is sent; write the address where it is now"))
    if status not in _GOOD:
        raise SyncFault(_("the server answers {status}").format(status=status))
    if said.lstrip()[:1] == b"<":
        raise SyncFault(_("a web page comes for an answer; does the network ask for a login?"))


def _said(response: requests.Response) -> bytes:
    """The beginning of the answer; to its end where that is near, so that the connection can be used again."""
    said, end = b"", time.monotonic() + 30
    while len(said) < _MOST_ANSWER and time.monotonic() < end:
        piece = response.raw.read1(_MOST_ANSWER, decode_content=False)
        if not piece:
            break
        said += piece
    return said

"""A tree on a web server, or on any of several: bounded in time, in bytes and in redirections."""

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

import requests
from requests.utils import get_environ_proxies

from player import __version__
from player.config.language import _
from player.core.faults import SyncFault
from player.trust.names import METADATA, ROOT, TIMESTAMP
from player.trust.origin import Absent, Stream
from player.trust.web import AT_ONCE, Floor, PlainSession, next_address, said_plainly

log = logging.getLogger(__name__)

MOST_REDIRECTS = 3
RETURN_AFTER = 600.0
"""Seconds after which the first of several addresses is tried again."""

_PIECE = 65_536
_DRAINED = 65_536
"""Bytes of an answer that nobody wants and that are read nevertheless: so the connection can be used again."""

_FAST = 2_000_000
"""Bytes a second from which on a link is fast."""

_SETTLED = timedelta(seconds=2)
_REMEMBERED = f"{METADATA}/{TIMESTAMP}.json"
_ABSENT = (403, 404, 410)
_UNCHANGED, _PART, _BEYOND = 304, 206, 416
_NGINX_TAG = re.compile(r'(?:W/)?"([0-9a-f]{8})-[0-9a-f]+"')
"""The second in which the file was last changed, and its size. Our nginx says the first nowhere else."""

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """How servers are reached. `ca` is a file of certificates that are trusted instead of the system's; `proxy` an
    address, else what the environment names. `connect`, `read`, `whole`: seconds to be connected, to wait for the next
    bytes, and for a small file."""

    ca: Path | None = None
    proxy: str = ""
    connect: float = 10.0
    read: float = 30.0
    whole: float = 300.0
    floor: Floor = field(default_factory=Floor)


@dataclass(frozen=True, slots=True)
class _Known:
    """The last answer of one server, and what that server calls it."""

    data: bytes
    condition: tuple[str, str]


class HttpOrigin:
    """The tree at the first of `urls` that answers; the one that did is asked first until it fails. One thread uses
    it; the connection is kept."""

    def __init__(self, urls: Sequence[str], link: Link = Link()) -> None:
        self._bases = [url.rstrip("/") for url in urls]
        self._link = link
        self._at = 0
        self._left_at = 0.0
        self._hosts = {urlsplit(url).hostname or "" for url in urls}
        self._known: dict[str, _Known] = {}
        self._session = web_session(link)
        self._verify = str(link.ca) if link.ca else True
        self._prepared: dict[str, requests.PreparedRequest] = {}
        self._proxies = {base: proxies_of(base, link) for base in self._bases}

    @property
    def name(self) -> str:
        return shown_address(self._bases[self._at])

    def read(self, path: str, most: int) -> bytes:
        return self._from_first(path, lambda base: self._whole(base, path, most))

    def open(self, path: str, offset: int = 0) -> Stream:
        return self._from_first(path, lambda base: self._rest(base, path, offset))

    def close(self) -> None:
        self._session.close()

    def _from_first(self, path: str, attempt: Callable[[str], T]) -> T:
        self._return()
        for _turn in self._bases:
            place = self.name
            try:
                return attempt(self._bases[self._at])
            except Absent as fault:
                # That there is no newer root is an answer; that anything else is not there may be a copy's delay.
                if path.endswith(f".{ROOT}.json") or len(self._bases) == 1:
                    raise
                last: SyncFault = fault
            except SyncFault as fault:
                last = fault
            log.debug("%s: %s: %s", place, path, last)
            self._leave(self._bases[self._at])
        if isinstance(last, Absent):
            raise last
        said = _("{place} does not give {path}: {reason}. Look whether the network is up and the address is right")
        raise SyncFault(said.format(place=place, path=path, reason=last)) from last

    def _leave(self, base: str) -> None:
        """It has failed: another is asked first from now on."""
        if self._bases[self._at] == base:
            self._at = (self._at + 1) % len(self._bases)
            self._left_at = time.monotonic()

    def _return(self) -> None:
        """After a while the first is tried again: the others may be copies that grow old."""
        if self._at and time.monotonic() - self._left_at > RETURN_AFTER:
            self._at = 0

    def _whole(self, base: str, path: str, most: int) -> bytes:
        deadline = time.monotonic() + self._link.whole
        known = self._known.get(base) if path == _REMEMBERED else None
        with self._ask(base, path, dict([known.condition]) if known else {}) as response:
            if known and response.status_code == _UNCHANGED:
                _drain(response)
                return known.data
            self._check(response, base, path, 200)
            data = _read(response, path, most, deadline)
            if path == _REMEMBERED:
                self._remember(base, data, response)
            return data

    def _remember(self, base: str, data: bytes, response: requests.Response) -> None:
        self._known.pop(base, None)
        if _may_change_unseen(response):
            return
        for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
            if called := response.headers.get(name):
                self._known[base] = _Known(data, (condition, called))
                return

    def _rest(self, base: str, path: str, offset: int) -> Stream:
        response = self._ask(base, path, {"Range": f"bytes={offset}-"} if offset else {})
        try:
            if offset and response.status_code == _BEYOND:
                # The file there is shorter than what we have of it: whoever reads it will see that by its length.
                _drain(response)
                response.close()
                response = self._ask(base, path, {})
                offset = 0
            self._check(response, base, path, 200, *([_PART] if offset else []))
            begin, total = _extent(response, offset)
            return _HttpStream(response, begin, total, lambda: self._leave(base))
        except SyncFault:
            response.close()
            raise

    def _ask(self, base: str, path: str, headers: dict[str, str]) -> requests.Response:
        """An answer that is no redirection."""
        link = self._link
        if link.ca is not None and not link.ca.is_file():
            raise SyncFault(_("{path}, the certificates to trust, cannot be read").format(path=link.ca))
        # The names of roles come quoted already.
        url = f"{base}/{quote(path, safe='/%')}"
        for _turn in range(MOST_REDIRECTS + 1):
            with said_plainly():
                response = self._send(base, url, headers)
            if not response.is_redirect:
                return response
            with response:
                _drain(response)
                url = next_address(url, response.headers["Location"], self._hosts)
        raise SyncFault(_("the server sends from one address to the next, without an end"))

    def _send(self, base: str, url: str, headers: dict[str, str]) -> requests.Response:
        """One request. Preparing it costs more than all else that goes with a small file, so that is done once."""
        if base not in self._prepared:
            self._prepared[base] = self._session.prepare_request(requests.Request("GET", base))
        request = self._prepared[base].copy()
        request.url = url
        request.headers.update(headers)
        link = self._link
        return self._session.get_adapter(url).send(
            request, stream=True, timeout=(link.connect, link.read), verify=self._verify, proxies=self._proxies[base]
        )

    def _check(self, response: requests.Response, base: str, path: str, *good: int) -> None:
        if response.status_code in good:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise SyncFault(_("the server sends packed data, which nobody asked for"))
            return
        _drain(response)
        if response.status_code in _ABSENT:
            raise Absent(_("{path} is not in {place}").format(path=path, place=shown_address(base)))
        raise SyncFault(_("the server answers {status}").format(status=response.status_code))


class _HttpStream:
    """The body of an answer."""

    def __init__(self, response: requests.Response, offset: int, total: int | None, failed: Callable[[], None]) -> None:
        self._response, self._failed = response, failed
        self.offset, self.total = offset, total
        self._is_fast = False

    def readinto(self, buffer: memoryview) -> int:
        # Over a fast link the whole buffer at once, which saves work; over a slow one whatever is there.
        raw = self._response.raw
        read, most = (raw.read, len(buffer)) if self._is_fast else (raw.read1, min(len(buffer), AT_ONCE))
        begun = time.monotonic()
        try:
            with said_plainly():
                data: bytes = read(most, decode_content=False)
        except SyncFault:
            self._failed()
            raise
        count = len(data)
        buffer[:count] = data
        self._is_fast = count == most and count > _FAST * (time.monotonic() - begun)
        return count

    def close(self) -> None:
        self._response.close()


def _may_change_unseen(response: requests.Response) -> bool:
    """Whether the file is so fresh that it could change again and be called the same: servers tell files by the second
    of their last change (RFC 9110, 8.8.2.2), and nginx makes its entity tags of that too."""
    try:
        told = parsedate_to_datetime(response.headers["Date"])
        if tag := _NGINX_TAG.fullmatch(response.headers.get("ETag", "")):
            changed = datetime.fromtimestamp(int(tag[1], 16), UTC)
        else:
            changed = parsedate_to_datetime(response.headers["Last-Modified"])
        return told - changed < _SETTLED
    except (KeyError, ValueError, TypeError):
        return False


def web_session(link: Link) -> PlainSession:
    session = PlainSession(link.floor)
    # What the environment says of proxies is read once; the passwords in a .netrc are nobody's business.
    session.trust_env = False
    session.headers.clear()
    # Nothing that is not needed: a gate that has nothing to fetch still asks twice a minute.
    session.headers.update({"User-Agent": f"Gateplayer/{__version__}", "Accept-Encoding": "identity"})
    return session


def proxies_of(base: str, link: Link) -> dict[str, str]:
    if link.proxy:
        return {"http": link.proxy, "https": link.proxy}
    return dict(get_environ_proxies(base))


def shown_address(url: str) -> str:
    """An address for people, without the password that may be in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _extent(response: requests.Response, offset: int) -> tuple[int, int | None]:
    """Where the body begins in its file, and how long the whole file is if the server says so."""
    if response.status_code == _PART:
        match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != offset:
            raise SyncFault(_("the server sends another part of the file than it was asked for"))
        return offset, None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isascii() and length.isdigit() else None


def _read(response: requests.Response, path: str, most: int, deadline: float) -> bytes:
    if (_extent(response, 0)[1] or 0) > most:
        raise SyncFault(_("{path} is larger than {limit} bytes").format(path=path, limit=most))
    data = bytearray()
    with said_plainly():
        while piece := response.raw.read1(_PIECE, decode_content=False):
            data += piece
            if len(data) > most:
                raise SyncFault(_("{path} is larger than {limit} bytes").format(path=path, limit=most))
            if time.monotonic() > deadline:
                raise SyncFault(_("the server does not answer in time"))
    if data[:1] == b"<":
        raise SyncFault(_("a web page comes instead of {path}; does the network ask for a login?").format(path=path))
    return bytes(data)


def _drain(response: requests.Response) -> None:
    """Read what little there is of an answer that nobody wants; of a large one, nothing."""
    length = response.headers.get("Content-Length", "")
    if response.status_code != _UNCHANGED and not (length.isdigit() and int(length) <= _DRAINED):
        return
    with said_plainly():
        while response.raw.read1(_PIECE, decode_content=False):
            pass

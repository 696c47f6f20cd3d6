"""What every request over the web keeps to here: no redirection is followed unseen, no server may drip for ever, all
goes over the line that a blackout cuts, and what goes wrong is said in words that help."""

import http.client
import io
import ssl
import struct
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import MSG_WAITALL, SO_RCVTIMEO, SOL_SOCKET, gaierror, socket
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from player.config.language import _
from player.core.faults import SyncFault
from player.trust.line import LINE, LineCut

AT_ONCE = 1 << 16
"""Bytes up to which a read takes what is there; a larger one, of a body whose end is not near, waits for all of it."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A server that brings less than `speed` bytes a second, averaged over `seconds` of waiting for it, is left."""

    speed: float = 1000.0
    seconds: float = 60.0


class PlainSession(requests.Session):
    """Leaves redirections alone: the library would read the whole body of each. With a `floor`, it leaves servers that
    drip, be it in the middle of a header."""

    def __init__(self, floor: Floor | None = None) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(floor))

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


def next_address(url: str, target: str, hosts: Collection[str] | None = None) -> str:
    """Where a redirection leads; never from a secured connection to an open one, nor to anything but the web, nor to
    another host than `hosts` if these are given. SyncFault."""
    try:
        following = urljoin(url, target)
        goal = urlsplit(following)
        good = goal.scheme in ("http", "https") and not (url.startswith("https:") and goal.scheme == "http")
        good = good and (hosts is None or goal.hostname in hosts)
    except ValueError:
        following, good = target, False
    if not good:
        said = _("the server sends to an address that is not used: {address}")
        raise SyncFault(said.format(address=following[:200]))
    return following


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turns what the libraries raise into a SyncFault that says what is the matter."""
    try:
        yield
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise SyncFault(_reason(error)) from error


def _reason(error: Exception) -> str:
    causes = tuple(_causes(error))

    def among(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if special := next(filter(None, map(_special, causes)), ""):
        return special
    if among(requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return _("the proxy cannot be reached, or does not let through")
    if among(gaierror, urllib3.exceptions.NameResolutionError):
        return _("the server's name is not known, so it cannot be reached; is the network up and the address right?")
    if among(ssl.SSLError, requests.exceptions.SSLError):
        return _("no secured connection can be made: {reason}").format(reason=_deepest(causes))
    if among(urllib3.exceptions.NewConnectionError):
        return _("the server cannot be reached")
    if among(requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
        return _("the server does not answer in time")
    if among(urllib3.exceptions.ProtocolError, ConnectionResetError, BrokenPipeError):
        return _("the connection broke off")
    return _("the server cannot be reached")


def _special(cause: BaseException) -> str:
    """What is to be said of a cause that explains itself."""
    if isinstance(cause, LineCut):
        return str(cause)
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = _("the server's certificate is not trusted ({reason}); is the clock right?")
        return said.format(reason=cause.verify_message)
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and all that lies behind it; the libraries wrap one another's errors in several ways."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__context__, cause.__cause__]


def _deepest(causes: Collection[BaseException]) -> str:
    return next((str(cause) for cause in causes if type(cause) is ssl.SSLError), "TLS")


class _Watched(io.RawIOBase):
    """The bytes of one answer as they come from the socket."""

    def __init__(self, connection: socket, floor: Floor) -> None:
        self._connection, self._floor = connection, floor
        self._raw = connection.makefile("rb", buffering=0)
        self._waited, self._got = 0.0, 0
        self._is_plain = not isinstance(connection, ssl.SSLSocket)
        self._timeout = connection.gettimeout()
        if self._is_plain and (timeout := self._timeout):
            # The kernel keeps the time limit: a call can then wait for many bytes, instead of being woken for each few.
            limit = struct.pack("@ll", int(timeout), int(timeout % 1 * 1e6))
            connection.setsockopt(SOL_SOCKET, SO_RCVTIMEO, limit)
            connection.settimeout(None)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        begun = time.monotonic()
        got = self._receive(buffer)
        # Only the waiting counts: the time that we ourselves let pass is not the server's fault.
        self._waited += time.monotonic() - begun
        self._got += got
        if self._waited >= self._floor.seconds:
            if self._got < self._floor.speed * self._waited:
                raise TimeoutError
            self._waited, self._got = 0.0, 0
        return got

    def _receive(self, buffer: Any) -> int:
        if not self._is_plain:
            return self._raw.readinto(buffer) or 0
        # More than the reader above keeps for itself is asked for only when so much is to come, and is waited for.
        try:
            return self._connection.recv_into(buffer, 0, MSG_WAITALL if len(buffer) > AT_ONCE else 0)
        except BlockingIOError as error:
            raise TimeoutError from error

    def close(self) -> None:
        if not self.closed and self._connection.fileno() >= 0:
            self._connection.settimeout(self._timeout)
        self._raw.close()
        super().close()


class _Reading:
    """Stands in for the socket where http.client makes the file that an answer is read from."""

    def __init__(self, connection: socket, floor: Floor) -> None:
        self._connection, self._floor = connection, floor

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Watched(self._connection, self._floor), AT_ONCE)


class _Adapter(HTTPAdapter):
    """Connections over the line of this process; with a floor, their answers are watched."""

    def __init__(self, floor: Floor | None) -> None:
        self._pools = _pools(floor)
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if isinstance(manager, urllib3.ProxyManager):
            manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(floor: Floor | None) -> dict[str, type[HTTPConnectionPool]]:
    """The classes that urllib3 builds on, with answers that are watched; made anew since each knows its floor."""

    class Answer(http.client.HTTPResponse):
        def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(_Reading(sock, floor) if floor else sock, *args, **kwargs)  # type: ignore[arg-type]

    class Plain(HTTPConnection):
        response_class = Answer

        def _new_conn(self) -> socket:
            return LINE.connected(super()._new_conn)

    class Secured(HTTPSConnection):
        response_class = Answer

        def _new_conn(self) -> socket:
            return LINE.connected(super()._new_conn)

        def connect(self) -> None:
            super().connect()
            # Another one than was made first: it has been secured.
            LINE.hold(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecuredPool(HTTPSConnectionPool):
        ConnectionCls = Secured

    return {"http": PlainPool, "https": SecuredPool}

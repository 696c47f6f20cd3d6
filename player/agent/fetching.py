"""A feed from a web server that may be slow, wrong or hostile: bounded in time, in bytes and in redirections."""

import time
from dataclasses import dataclass

import requests

from player import __version__
from player.config.language import _
from player.core.faults import SyncFault
from player.trust.web import PlainSession, next_address, said_plainly

MOST_BYTES = 1 << 20
MOST_REDIRECTS = 5
CONNECT, READ, WHOLE = 10.0, 15.0, 30.0
"""Seconds: to be connected, to wait for the next bytes, for everything."""

_PIECE = 65_536
_UNCHANGED = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent; `data` None: nothing new since the state that was named."""

    data: bytes | None
    content_type: str = ""
    etag: str = ""
    modified: str = ""


def fetch(url: str, etag: str = "", modified: str = "") -> Answer:
    """What lies at `url`, unless that is still what the server called `etag` or `modified`. SyncFault says why not."""
    deadline = time.monotonic() + WHOLE
    with said_plainly(), PlainSession() as session:
        return _follow(session, url, _headers(etag, modified), deadline)


def _headers(etag: str, modified: str) -> dict[str, str]:
    headers = {
        "User-Agent": f"Gateplayer/{__version__}",
        "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1",
        # Unpacked, a small answer could be a huge one; and what is unchanged is not sent again anyway.
        "Accept-Encoding": "identity",
    }
    headers |= {"If-None-Match": etag} if etag else {}
    return headers | ({"If-Modified-Since": modified} if modified else {})


def _follow(session: requests.Session, url: str, headers: dict[str, str], deadline: float) -> Answer:
    for _turn in range(MOST_REDIRECTS + 1):
        with session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=(CONNECT, READ)) as response:
            target = response.headers.get("Location")
            if not response.is_redirect or target is None:
                return _taken(response, deadline)
            url = next_address(url, target)
    raise SyncFault(_("the server sends from one address to the next, without an end"))


def _taken(response: requests.Response, deadline: float) -> Answer:
    if response.status_code == _UNCHANGED:
        return Answer(None)
    if not response.ok:
        raise SyncFault(_("the server answers {status}").format(status=response.status_code))
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise SyncFault(_("the server sends packed data, which nobody asked for"))
    data = bytearray()
    while piece := response.raw.read1(_PIECE):
        data += piece
        if len(data) > MOST_BYTES:
            raise SyncFault(_("more than {limit} KB is no list of titles").format(limit=MOST_BYTES >> 10))
        if time.monotonic() > deadline:
            raise SyncFault(_("the server does not answer in time"))
    head = response.headers
    return Answer(bytes(data), head.get("Content-Type", ""), head.get("ETag", ""), head.get("Last-Modified", ""))

"""A small tree, and what every web server over it must answer."""

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from random import Random

import requests

GATE, TOKEN = "kim-thanh-2", "3f9a55c0b1" * 4
YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Site:
    """A workspace with a tree of some files; `blob` is the SHA-256 of `media`."""

    path: Path
    media: bytes
    blob: str

    @property
    def reports(self) -> Path:
        return self.path / "reports"


def make_site(path: Path, size: int = 3_000_000) -> Site:
    """A tree that looks like one, and two gates with tokens. Beside it lies what nobody may read."""
    media = Random(5).randbytes(size)
    site = Site(path, media, hashlib.sha256(media).hexdigest())
    for name, data in {
        f"tree/blob/{site.blob}": media,
        "tree/metadata/1.root.json": b'{"root":1}',
        "tree/metadata/timestamp.json": b'{"signed":"' + b"x" * 420 + b'"}',
        f"tree/targets/gates/{GATE}/{'ab' * 32}.playlist.json": b'{"playlist":1}',
        f"tree/targets/{'cd' * 32}.takedown.json": b'{"takedown":1}',
        f"gates/{GATE}/token": TOKEN.encode() + b"\n",
        "gates/muong-khuong/token": b"another token of another gate\n",
        "keys/online.key": b"secret",
        f"blob/{'0' * 64}": b"secret",
    }.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    os.symlink(path / "keys/online.key", path / "tree/blob" / ("1" * 64))
    os.symlink(path / "keys", path / "tree/metadata/keys")
    return site


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def raw(port: int, *lines: str, body: bytes = b"") -> bytes:
    """All that is answered to a request as it is typed, the connection being closed after it."""
    head = "\r\n".join([*lines, "Host: 127.0.0.1", "Connection: close", "", ""])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(head.encode("latin-1") + body)
        answer = b""
        while part := link.recv(65536):
            answer += part
    return answer


def poll_bytes(port: int, agent: str = "gateplayer/0.4", etag: str = "") -> tuple[int, int]:
    """Bytes both ways of what a gate asks when nothing has changed, on one connection: is there a newer root, and the
    timestamp. Returns them and how many of these are the server's."""
    sent = got = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        for path, more in (("2.root.json", ""), ("timestamp.json", f"If-None-Match: {etag}\r\n" if etag else "")):
            ask = f"GET /metadata/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: {agent}\r\n"
            ask += f"Accept-Encoding: identity\r\n{more}\r\n"
            link.sendall(ask.encode())
            sent += len(ask)
            got += len(_one_answer(link))
    return sent + got, got


def _one_answer(link: socket.socket) -> bytes:
    """One whole answer; what would be more of it stays unread."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = link.recv(1)
        assert part, "the server hung up"
        answer += part
    head = answer.decode("latin-1").lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0]) if "content-length:" in head else 0
    while length:
        part = link.recv(length)
        assert part, "the server hung up"
        answer += part
        length -= len(part)
    return answer


def check_files(url: str, site: Site) -> None:
    """Files whole, in part, unchanged, absent."""
    with requests.Session() as session:
        blob = f"{url}/blob/{site.blob}"
        whole = session.get(blob, timeout=10)
        assert (whole.status_code, whole.content) == (200, site.media)
        assert whole.headers["Cache-Control"] == YEAR
        assert whole.headers["Accept-Ranges"] == "bytes"
        etag = whole.headers["ETag"]
        rest = session.get(blob, headers={"Range": "bytes=1000000-", "If-Range": etag}, timeout=10)
        assert (rest.status_code, rest.content) == (206, site.media[1_000_000:])
        assert rest.headers["Content-Range"] == f"bytes 1000000-{len(site.media) - 1}/{len(site.media)}"
        middle = session.get(blob, headers={"Range": "bytes=5-9"}, timeout=10)
        assert (middle.status_code, middle.content) == (206, site.media[5:10])
        other = session.get(blob, headers={"Range": "bytes=5-9", "If-Range": '"other"'}, timeout=10)
        assert (other.status_code, other.content) == (200, site.media)
        beyond = session.get(blob, headers={"Range": f"bytes={len(site.media)}-"}, timeout=10)
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(site.media)}")
        head = session.head(blob, timeout=10)
        assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(site.media)))
        same = session.get(blob, headers={"If-None-Match": etag}, timeout=10)
        assert (same.status_code, same.content) == (304, b"")


def check_freshness(url: str, site: Site) -> None:
    """What may be kept for ever and what not."""
    with requests.Session() as session:
        for path in ("metadata/1.root.json", f"targets/gates/{GATE}/{'ab' * 32}.playlist.json"):
            assert session.get(f"{url}/{path}", timeout=10).headers["Cache-Control"] == YEAR
        stamp = f"{url}/metadata/timestamp.json"
        before = session.get(stamp, timeout=10)
        assert before.headers["Cache-Control"] == "no-cache"
        again = {"If-None-Match": before.headers["ETag"]}
        assert session.get(stamp, headers=again, timeout=10).status_code == 304
        (site.path / "tree/metadata/timestamp.json").write_bytes(b"{}")
        assert session.get(stamp, headers=again, timeout=10).content == b"{}"


def check_absent(url: str, port: int) -> None:
    """What is not there, and what is none of anybody's business."""
    for path in (
        "metadata/2.root.json",
        "metadata/",
        "metadata",
        "blob/",
        "targets/gates/",
        "tree/",
        f"blob/{'2' * 64}",
    ):
        absent = requests.get(f"{url}/{path}", timeout=10)
        assert (absent.status_code, len(absent.content) < 40) == (404, True), path
        assert "max-age" not in absent.headers.get("Cache-Control", "")
    for path in (
        f"/blob/{'1' * 64}",
        "/metadata/keys/online.key",
        "/metadata/../../keys/online.key",
        "/../keys/online.key",
        f"/blob/../../blob/{'0' * 64}",
        "/blob/%2e%2e/%2e%2e/keys/online.key",
        "/blob/..%2f..%2fkeys/online.key",
        "//keys/online.key",
        f"/reports/{GATE}/log.json",
        f"/gates/{GATE}/token",
    ):
        said = raw(port, f"GET {path} HTTP/1.1")
        assert said.split()[1] in (b"400", b"403", b"404", b"405"), (path, said)
        assert b"secret" not in said
        assert TOKEN.encode() not in said


def check_days(url: str, site: Site, again: tuple[int, ...]) -> None:
    """A day of the play log is never replaced by another; `again` is what may be answered when it comes once more."""
    mine = {"Authorization": f"Bearer {TOKEN}"}
    place = site.reports / GATE
    with requests.Session() as session:
        for name in ("000012-2026-11-25.parquet", "000012-2026-11-25.json"):
            day = f"{url}/reports/{GATE}/{name}"
            assert session.put(day, b"what was shown", headers=mine, timeout=10).status_code == 201
            assert session.put(day, b"what was shown", headers=mine, timeout=10).status_code in again
            assert session.put(day, b"what was shown, says a thief", headers=mine, timeout=10).status_code == 409
            assert session.put(day, b"", headers=mine, timeout=10).status_code == 409
            assert (place / name).read_bytes() == b"what was shown"
            assert session.delete(day, headers=mine, timeout=10).status_code == 405
            for headers in ({}, {"Authorization": "Bearer another token of another gate"}):
                assert session.get(day, headers=headers, timeout=10).status_code in (401, 403, 404, 405)
                assert session.put(day, b"x", headers=headers, timeout=10).status_code in (401, 403)
        for name in ("heartbeat.json", "preview.jpg"):
            for body, status in ((b"first", (201,)), (b"second", (200, 204))):
                answer = session.put(f"{url}/reports/{GATE}/{name}", body, headers=mine, timeout=10)
                assert answer.status_code in status
            assert (place / name).read_bytes() == b"second"
    assert len(list(place.iterdir())) == 4


def check_reports(url: str, site: Site) -> None:
    """A gate leaves its own reports and nothing else."""
    mine = {"Authorization": f"Bearer {TOKEN}"}
    place = site.reports / GATE
    with requests.Session() as session:
        log = f"{url}/reports/{GATE}/2026-09-02.log.gz"
        assert session.put(log, b"first", headers=mine, timeout=10).status_code == 201
        assert (place / "2026-09-02.log.gz").read_bytes() == b"first"
        assert session.put(log, b"second" * 200_000, headers=mine, timeout=10).status_code in (200, 204)
        assert (place / "2026-09-02.log.gz").read_bytes() == b"second" * 200_000
        assert session.get(log, headers=mine, timeout=10).status_code in (403, 404, 405)
        assert session.delete(log, headers=mine, timeout=10).status_code in (403, 404, 405)
        assert session.put(log, b"x", timeout=10).status_code == 401
        for wrong in ("", TOKEN[:-1], TOKEN + "0", "another token of another gate"):
            refused = session.put(log, b"x", headers={"Authorization": f"Bearer {wrong}"}, timeout=10)
            assert refused.status_code in (401, 403), wrong
        for gate in ("muong-khuong", "unknown", "..", "KIM-THANH-2"):
            refused = session.put(f"{url}/reports/{gate}/x.log", b"x", headers=mine, timeout=10)
            assert refused.status_code in (403, 404, 405), gate
        for name in (".hidden", "a%20b", "a%0ab", "sub/x.log", "%2e%2e%2fx", "x" * 200):
            refused = session.put(f"{url}/reports/{GATE}/{name}", b"x", headers=mine, timeout=10)
            assert refused.status_code in (400, 403, 404, 405), name
        assert session.put(f"{url}/blob/{site.blob}", b"x", headers=mine, timeout=10).status_code in (403, 404, 405)
        (place / "folder").mkdir()
        assert session.put(f"{url}/reports/{GATE}/folder", b"x", headers=mine, timeout=10).status_code == 409
    assert sorted(path.name for path in place.iterdir()) == ["2026-09-02.log.gz", "folder"]
    assert [path.name for path in site.reports.glob("[!.]*")] == [GATE]
    assert (site.path / "tree/blob" / site.blob).read_bytes() == site.media


def too_large(port: int) -> bytes:
    """The answer to a report of 65 MB, none of which has been sent."""
    head = f"PUT /reports/{GATE}/big.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(f"{head}Content-Length: {65 << 20}\r\n\r\n".encode())
        return _one_answer(link)

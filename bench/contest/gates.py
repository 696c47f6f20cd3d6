"""Gates by the hundred in one process: what a gate's look does on the wire, and nothing of what it does with it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

ROOT, STAMP = "/metadata/2.root.json", "/metadata/timestamp.json"


@dataclass
class Counts:
    """What all gates have said and heard; `looks` are those that brought nothing new, `news` when each gate had all
    of a release, by the monotonic clock."""

    sent: int = 0
    got: int = 0
    looks: int = 0
    news: dict[str, float] = field(default_factory=dict)


def _may_change_unseen(fields: Mapping[str, str]) -> bool:
    """As `trust/http.py` has it: nginx calls a file by the second of its last change."""
    return parsedate_to_datetime(fields["Date"]).timestamp() - int(fields["ETag"].strip('"').partition("-")[0], 16) < 2


class SimulatedGate:
    """`asked_after` says what it fetches once it has heard of a release, metadata first. Its connection is kept."""

    def __init__(self, name: str, port: int, agent: str, asked_after: Callable[[str], Sequence[str]], counts: Counts):
        self.name = name
        self._port, self._agent, self._asked_after, self._counts = port, agent, asked_after, counts
        self._tag = self._condition = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def follow(self, every: Callable[[], float], first: float) -> None:
        """Look again and again, until cancelled."""
        await asyncio.sleep(first)
        while True:
            began = time.monotonic()
            if await self.look():
                self._counts.news[self.name] = time.monotonic()
            else:
                self._counts.looks += 1
            await asyncio.sleep(max(0.0, began + every() - time.monotonic()))

    async def look(self) -> bool:
        """Is there a newer root, is there another timestamp? Whether there was; then all that it leads to is here."""
        before = self._tag
        await self._get(ROOT)
        await self._get(STAMP)
        if not before or self._tag == before:
            return False
        for path in self._asked_after(self.name):
            await self._get(path)
        return True

    async def _get(self, path: str) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        condition = f"If-None-Match: {self._condition}\r\n" if path == STAMP and self._condition else ""
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUser-Agent: {self._agent}\r\n"
        asked += f"Accept-Encoding: identity\r\n{condition}\r\n"
        writer.write(asked.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if line)
        status = int(head.split(b" ", 2)[1])
        length = 0 if status == 304 else int(fields.get("Content-Length", "0"))
        await reader.readexactly(length)
        if status not in (200, 304) and not (path == ROOT and status == 404):
            raise RuntimeError(f"{self.name}: {path}: {status}")
        if path == STAMP and status == 200:
            self._tag = fields["ETag"]
            self._condition = "" if _may_change_unseen(fields) else self._tag
        self._counts.sent += len(asked)
        self._counts.got += len(head) + length

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()

"""The child of `prober`: reads requests, has them answered, and holds nothing that would be missed.

It decodes nothing itself: all it ever does with a file is to compare its length with that in its head. Each file is
probed by a helper of its own, in a cage with that file and no other; one that watches a film is kept until it has seen
the end of it. Texts, which need no file, are left to one that is kept, since it remembers the fonts.
"""

import base64
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from player.config.language import _, read_catalogs, use
from player.core.codec import decode, encode
from player.core.faults import GateplayerFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Caption, Content, Film, Notice, Page, Picture
from player.library.caged import Helper
from player.media import sandbox
from player.media.flicker import Watch
from player.media.limits import confine
from player.media.probe import probe
from player.media.sniff import check_whole
from player.media.text.check import size_troubles, troubles
from player.media.text.ribbon import ribbon_of
from player.media.text.textfiles import read_text
from player.media.text.titles import feed_titles

CPU_SECONDS = 3600
"""Of work in its whole life: a child that its parent cannot end any more does not run for ever."""

_LOOKED_AT, _TROUBLES_TOLD = 200_000, 100


@dataclass(frozen=True, slots=True)
class Holder:
    """Lets the codec tell which content it is."""

    content: Content


def main(cpu_seconds: int = CPU_SECONDS, niceness: int = 0) -> None:
    """Answer a line with a line until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine(cpu_seconds=cpu_seconds, niceness=niceness)
    out = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    read_catalogs()
    sandbox.prepare()
    _send(out, json.dumps({"ready": True}).encode())
    words: Helper | None = None
    watcher = _Watcher()
    reader = Helper(_answer, _files_of)
    for line in sys.stdin.buffer:
        if "whole" in json.loads(line):
            _send(out, _answer(line))
        elif "flashes" in json.loads(line):
            _send(out, watcher.ask(line.rstrip()))
        elif _files_of(line):
            _send(out, reader.ask(line.rstrip()))
            reader.end()
            reader = Helper(_answer, _files_of)
        else:
            words = words or Helper(_answer, _files_of)
            _send(out, words.ask(line.rstrip()))


def _files_of(line: bytes) -> tuple[str, ...]:
    """The file that a request is about, if it is about one."""
    request = json.loads(line)
    path = request.get("probe", request.get("flashes"))
    return () if path is None else (str(path),)


class _Watcher:
    """Who watches films for flashes. A film takes long, so a request gets as far with it as it has time, and the next
    goes on from there; unless another film comes in between."""

    def __init__(self) -> None:
        self._path = ""
        self._helper: Helper | None = None

    def ask(self, line: bytes) -> bytes:
        [path] = _files_of(line)
        if path != self._path:
            self._end()
        if self._helper is None:
            self._path, self._helper = path, Helper(_Watching().answer, _files_of)
        answer = self._helper.ask(line)
        if "at" not in json.loads(answer):
            self._end()
        return answer

    def _end(self) -> None:
        if self._helper:
            self._helper.end()
        self._path, self._helper = "", None


class _Watching:
    """What it does in its cage."""

    def __init__(self) -> None:
        self._watch: Watch | None = None

    def answer(self, line: bytes) -> bytes:
        request = json.loads(line)
        return _told(request, lambda: self._step(request["flashes"], float(request["seconds"])))

    def _step(self, path: str, seconds: float) -> dict[str, Any]:
        self._watch = self._watch or Watch(path)
        found = self._watch.step(seconds)
        return {"at": self._watch.position} if found is None else {"findings": encode(found)}


def _answer(line: bytes) -> bytes:
    request = json.loads(line)
    return _told(request, lambda: _found(request))


def _told(request: dict[str, Any], find: Callable[[], dict[str, Any]]) -> bytes:
    """What was found, or why nothing was, as a line."""
    use(str(request["language"]))
    try:
        answer = find()
    except GateplayerFault as fault:
        answer = {"refusal": str(fault), "unfinished": isinstance(fault, Unfinished)}
    except MemoryError:
        answer = {"refusal": _("it needs too much memory to open")}
    return json.dumps(answer, ensure_ascii=False).encode()


def _found(request: dict[str, Any]) -> dict[str, Any]:
    if "whole" in request:
        check_whole(request["whole"])
        return {}
    if "probe" in request:
        return {"facts": encode(probe(request["probe"]))}
    if "content" in request:
        content = decode(Holder, {"content": request["content"]}).content
        return {"notes": _notes(content, Size(*request["size"]), bool(request["letters"]))}
    if "text" in request:
        return _text(base64.b64decode(request["text"]))
    if "feed" in request:
        return {"titles": feed_titles(base64.b64decode(request["feed"]), str(request["type"]))}
    return {"length": ribbon_of(decode(Banner, request["banner"]), Size(*request["size"])).length}


def _text(data: bytes) -> dict[str, Any]:
    said = read_text(data)
    found = troubles(said[:_LOOKED_AT])[:_TROUBLES_TOLD]
    return {"said": said, "troubles": [[one.line, one.column, one.message] for one in found]}


def _notes(content: Content, size: Size, letters: bool) -> list[str]:
    match content:
        case Notice(title=title, text=text):
            texts = [title, text]
        case Banner(text=text):
            texts = [text]
        case Picture(caption=Caption(text=text)) | Film(caption=Caption(text=text)) | Page(caption=Caption(text=text)):
            texts = [text]
        case _:
            texts = []
    found = [trouble.message for text in texts if letters for trouble in troubles(text)]
    return list(dict.fromkeys([*found, *size_troubles(content, size)]))


def _send(out: BinaryIO, answer: bytes) -> None:
    out.write(answer + b"\n")
    out.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The child of `prober`: reads requests, has them answered, and holds nothing that would be missed.

It decodes nothing itself: all it ever does with a file is to compare its length with that in its head. Each file is
probed by a helper of its own, in a cage with that file and no other; texts, which need no file, are left to one that is
kept, since it remembers the fonts.
"""

import base64
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any, BinaryIO

from player.config.language import _, read_catalogs, use
from player.core.codec import decode, encode
from player.core.faults import GateplayerFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Caption, Content, Film, Notice, Page, Picture
from player.library.caged import Helper
from player.media import sandbox
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


def main() -> None:
    """Answer a line with a line until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine(cpu_seconds=CPU_SECONDS)
    out = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    read_catalogs()
    sandbox.prepare()
    _send(out, json.dumps({"ready": True}).encode())
    words: Helper | None = None
    reader = Helper(_answer, _files_of)
    for line in sys.stdin.buffer:
        if "whole" in json.loads(line):
            _send(out, _answer(line))
        elif _files_of(line):
            _send(out, reader.ask(line.rstrip()))
            reader.end()
            reader = Helper(_answer, _files_of)
        else:
            words = words or Helper(_answer, _files_of)
            _send(out, words.ask(line.rstrip()))


def _files_of(line: bytes) -> tuple[str, ...]:
    """The file that a request is about, if it is about one."""
    path = json.loads(line).get("probe")
    return () if path is None else (str(path),)


def _answer(line: bytes) -> bytes:
    return json.dumps(_found(json.loads(line)), ensure_ascii=False).encode()


def _found(request: dict[str, Any]) -> dict[str, Any]:
    use(str(request["language"]))
    try:
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
    except GateplayerFault as fault:
        return {"refusal": str(fault), "unfinished": isinstance(fault, Unfinished)}
    except MemoryError:
        return {"refusal": _("it needs too much memory to open")}


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
    main()

"""The child of `prober`: reads requests, answers them, and holds nothing that would be missed."""

import base64
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any

from player.config.language import _, use
from player.core.codec import decode, encode
from player.core.faults import GateplayerFault, Unfinished
from player.core.geometry import Size
from player.core.model import Banner, Caption, Content, Film, Notice, Page, Picture
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
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    _say(out, {"ready": True})
    for line in sys.stdin.buffer:
        _say(out, _answer(json.loads(line)))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
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


def _say(out: Any, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


if __name__ == "__main__":
    main()

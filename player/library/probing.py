"""The child of `prober`: reads requests, answers them, and holds nothing that would be missed."""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from player.config.language import _, use
from player.core.codec import decode, encode
from player.core.faults import ContentFault
from player.core.model import Style
from player.media.limits import Limits, confine
from player.media.probe import probe
from player.media.text import banner_width

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer a line with a line until the input ends."""
    _die_with_parent()
    limits = Limits()
    confine(limits)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    _say(out, {"ready": True})
    for line in sys.stdin.buffer:
        _say(out, _answer(json.loads(line), limits))


def _answer(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    use(str(request["language"]))
    try:
        if "probe" in request:
            return {"facts": encode(probe(Path(request["probe"]), limits))}
        style = decode(Style, request["style"])
        return {"width": banner_width(request["text"], style, request["height"])}
    except ContentFault as fault:
        return {"refusal": str(fault)}
    except MemoryError:
        return {"refusal": _("it needs too much memory to open")}


def _say(out: Any, answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


def _die_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()

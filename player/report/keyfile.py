"""The keys of gates as somebody wrote them down: `gate: fingerprint` lines, which are YAML too."""

import re
from pathlib import Path

from player.config.language import _
from player.core.faults import ConfigFault, Fault, Place
from player.trust.fingerprint import grouped

_GATE = re.compile(r"""["']?(?P<gate>[^\s"':#-][^\s"':#]*)["']?\s*:(?:\s+(?P<rest>.*))?""")
_ENTRY = re.compile(r"-\s+(?P<rest>.*)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_DIGITS = 64


def read_keys(path: Path) -> dict[str, list[str]]:
    """The fingerprints of each gate: several where a computer was exchanged, on lines of their own, in a list, or with
    commas between them. ConfigFault with every line that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault([Fault(Place(str(path)), _("cannot be read: {reason}").format(reason=error))]) from error
    found: dict[str, list[str]] = {}
    faults: list[Fault] = []
    gate = ""
    for number, written in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", written).strip()
        named, entry = _GATE.fullmatch(line), _ENTRY.fullmatch(line)
        if named:
            gate = named["gate"]
            found.setdefault(gate, [])
        keys = _keys((named or entry)["rest"] or "") if named or (entry and gate) else None  # type: ignore[index]
        if line and line != "---" and keys is None:
            said = _("a gate and the fingerprint of its key are expected, as in kim-thanh-2: 1a2b 3c4d …")
            faults.append(Fault(Place(str(path), number, 1), said))
        elif keys:
            found[gate] += keys
    if faults:
        raise ConfigFault(faults)
    return found


def _keys(text: str) -> list[str] | None:
    """The fingerprints in a line, in our spelling; None when something else is there."""
    keys = []
    for part in text.strip().strip("[]").split(","):
        digits = "".join(part.split()).strip("\"'").lower()
        if not digits:
            continue
        if not re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", digits):
            return None
        keys.append(grouped(digits))
    return keys

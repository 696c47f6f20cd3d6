"""Makes `player/media/text/tables.py` from the Unicode Character Database (Debian: unicode-data).

python -m tests.media.text.make_tables > player/media/text/tables.py
"""

import re
from collections.abc import Iterator
from pathlib import Path

UCD = Path("/usr/share/unicode")
SCRIPTS = UCD / "Scripts.txt"
EMOJI = UCD / "emoji" / "emoji-data.txt"
ALIASES = UCD / "PropertyValueAliases.txt"

_HEAD = '''"""Properties of characters, from version {version} of the Unicode Character Database.

Made by tests/media/text/make_tables.py.

Python's `unicodedata` has no script property. Each word is `first-last` in hexadecimal and what holds for that range:
SCRIPTS the ISO 15924 code (UAX 24; Common is Zyyy, Inherited Zinh), EMOJI the characters that are pictures unless
something asks for text (UTS 51, Emoji_Presentation).
"""

'''

Range = tuple[int, int, str]


def ranges(path: Path, wanted: str = "") -> Iterator[Range]:
    """The ranges of a UCD file with their value; only those of value `wanted`, when given."""
    for line in path.read_text("utf-8").splitlines():
        if match := re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)", line):
            first, last, value = match.groups()
            if not wanted or value == wanted:
                yield int(first, 16), int(last or first, 16), value


def short_names() -> dict[str, str]:
    """Script names to their four-letter codes."""
    found = re.findall(r"^sc ; (\w{4})\s*; (\w+)", ALIASES.read_text("utf-8"), re.MULTILINE)
    return {name: code for code, name in found}


def joined(found: Iterator[Range]) -> list[Range]:
    """Sorted, with ranges of one value that touch made one."""
    result: list[Range] = []
    for first, last, value in sorted(found):
        touches = bool(result) and result[-1][1:] == (first - 1, value)
        result.append((result.pop()[0] if touches else first, last, value))
    return result


def _literal(name: str, words: list[str]) -> str:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 115:
            lines.append(line.rstrip())
            line = ""
        line += word + " "
    return f'{name} = """\\\n' + "\n".join([*lines, line.rstrip()]) + '\n"""\n'


def module() -> str:
    """The whole text of the generated module."""
    version = SCRIPTS.read_text("utf-8").splitlines()[0].removeprefix("# Scripts-").removesuffix(".txt")
    codes = short_names()
    scripts = [f"{first:X}-{last:X}{codes[name]}" for first, last, name in joined(ranges(SCRIPTS))]
    emoji = [f"{first:X}-{last:X}" for first, last, _ in joined(ranges(EMOJI, "Emoji_Presentation"))]
    return _HEAD.format(version=version) + _literal("SCRIPTS", scripts) + "\n" + _literal("EMOJI", emoji)


if __name__ == "__main__":
    print(module(), end="")

"""For developers: bring the message catalogs in step with the code. `python -m player.config.catalog`

Collects every `_("…")` of the package, adds what is new to each `.po` (untranslated), drops what is gone, keeps the
translations, and compiles the `.mo` files that are committed beside them. Needs Babel, which is in the test extra.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from player import __version__
from player.config.language import DOMAIN, LOCALE

PACKAGE = Path(__file__).resolve().parent.parent
PROJECT = "Gateplayer"


def extract(package: Path = PACKAGE) -> dict[str, set[str]]:
    """Every message of the code under `package`, with the files that say it (relative, with slashes)."""
    messages: dict[str, set[str]] = {}
    found = extract_from_dir(package, [("**.py", "python")], keywords={"_": None})
    for name, _line, message, _comments, _context in found:
        if isinstance(message, str) and message:
            messages.setdefault(message, set()).add("player/" + Path(name).as_posix())
    return messages


def po_file(language: str) -> Path:
    """Where the translations into `language` are written by people."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(path: Path) -> Catalog:
    """The catalog of a `.po` file; an error in it is raised, with its line."""
    with path.open("rb") as stream:
        return read_po(stream, domain=DOMAIN, abort_invalid=True)


def updated(old: Catalog, messages: dict[str, set[str]]) -> Catalog:
    """`messages` with the translations of `old`; sorted, so that a change in the code makes a small difference."""
    new = Catalog(
        locale=old.locale,
        domain=DOMAIN,
        header_comment=old.header_comment,
        project=PROJECT,
        version=__version__,
        copyright_holder=PROJECT,
        msgid_bugs_address=PROJECT,
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        last_translator=PROJECT,
        language_team=old.language_team,
        fuzzy=False,
    )
    for message in sorted(messages):
        known = old.get(message)
        flags = known.flags if known else set()
        new.add(
            message,
            known.string if known else "",
            locations=[(name, 0) for name in sorted(messages[message])],
            flags=flags,
        )
    return new


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the `.mo` file of `catalog`."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def main() -> int:
    """Update and compile every catalog; 1 when a message still waits for its translation."""
    waiting = 0
    for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = updated(load(path), extract())
        with path.open("wb") as stream:
            write_po(stream, catalog, width=120, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(load(path)))
        for message in catalog:
            if message.id and not message.string:
                print(f"{path}: not translated: {message.id}")
                waiting += 1
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())

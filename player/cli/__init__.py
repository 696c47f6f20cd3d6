"""The command line. One module a verb, imported only when its verb is called: the wall must start quickly."""

import gettext
import logging
import os
import sys
from collections.abc import Sequence

from player.config.language import DOMAIN, LANGUAGES, LOCALE, _, use
from player.core.faults import GateplayerFault
from player.library.locate import config_file, scalar

log = logging.getLogger(__name__)

OUR_FAULT = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 good, 2 what you wrote is wrong, 3 not trusted, 4 cannot be reached,
    70 our fault."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    speak(language_of(arguments))
    # Otherwise pygame prints a line about itself wherever it is imported, also in our children.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from player.cli.verbs import gateplayer, shown

    try:
        return shown(gateplayer, arguments)
    except GateplayerFault as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    except Exception as error:  # the last line of defence, where every other error becomes exit 70
        log.debug("unexpected", exc_info=True)
        print(_("internal error: {error}; please report it (-v shows more)").format(error=repr(error)), file=sys.stderr)
        return OUR_FAULT


def speak(language: str) -> None:
    """Ours, and what click says of itself: it asks the standard gettext, whose domain becomes ours."""
    use(language)
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)


def language_of(arguments: Sequence[str]) -> str:
    """The language for messages: config.yaml's, else the terminal's, else Vietnamese."""
    from pathlib import Path

    given = None
    for number, argument in enumerate(arguments):
        if argument == "--config" and number + 1 < len(arguments):
            given = Path(arguments[number + 1])
        elif argument.startswith("--config="):
            given = Path(argument.removeprefix("--config="))
    written = scalar(config_file(given), "language")
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    for candidate in (written, spoken[:2]):
        if candidate in LANGUAGES:
            return candidate
    return "en" if spoken else "vi"

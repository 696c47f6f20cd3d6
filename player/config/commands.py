"""Commands of config.yaml: a list of words, or one line that is split as a shell would, but run without a shell."""

import os
import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from player.config import units
from player.config.language import _
from player.config.suggest import WordingError
from player.config.yamlsource import Document, Loc, shown
from player.core.faults import Fault

Words = tuple[str, ...]


def words(value: Any) -> Words:
    """`[relay, on]` or `relay on`."""
    if isinstance(value, list):
        found = [units.text(word) for word in value]
    else:
        try:
            found = shlex.split(units.text(value))
        except ValueError as error:
            said = _('"{word}" cannot be taken apart: a quotation mark is missing')
            raise WordingError(said.format(word=shown(str(value)))) from error
    if not found:
        raise WordingError(_("must not be empty"))
    if any("\0" in word for word in found):
        raise WordingError(_("{found} is not understood here").format(found=units.kind_of(value)))
    return tuple(found)


SCHEMA = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
    ]
}
Command = Annotated[Words, PlainValidator(words), WithJsonSchema(SCHEMA)]


def placed(command: Words, base: Path) -> Words:
    """`command` with a program that is written as a path found from `base`, the folder of config.yaml."""
    if not command or "/" not in command[0]:
        return command
    return (str(base / Path(command[0]).expanduser()), *command[1:])


def program_missing(command: Words) -> bool:
    """Whether there is no such program on this computer, as far as who asks may see."""
    return bool(command) and shutil.which(command[0], os.F_OK | os.X_OK) is None


def notes_of(document: Document, commands: Iterable[tuple[Loc, Words]]) -> list[Fault]:
    """Programs that are not there: they may come later, or lie where only the player may look."""
    said = _("{program}: there is no such program on this computer, or it may not be run")
    return [
        document.fault(loc, said.format(program=command[0])) for loc, command in commands if program_missing(command)
    ]

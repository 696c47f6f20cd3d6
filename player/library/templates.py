"""Templates of alerts: playlists with slots, signed ahead by both agencies, that one agency may fill and raise.

A template is a playlist with three more keys: `template:` is its name, `slots:` the most letters of each slot,
`longest:` how long an alert may last. Its texts hold the slots in braces: "Lý do: {ly-do}". Only words that people read
are filled, never the name of a file.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from player.config import fields, units
from player.config.language import _
from player.config.playlists import PlaylistSpec, playlist_files, read_document
from player.config.settings import Config
from player.config.suggest import WordingError, nearest
from player.config.units import kind_of
from player.config.yamlsource import Document, read_source, shown
from player.core.faults import ContentFault, Fault
from player.core.model import SCREEN
from player.core.units import DAY, MINUTE, Span
from player.trust.directives import MOST_LETTERS, MOST_SLOTS

USUAL_LONGEST = Span(DAY // 2)
_OWN = ("template", "slots", "longest")
_FILLED = ("title", "text", "caption", "notice", "banner")
_SLOT = re.compile(r"\{([a-z0-9-]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One template. `slots` are names with the most letters of each; `longest` bounds an alert's time. `value` is the
    playlist as it is written, with its slots."""

    name: str
    title: str
    slots: tuple[tuple[str, int], ...]
    longest: Span
    file: str
    document: Document
    value: dict[str, Any]


def read_templates(folder: Path) -> tuple[tuple[Template, ...], tuple[Fault, ...]]:
    """All templates in `folder` and below, and what is wrong with them. What an alert would show is checked when it is
    made (`alert_spec`)."""
    found: list[Template] = []
    names, unlisted = playlist_files(folder)
    faults = list(unlisted.values())
    for name in names:
        source = read_source(folder / name, f"{folder.name}/{name}")
        faults += source.faults
        for document in source.documents:
            template, wrong = _template(document, name)
            if template and any(template.name == other.name for other in found):
                wrong = [document.fault(["template"], _("there are two templates of this name"))]
            elif template and not wrong:
                found.append(template)
            faults += wrong
    return tuple(found), tuple(sorted(faults))


def alert_spec(
    template: Template, slots: Mapping[str, str], alert: str, folder: Path, config: Config
) -> tuple[PlaylistSpec | None, list[Fault]]:
    """The playlist that `template` becomes with `slots`; `alert` makes its id. ContentFault when the slots are not as
    the template wants them."""
    check_slots(template, slots)
    value = {key: part for key, part in template.value.items() if key not in _OWN}
    value = {"zone": SCREEN, "level": "emergency", **_filled(value, slots)}
    base = (folder / template.file).parent
    return read_document(template.document, value, f"alert:{alert}#1", base, folder.resolve(), config)


def check_slots(template: Template, slots: Mapping[str, str]) -> None:
    """ContentFault with all that is wrong with these words for the slots of `template`."""
    limits = dict(template.slots)
    wrong = [_unknown(name, limits) for name in slots if name not in limits]
    wrong += [_("the slot {name} is empty").format(name=name) for name in limits if not slots.get(name, "").strip()]
    for name, text in slots.items():
        letters = len(unicodedata.normalize("NFC", text))
        if not text.isprintable():
            wrong.append(_("the slot {name} holds what is no letter").format(name=name))
        elif letters > limits.get(name, letters):
            said = _("the slot {name} has room for {limit} letters, not for {count}")
            wrong.append(said.format(name=name, limit=limits[name], count=letters))
    if wrong:
        raise ContentFault(f"{template.name}: " + "; ".join(wrong))


def sample_slots(template: Template) -> dict[str, str]:
    """Words that show where the slots are: [ly-do]."""
    return {name: f"[{name}]"[: max(1, limit)] for name, limit in template.slots}


def _unknown(name: str, known: Mapping[str, int]) -> str:
    if near := nearest(name, known):
        return _("there is no slot {name}; did you mean {near}?").format(name=shown(name), near=near)
    return _("there is no slot {name}").format(name=shown(name))


def _template(document: Document, file: str) -> tuple[Template | None, list[Fault]]:
    value = document.value
    if not isinstance(value, dict):
        said = _("keys with values are expected here, not {found}").format(found=kind_of(value))
        return None, [document.fault([], said)]
    faults: list[Fault] = []

    def read(key: str, how: Any, default: Any = None) -> Any:
        if key not in value and default is not None:
            return default
        try:
            return how(value.get(key))
        except WordingError as error:
            faults.append(document.fault([key], str(error)))
            return None

    name, title = read("template", fields.name), read("title", fields.title)
    longest = read("longest", lambda word: units.duration(word, MINUTE, Span(30 * DAY)), USUAL_LONGEST)
    slots = read("slots", _slots, ())
    if faults:
        return None, faults
    used = set(_used(value.get("items")))
    for slot in sorted(used ^ {slot for slot, _limit in slots}):
        said = (
            _("the text has a slot {name} that slots: does not name") if slot in used else _("no text has it: {name}")
        )
        faults.append(document.fault(["slots"], said.format(name=shown(slot))))
    return Template(name, title, slots, longest, file, document, value), faults


def _slots(value: Any) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, dict) or not 0 < len(value) <= MOST_SLOTS:
        raise WordingError(_("names with the most letters of each are expected, such as ly-do: 120"))
    return tuple((fields.name(name), units.whole(limit, 1, MOST_LETTERS)) for name, limit in value.items())


def _used(value: Any, words: bool = False) -> list[str]:
    """The slots in the words of `value`."""
    if isinstance(value, dict):
        return [name for key, part in value.items() for name in _used(part, key in _FILLED)]
    if isinstance(value, list):
        return [name for part in value for name in _used(part)]
    return _SLOT.findall(value) if words and isinstance(value, str) else []


def _filled(value: Any, slots: Mapping[str, str], words: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, slots, key in _FILLED) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, slots) for part in value]
    if words and isinstance(value, str):
        return _SLOT.sub(lambda found: slots.get(found[1], found[0]), value)
    return value

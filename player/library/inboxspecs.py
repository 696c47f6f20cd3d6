"""Files of the watched folder as items of playlists: what their names, captions and settings say is read as if it stood
in one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from player.config import units
from player.config.items import ItemReader
from player.config.language import _
from player.config.settings import Config
from player.config.specs import BannerSpec, ItemSpec
from player.config.units import kind_of
from player.config.yamlsource import Document, parse
from player.core.faults import ContentFault
from player.core.model import SCREEN, Transition, Zone, plain_zone
from player.library.filenames import TEXTS, Said, shown_name
from player.library.inboxbeside import Beside, own_name
from player.library.inboxentries import Entry
from player.media.text.textfiles import read_text

_KINDS = {"picture": "image", "film": "video", "pages": "pages"}
_MOST_TITLE = 80


def spec_of(entry: Entry, beside: Beside, config: Config, zone: Zone) -> ItemSpec:
    """The item that a file is. ContentFault with all that is wrong in what lies beside it."""
    document, written = _written(beside, entry)
    reader = ItemReader(document, Path("/"), Path("/"), config.styles, Transition())
    kind, given = _given(entry, beside, zone)
    spec, faults = reader.found(kind, _path(entry, kind), given, written)
    if spec is None:
        raise ContentFault("; ".join(str(fault) if beside.settings else fault.message for fault in faults))
    spec = replace(spec, name=shown_name(entry.name))
    if isinstance(spec, BannerSpec):
        # Its lines are told apart by a separator, which the crawl puts in.
        spec = replace(spec, text="\n".join(_lines(_text(entry))))
    return spec


def _written(beside: Beside, entry: Entry) -> tuple[Document, dict[str, Any]]:
    if not beside.settings:
        return parse(b"{}", shown_name(entry.name)).documents[0], {}
    source = parse(beside.settings, beside.name)
    if source.faults or len(source.documents) != 1:
        said = [str(fault) for fault in source.faults] or [_("{name}: one document only").format(name=beside.name)]
        raise ContentFault("; ".join(said))
    value = source.documents[0].value
    if not isinstance(value, dict):
        said = [_("keys with values are expected here, not {found}").format(found=kind_of(value))]
        raise ContentFault(f"{beside.name}: {said[0]}")
    return source.documents[0], value


def _given(entry: Entry, beside: Beside, zone: Zone) -> tuple[str, dict[str, Any]]:
    """The kind of the item, and its keys as the file's name and its caption have them."""
    given: dict[str, Any] = dict(_dates(entry.said))
    if entry.said.span:
        given["for"] = units.length(entry.said.span)
    if entry.said.ending in TEXTS:
        lines = _lines(_text(entry))
        if not lines:
            raise ContentFault(_("there is no text in the file"))
        if zone.hide_when_empty and plain_zone(zone.name) != SCREEN:
            given.pop("for", None)
            return "banner", given | {"banner": {"text": " ".join(lines)}}
        return "notice", given | {"notice": _notice(lines)}
    assert entry.content is not None
    assert entry.content.asset is not None
    kind = _KINDS[entry.content.asset.facts.kind]
    if beside.caption and (caption := _caption(beside.caption)):
        given["caption"] = {"text": caption}
    return kind, given | {kind: shown_name(own_name(entry))}


def _dates(said: Said) -> Iterator[tuple[str, str]]:
    """Of a file with hours the playlist's window has the dates: 22h00-06h00 ends on the morning after the last."""
    if said.dates and not said.hours:
        if said.dates.first:
            yield "from", said.dates.first.isoformat()
        if said.dates.last:
            yield "until", said.dates.last.isoformat()


def _notice(lines: list[str]) -> dict[str, str]:
    """A first line that is short is the title."""
    if len(lines[0]) > _MOST_TITLE:
        return {"text": "\n".join(lines)}
    return {"title": lines[0]} | ({"text": "\n".join(lines[1:])} if lines[1:] else {})


def _caption(data: bytes) -> str:
    try:
        return "\n".join(_lines(read_text(data)))
    except ContentFault:
        return ""


def _text(entry: Entry) -> str:
    assert entry.content is not None
    return read_text(entry.content.data)


def _lines(text: str) -> list[str]:
    return [line for part in text.splitlines() if (line := part.strip())]


def _path(entry: Entry, kind: str) -> Path | None:
    return None if kind in ("banner", "notice") else Path(entry.name)

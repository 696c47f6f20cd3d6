"""What a draft changes against what gates have now: files, and playlists item by item."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import ndiff
from pathlib import Path
from typing import Any

from player.config.language import _
from player.config.playlists import PlaylistSpec
from player.config.specs import FolderSpec, ItemSpec
from player.core.model import Level, Start
from player.core.units import Span
from player.publish import wording
from player.trust.manifest import Entry

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_SILENT = ("place", "name", "path")
"""Fields of an item that say nothing by themselves: where it is written; the file is compared by its SHA-256."""


_SIGNS = {"-": REMOVED, "+": ADDED}
_MOST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is one of the above; `more` says what of `name` is different."""

    kind: str
    name: str
    more: tuple["Change | str", ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """One side of the comparison: playlists as they are written, their files lying (virtually) in `root`."""

    playlists: tuple[PlaylistSpec, ...]
    root: Path
    entries: tuple[Entry, ...]

    def shas(self) -> dict[Path, str]:
        return {self.root / entry.name: entry.sha256 for entry in self.entries}


def of_files(old: Iterable[Entry], new: Iterable[Entry]) -> list[Change]:
    """Files added, removed, exchanged and renamed, by name."""
    before, after = ({entry.name: entry for entry in side} for side in (old, new))
    gone = {entry.sha256: name for name, entry in before.items() if name not in after}
    found = []
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was is None and now is not None:
            renamed = gone.get(now.sha256)
            more = (_("was {name}").format(name=renamed),) if renamed else (wording.amount(now.size),)
            found.append(Change(CHANGED if renamed else ADDED, name, more))
        elif now is None and was is not None:
            if not any(one.sha256 == was.sha256 for one in after.values() if one.name not in before):
                found.append(Change(REMOVED, name))
        elif was is not None and now is not None and was.sha256 != now.sha256:
            found.append(Change(CHANGED, name, _sizes(was, now)))
    return found


def _sizes(was: Entry, now: Entry) -> tuple[str, ...]:
    one, other = wording.amount(was.size), wording.amount(now.size)
    return (f"{one} → {other}",) if one != other else ()


def of_playlists(old: Content, new: Content) -> list[Change]:
    """Playlists added, removed and changed. They are told by their titles, which are unlike each other."""
    before, after = ({spec.title: spec for spec in side.playlists} for side in (old, new))
    found = []
    for title in [*after, *(title for title in before if title not in after)]:
        was, now = before.get(title), after.get(title)
        if was is None and now is not None:
            found.append(Change(ADDED, title, (_("items: {count}").format(count=len(now.items)),)))
        elif now is None:
            found.append(Change(REMOVED, title))
        elif was is not None and (more := (*_heads(was, now), *_items(was, old, now, new))):
            found.append(Change(CHANGED, title, more))
    return found


def _heads(was: PlaylistSpec, now: PlaylistSpec) -> Iterator[str]:
    """What is different of the playlists themselves."""
    shown: tuple[tuple[str, Callable[[PlaylistSpec], str]], ...] = (
        (_("zone"), lambda one: one.zone),
        (_("level"), lambda one: wording.level(one.level)),
        (_("when"), lambda one: wording.windows(one.windows)),
        (_("start"), lambda one: _("at once") if one.start is Start.HARD else _("after the item on screen")),
        (_("every"), lambda one: wording.span(one.every) if one.every else "–"),
        (_("tags"), lambda one: ", ".join(wording.tags(one.tags)) or "–"),
    )
    for name, how in shown:
        if how(was) != how(now):
            yield f"{name}: {how(was)} → {how(now)}"


def _items(was: PlaylistSpec, old: Content, now: PlaylistSpec, new: Content) -> Iterator[Change | str]:
    before, after = _keyed(was.items), _keyed(now.items)
    shas = old.shas(), new.shas()
    for key, item in after.items():
        if key not in before:
            yield Change(ADDED, item.name)
        elif more := tuple(_differences(before[key], shas[0], item, shas[1])):
            yield Change(CHANGED, item.name, more)
    for key, item in before.items():
        if key not in after:
            yield Change(REMOVED, item.name)
    common = [key for key in before if key in after]
    if common != [key for key in after if key in before]:
        yield _("another order of the items")


def _keyed(items: Sequence[ItemSpec]) -> dict[tuple[str, str, int], ItemSpec]:
    """Items by what they are, their file or title, and the how manieth of that in the playlist."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for item in items:
        key = type(item).__name__, item.name
        found[*key, seen[key]] = item
        seen[key] += 1
    return found


def _differences(
    was: ItemSpec, old: Mapping[Path, str], now: ItemSpec, new: Mapping[Path, str]
) -> Iterator[Change | str]:
    if _file_of(was, old) != _file_of(now, new):
        yield _("another file") if not isinstance(now, FolderSpec) else _("other files")
    for name in (field.name for field in fields(now) if field.name not in _SILENT):
        one, other = getattr(was, name), getattr(now, name)
        if one != other and name == "text":
            yield Change(CHANGED, _("text"), tuple(_lines(str(one), str(other))))
        elif one != other:
            yield _difference(name, one, other)


def _file_of(item: ItemSpec, shas: Mapping[Path, str]) -> object:
    """What the item's file is, or all that lies in its folder."""
    if isinstance(item, FolderSpec):
        return {path: sha for path, sha in shas.items() if path.is_relative_to(item.path)}.values()
    return shas.get(item.path) if item.path else None


def _lines(was: str, now: str) -> Iterator[Change]:
    """The lines that are different."""
    for line in ndiff(was.strip().splitlines(), now.strip().splitlines()):
        if line[0] in _SIGNS and line[2:].strip():
            yield Change(_SIGNS[line[0]], line[2:].strip())


def _difference(name: str, one: Any, other: Any) -> str:
    titles = {
        "span": _("time on the wall"),
        "transition": _("transition"),
        "first": _("first day"),
        "last": _("last day"),
        "tags": _("tags"),
        "volume": _("sound"),
        "caption": _("caption"),
        "title": _("title"),
        "speed": _("speed"),
        "style": _("style"),
        "lang": _("language"),
    }
    title = titles.get(name, name)
    if name == "style":
        return _("another style")
    return f"{title}: {_word(one)} → {_word(other)}"


def _word(value: Any) -> str:
    match value:
        case None | () | "":
            return "–"
        case Level():
            return wording.level(value)
        case float():
            return f"{round(value * 100)} %"
        case int():
            return wording.span(Span(value)) if value >= 1_000 else str(value)
        case str():
            text = value.strip()
            return f"“{text[:_MOST_TEXT]}{'…' if len(text) > _MOST_TEXT else ''}”"
        case tuple():
            return ", ".join(wording.tags(value))
        case _:
            return _other(value)


def _other(value: Any) -> str:
    if hasattr(value, "text"):
        return f"“{value.text}”"
    if hasattr(value, "change"):
        return wording.transition(value) or _("plain cut")
    if hasattr(value, "isoformat"):
        return wording.day(value)
    return str(getattr(value, "value", value))

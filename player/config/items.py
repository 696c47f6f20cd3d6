"""Items of playlists: from what people wrote to what can be shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from player.config import units
from player.config.checking import check, found_in, keys_of, unknown_key
from player.config.itementries import (
    KINDS,
    USUAL_TITLES,
    BannerEntry,
    BannerText,
    FolderEntry,
    ImageEntry,
    ItemEntry,
    NoticeEntry,
    NoticeText,
    PagesEntry,
    TextEntry,
    VideoEntry,
    VisualEntry,
    is_colour,
)
from player.config.language import _
from player.config.paths import media_file, media_folder
from player.config.specs import BannerSpec, FolderSpec, ImageSpec, ItemSpec, NoticeSpec, PagesSpec, VideoSpec
from player.config.styles import Styles
from player.config.suggest import WordingError
from player.config.units import kind_of
from player.config.yamlsource import Document, shown
from player.core.faults import Fault
from player.core.model import Caption, Direction, Fit, Style, Surround, Transition
from player.core.units import seconds

PICTURE_SPAN = seconds(10)
PAGE_SPAN = seconds(12)
NOTICE_SPAN = seconds(12)


ALL_KEYS = tuple(dict.fromkeys(key for kind in KINDS.values() for key in (*KINDS, *keys_of(kind))))


@dataclass(frozen=True, slots=True)
class ItemReader:
    """Reads the items of one playlist: paths start in `base` and stay in `root` (resolved)."""

    document: Document
    base: Path
    root: Path
    styles: Styles
    transition: Transition

    def read(self, number: int, value: Any) -> tuple[ItemSpec | None, list[Fault]]:
        """Item `number`, counted from 0; None when anything is wrong with it."""
        loc: list[str | int] = ["items", number]
        kind, faults = self._kind(loc, value)
        if kind is None:
            return None, faults
        foreign = [key for key in value if key in ALL_KEYS and key not in keys_of(KINDS[kind])]
        faults = [self._foreign(loc, kind, key) for key in foreign]
        own = {key: part for key, part in value.items() if key not in foreign}
        path, wrong = self._path(loc, kind, value)
        faults += wrong
        entry, wrong = check(KINDS[kind], self.document, loc, own)
        faults += wrong
        if entry:
            faults += self._haste(loc, entry)
        if entry is None or faults:
            return None, faults
        return _MAKERS[kind](self, entry, self._common(loc, entry) | {"path": path}), []

    def found(
        self, kind: str, path: Path | None, given: dict[str, Any], written: dict[str, Any]
    ) -> tuple[ItemSpec | None, list[Fault]]:
        """The item of a file that was found, not named. Its keys are those `given`, the `kind` among them, and over
        them those of the document, `written`; None when anything is wrong with them."""
        foreign = [key for key in written if key in KINDS or (key in ALL_KEYS and key not in keys_of(KINDS[kind]))]
        faults = [self._foreign([], kind, key) for key in foreign]
        own = {key: part for key, part in written.items() if key not in foreign}
        entry, wrong = check(KINDS[kind], self.document, [], given | own)
        faults += wrong
        if entry:
            faults += self._haste([], entry)
        if entry is None or faults:
            return None, faults
        return _MAKERS[kind](self, entry, self._common([], entry) | {"path": path}), []

    def _kind(self, loc: list[str | int], value: Any) -> tuple[str | None, list[Fault]]:
        """Which kind of item `value` is, or what keeps it from being one."""
        if not isinstance(value, dict):
            said = _("an item is written as image: media/sapa.jpg, not as {found}").format(found=kind_of(value))
            return None, [self.document.fault(loc, said)]
        kinds = [key for key in value if key in KINDS]
        if len(kinds) == 1:
            return kinds[0], []
        if kinds:
            said = _("one item cannot be both {first} and {second}; make it two")
            said = said.format(first=kinds[0], second=kinds[1])
            return None, [self.document.fault([*loc, kinds[1]], said, key=True)]
        if strange := [key for key in value if key not in ALL_KEYS]:
            return None, [unknown_key(self.document, [*loc, key], ALL_KEYS) for key in strange]
        said = _("an item needs one of {kinds}").format(kinds=", ".join(KINDS))
        return None, [self.document.fault(loc, said)]

    def _foreign(self, loc: list[str | int], kind: str, key: str) -> Fault:
        if (kind, key) == ("banner", "for"):
            said = _("a banner crawls through once, and speed: (pixels a second) says how fast; delete for:")
        else:
            said = _("{key} does not go with {kind}; delete it").format(key=key, kind=kind)
        return self.document.fault([*loc, key], said, key=True)

    def _path(self, loc: list[str | int], kind: str, value: dict[str, Any]) -> tuple[Path | None, list[Fault]]:
        """The file or folder that the item names, looked for even when something else in the item is wrong."""
        within = {"notice": "background", "banner": "file"}.get(kind)
        keys = [kind, within] if within else [kind]
        written = found_in(value[kind], within) if within else value[kind]
        if not isinstance(written, str) or not written.strip():
            return None, []
        if kind == "notice" and is_colour(written.strip()):
            return None, []
        find = media_folder if kind == "folder" else media_file
        try:
            return find(written, self.base, self.root), []
        except WordingError as error:
            return None, [self.document.fault([*loc, *keys], str(error))]

    def _haste(self, loc: list[str | int], entry: ItemEntry) -> list[Fault]:
        span = getattr(entry, "for_", None)
        if span is None or (entry.transition or self.transition).span <= span:
            return []
        said = _("the transition takes longer than the item is up ({span})").format(span=units.length(span))
        return [self.document.fault([*loc, "transition"], said)]

    def _common(self, loc: list[str | int], entry: ItemEntry) -> dict[str, Any]:
        return {
            "place": self.document.place(loc),
            "transition": entry.transition or self.transition,
            "first": entry.from_,
            "last": entry.until,
            "tags": entry.tags,
        }

    def caption(self, entry: VisualEntry) -> Caption | None:
        if entry.caption is None:
            return None
        return Caption(entry.caption.text, *self.manner(entry, entry.caption, self.styles.caption))

    def manner(self, entry: ItemEntry, own: TextEntry | NoticeText | BannerText, base: Style) -> tuple[str, Style]:
        """Language and style of a text: its own, else its item's, else the gate's."""
        return own.lang or entry.lang, own.style.over(entry.style.over(base))


def _image(reader: ItemReader, entry: ImageEntry, common: dict[str, Any]) -> ImageSpec:
    return ImageSpec(
        **common,
        name=entry.image,
        span=entry.for_ or PICTURE_SPAN,
        fit=entry.fit or Fit.COVER,
        surround=entry.surround or Surround.BLUR,
        caption=reader.caption(entry),
    )


def _video(reader: ItemReader, entry: VideoEntry, common: dict[str, Any]) -> VideoSpec:
    return VideoSpec(
        **common,
        name=entry.video,
        span=entry.for_,
        fit=entry.fit or Fit.CONTAIN,
        surround=entry.surround or Surround.PLAIN,
        volume=entry.sound or 0.0,
        caption=reader.caption(entry),
    )


def _pages(reader: ItemReader, entry: PagesEntry, common: dict[str, Any]) -> PagesSpec:
    return PagesSpec(
        **common,
        name=entry.pages,
        span=entry.for_ or PAGE_SPAN,
        fit=entry.fit or Fit.CONTAIN,
        surround=entry.surround or Surround.PLAIN,
        caption=reader.caption(entry),
    )


def _folder(reader: ItemReader, entry: FolderEntry, common: dict[str, Any]) -> FolderSpec:
    return FolderSpec(
        **common,
        name=entry.folder,
        span=entry.for_,
        fit=entry.fit,
        surround=entry.surround,
        volume=entry.sound or 0.0,
        caption=reader.caption(entry),
    )


def _notice(reader: ItemReader, entry: NoticeEntry, common: dict[str, Any]) -> NoticeSpec:
    notice = entry.notice
    lang, style = reader.manner(entry, notice, reader.styles.notice)
    if is_colour(notice.background):
        style = replace(style, ground=notice.background)
    return NoticeSpec(
        **common,
        name=_beginning(notice.title or notice.text),
        title=notice.title,
        text=notice.text,
        lang=lang,
        style=style,
        span=entry.for_ or NOTICE_SPAN,
    )


def _banner(reader: ItemReader, entry: BannerEntry, common: dict[str, Any]) -> BannerSpec:
    banner = entry.banner
    lang, style = reader.manner(entry, banner, reader.styles.banner)
    text = " ".join(banner.text.split())
    if entry.direction is Direction.UP:
        # What moves to the left is one line, whatever the lines in the YAML; what moves up keeps its paragraphs.
        text = "\n".join(" ".join(line.split()) for line in banner.text.strip().split("\n"))
    return BannerSpec(
        **common,
        name=_beginning(text or banner.file or banner.feed),
        text=text,
        feed=banner.feed,
        most=banner.items or USUAL_TITLES,
        lang=lang,
        style=style,
        speed=entry.speed,
        direction=entry.direction,
    )


def _beginning(text: str) -> str:
    return shown(" ".join(text.split()), 40)


_MAKERS: dict[str, Callable[[ItemReader, Any, dict[str, Any]], ItemSpec]] = {
    "image": _image,
    "video": _video,
    "pages": _pages,
    "folder": _folder,
    "notice": _notice,
    "banner": _banner,
}

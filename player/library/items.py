"""Items as people write them to items of a show: files admitted, folders and documents unfolded, banners measured."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from player.config.items import PAGE_SPAN, PICTURE_SPAN
from player.config.language import _
from player.config.specs import (
    BannerSpec,
    FolderSpec,
    ImageSpec,
    ItemSpec,
    NoticeSpec,
    PagesSpec,
    VideoSpec,
)
from player.core.codec import encode
from player.core.faults import ContentFault, Fault, Passing, Place
from player.core.geometry import Size
from player.core.model import Banner, Caption, Content, Film, Fit, Item, Notice, Page, Picture, Surround, Zone
from player.core.pacing import crawl_span, whole_step
from player.core.units import Span
from player.library.blobs import NoSpace, Unsettled
from player.library.feeds import FeedStore
from player.library.intake import Asset
from player.library.naturally import natural_key
from player.media.text.troubles import Trouble

_EMPTY = " "
_IGNORED = {"thumbs.db", "desktop.ini", "ehthumbs.db"}
_IGNORED_ENDINGS = (".yaml", ".yml", ".part", ".tmp", ".crdownload")


@dataclass(frozen=True, slots=True)
class Look:
    """How a file is shown. None: what is usual for its kind."""

    span: Span | None
    fit: Fit | None
    surround: Surround | None
    volume: float
    caption: Caption | None


class Taker(Protocol):
    """Where assets come from: the intake, or what was taken in already."""

    @property
    def feeds(self) -> FeedStore: ...

    def file(self, path: Path) -> Asset: ...

    def text(self, path: Path) -> tuple[str, list[Trouble]]: ...

    def measured(self, banner: Banner, size: Size, fps: int) -> Banner: ...

    def notes(self, content: Content, size: Size, letters: bool = True) -> list[str]: ...


@dataclass
class Unfolder:
    """Makes the items of one playlist for `zone`. What is wrong gathers in `faults`, and in `unwanted` where it is a
    file that merely lies in a shown folder: that says nothing against the playlist. `passing` when any of it may be
    gone soon without an edit: a full disk, a copy that is under way. `notes` are advice on texts; they keep nothing
    from playing."""

    intake: Taker
    root: Path
    zone: Zone
    fps: int
    timezone: str = "UTC"
    faults: list[Fault] = field(default_factory=list)
    unwanted: list[Fault] = field(default_factory=list)
    passing: bool = False
    notes: list[Fault] = field(default_factory=list)

    def items(self, specs: tuple[ItemSpec, ...]) -> tuple[Item, ...]:
        """The items of all `specs` that can be shown."""
        items = []
        for spec in specs:
            made = self._tried(spec)
            items += made
            # Pages and folders share one caption: one note for all.
            letters = not (isinstance(spec, BannerSpec) and spec.path)
            sentences = dict.fromkeys(note for item in made[:1] for note in self._notes(item.content, letters))
            self.notes += [Fault(spec.place, f"{spec.name}: {sentence}") for sentence in sentences]
        return tuple(items)

    def _notes(self, content: Content, letters: bool) -> list[str]:
        try:
            return self.intake.notes(content, self.zone.rect.size, letters)
        except ContentFault as fault:
            return [str(fault)]

    def _tried(self, spec: ItemSpec) -> list[Item]:
        if isinstance(spec, FolderSpec):
            return list(self._folder(spec))
        try:
            return list(self._made(spec))
        except (ContentFault, NoSpace) as fault:
            self._note(self.faults, spec, spec.name, fault)
            return []

    def _made(self, spec: ItemSpec) -> Iterator[Item]:
        match spec:
            case ImageSpec() | VideoSpec() | PagesSpec():
                volume = spec.volume if isinstance(spec, VideoSpec) else 0.0
                asset = self.intake.file(spec.path)
                _check_kind(spec, asset)
                yield from _shown(
                    spec, spec.name, asset, Look(spec.span, spec.fit, spec.surround, volume, spec.caption)
                )
            case NoticeSpec():
                yield _item(spec, spec.name, self._notice(spec), spec.span)
            case BannerSpec():
                if text := self._words(spec):
                    yield self._banner(spec, text)

    def _notice(self, spec: NoticeSpec) -> Notice:
        sha = ""
        if spec.path is not None:
            asset = self.intake.file(spec.path)
            if asset.facts.kind != "picture":
                raise ContentFault(_("the background of a notice is a still picture"))
            sha = asset.sha
        return Notice(spec.title, spec.text, spec.lang, spec.style, sha)

    def _words(self, spec: BannerSpec) -> str:
        """What a banner is to say; nothing, and a note, while its feed has no titles."""
        if spec.feed:
            return self._titles(spec)
        if spec.path is None:
            return spec.text
        said, troubles = self.intake.text(spec.path)
        name = f"{self.root.name}/{spec.path.relative_to(self.root).as_posix()}"
        self.notes += [Fault(Place(name, one.line, one.column), one.message) for one in troubles]
        return said.strip() or _EMPTY

    def _titles(self, spec: BannerSpec) -> str:
        copy, health = self.intake.feeds.copy(spec.feed), self.intake.feeds.health(spec.feed)
        if health.failing:
            said = _("not reached since {moment} ({reason})")
            said = said.format(moment=self._moment(health.failing), reason=health.reason)
            if copy is not None:
                shown = _("the titles of {moment} are shown").format(moment=self._moment(health.fetched))
                said = f"{said}; {shown}"
            self.notes.append(Fault(spec.place, f"{spec.name}: {said}"))
        elif copy is None:
            said = _("not fetched yet; it is shown as soon as the agent has its titles")
            self.notes.append(Fault(spec.place, f"{spec.name}: {said}"))
        elif not copy.titles:
            self.notes.append(Fault(spec.place, _("{name}: the feed has no titles now").format(name=spec.name)))
        return "\n".join(copy.titles[: spec.most]) if copy else ""

    def _moment(self, iso: str) -> str:
        """An instant of the store on the gate's clock."""
        try:
            return datetime.fromisoformat(iso).astimezone(ZoneInfo(self.timezone)).strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return "-"

    def _banner(self, spec: BannerSpec, text: str) -> Item:
        step = whole_step(spec.speed, self.fps)
        banner = Banner(text, 0, 0, step, spec.lang, spec.style, spec.direction)
        content = self.intake.measured(banner, self.zone.rect.size, self.fps)
        return _item(spec, spec.name, content, crawl_span(content.width, step, self.fps))

    def _folder(self, spec: FolderSpec) -> Iterator[Item]:
        look = Look(spec.span, spec.fit, spec.surround, spec.volume, spec.caption)
        for path in self._files(spec):
            name = f"{spec.name.rstrip('/')}/{path.name}"
            try:
                asset = self.intake.file(self._within(path))
                yield from _shown(spec, name, asset, _for_kind(look, asset))
            except (ContentFault, NoSpace) as fault:
                # Of a file that cannot be read just now, nobody knows whether it is wanted.
                self._note(self.faults if isinstance(fault, Passing) else self.unwanted, spec, name, fault)

    def _note(self, faults: list[Fault], spec: ItemSpec, name: str, fault: ContentFault | NoSpace) -> None:
        faults.append(Fault(spec.place, f"{name}: {fault}"))
        self.passing |= isinstance(fault, Passing | Unsettled | NoSpace)

    def _files(self, spec: FolderSpec) -> list[Path]:
        try:
            found = [path for path in spec.path.iterdir() if not path.is_dir()]
        except OSError as error:
            said = _("{name}: cannot be read: {reason}").format(name=spec.name, reason=error.strerror)
            self.faults.append(Fault(spec.place, said, passing=True))
            return []
        wanted = [path for path in found if not _is_ignored(path.name)]
        return sorted(wanted, key=lambda path: natural_key(path.name))

    def _within(self, path: Path) -> Path:
        """The file, all links followed; never one outside the playlists folder."""
        try:
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            raise ContentFault(_("a link that leads nowhere")) from error
        if not resolved.is_relative_to(self.root):
            raise ContentFault(_("a link that leads out of the playlists folder; copy the file there"))
        return resolved


def content_id(content: Content) -> str:
    """Twelve hexadecimal digits that tell `content`: the same today, tomorrow and on every machine."""
    text = json.dumps(encode(content), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _shown(spec: ItemSpec, name: str, asset: Asset, look: Look) -> Iterator[Item]:
    facts, fit, surround = asset.facts, look.fit, look.surround
    if facts.kind == "picture":
        picture = Picture(asset.sha, fit or Fit.COVER, surround or Surround.BLUR, look.caption)
        yield _item(spec, name, picture, look.span or PICTURE_SPAN)
    elif facts.kind == "film":
        if not facts.span:
            raise ContentFault(_("its length cannot be found out; save it again as MP4 (H.264)"))
        film = Film(asset.sha, facts.span, fit or Fit.CONTAIN, surround or Surround.PLAIN, look.volume, look.caption)
        yield _item(spec, name, film, look.span or facts.span)
    else:
        for number in range(facts.pages):
            page = Page(asset.sha, number, fit or Fit.CONTAIN, surround or Surround.PLAIN, look.caption)
            title = f"{name} ({number + 1}/{facts.pages})" if facts.pages > 1 else name
            yield _item(spec, title, page, look.span or PAGE_SPAN)


def _item(spec: ItemSpec, title: str, content: Content, span: Span) -> Item:
    return Item(content_id(content), title, content, span, spec.transition, spec.first, spec.last, spec.tags)


def _for_kind(look: Look, asset: Asset) -> Look:
    """A folder's `for:` is how long its pictures and pages are up; a film in it is seen to its end."""
    if asset.facts.kind != "film":
        return look
    return Look(None, look.fit, look.surround, look.volume, look.caption)


def _check_kind(spec: ImageSpec | VideoSpec | PagesSpec, asset: Asset) -> None:
    """`image:` takes pictures, moving ones too, `video:` what moves, `pages:` documents."""
    kind = asset.facts.kind
    match spec:
        case ImageSpec() if kind == "pages":
            raise ContentFault(_("this is a PDF document; write pages: instead of image:"))
        case ImageSpec() if kind == "film" and asset.facts.codec not in _MOVING_PICTURES:
            raise ContentFault(_("this is a film; write video: instead of image:"))
        case VideoSpec() if kind == "pages":
            raise ContentFault(_("this is a PDF document; write pages: instead of video:"))
        case VideoSpec() if kind == "picture":
            raise ContentFault(_("this is a still picture; write image: instead of video:"))
        case PagesSpec() if kind != "pages":
            raise ContentFault(_("this is no PDF document; write image: or video: instead of pages:"))


_MOVING_PICTURES = {"gif", "webp", "png", "avif", "apng"}


def _is_ignored(name: str) -> bool:
    """What systems and editors leave in folders."""
    lowered = name.lower()
    return name.startswith((".", "~")) or lowered in _IGNORED or lowered.endswith(_IGNORED_ENDINGS)

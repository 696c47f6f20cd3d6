"""config.yaml: what a gate is, how its wall looks and where its content comes from."""

import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from player.config import commands, light
from player.config.canvases import Picture, read_picture
from player.config.checking import check, found_in
from player.config.controller import ByCommand, Controller
from player.config.entries import PAGE, CentralEntry, ConfigEntry, DisplayEntry, ReportsEntry, SourcesEntry
from player.config.language import _, use
from player.config.layout import ClockZone
from player.config.lights import LightsPlan
from player.config.styles import Styles, StylesEntry
from player.config.units import kind_of
from player.config.when import windows_of
from player.config.yamlsource import Document, Loc, read_source
from player.core.faults import ConfigFault, Fault
from player.core.geometry import Size
from player.core.light import FULL, Light
from player.core.loudness import Loudness
from player.core.mapping import Face, Mapping
from player.core.model import Window, Zone
from player.core.units import MINUTE, Span

USUAL_FPS = 60

_LANGUAGE = re.compile(rb"^language:[ \t]*[\"']?(vi|en)\b", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The watched folder. A file in it is looked at once nobody has written to it for `settle`; with `approve` it
    waits for somebody's yes."""

    path: Path
    approve: bool
    settle: Span


@dataclass(frozen=True, slots=True)
class CentralSource:
    """The central server: its addresses, tried in order, how often to ask it, and the root of trust.

    `mirrors` are asked for media first, `share` is where to hand media to neighbours. Large files are fetched in
    `hours` (none: always), at most `rate_limit` bytes a second; `cache` is in bytes.
    """

    url: tuple[str, ...]
    every: Span
    root: Path
    mirrors: tuple[str, ...] = ()
    share: tuple[str, int] | None = None
    rate_limit: int | None = None
    hours: tuple[Window, ...] = ()
    connections: int = 4
    cache: int = 20 * 10**9
    ca: Path | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where content comes from; None where it does not. `usb` is a pattern of folders on sticks, empty for none; what
    lies there is believed as the central server is."""

    playlists: Path | None = None
    folder: FolderSource | None = None
    central: CentralSource | None = None
    usb: str = ""


@dataclass(frozen=True, slots=True)
class Reports:
    """How the gate tells the province of itself, if there is the file `token`. `url` is empty for the central server,
    else an address with `{name}` in it. `picture` is how far apart pictures are at least, None: none are sent."""

    token: Path
    url: str = ""
    header: str = "Authorization"
    every: Span = MINUTE
    picture: Span | None = Span(0)


@dataclass(frozen=True, slots=True)
class Config:
    """config.yaml, checked.

    Paths are absolute. `zones` is in z-order and ends with the built-in `screen`; `clocks` are those that show the
    time. `hours` without windows means always open. `page` is where the status page listens.
    `faces` are the canvases on that one, where there are several. `notes` are advice, no faults. `refuse_flashing`:
    films are shown only when they are known not to flash too much. `fps_of_display`: `fps` is to be the display's own,
    once that is known.
    """

    file: Path
    gate: str
    title: str
    language: str
    timezone: str
    canvas: Size
    output: str
    fps: int
    zones: tuple[Zone, ...]
    clocks: tuple[ClockZone, ...]
    hours: tuple[Window, ...]
    sources: Sources
    reports: Reports
    sound: Loudness
    styles: Styles
    fonts: Path | None
    state: Path
    page: tuple[str, int] | None = PAGE
    mapping: Mapping = ()
    faces: tuple[Face, ...] = ()
    light: Light = FULL
    lights: LightsPlan | None = None
    controller: Controller | None = None
    notes: tuple[Fault, ...] = ()
    refuse_flashing: bool = False
    fps_of_display: bool = False


def read_config(path: Path) -> Config:
    """The configuration in the file at `path`; ConfigFault with every fault when something in it is wrong.

    From here on the process speaks the language that the file asks for, which is that of the faults too.
    """
    _speak(path)
    source = read_source(path, str(path))
    faults = list(source.faults)
    if source.documents:
        document = source.documents[0]
        faults += [_second(other) for other in source.documents[1:]]
        config, wrong = _config(document, Path(os.path.abspath(path)))
        faults += wrong
        if config and not faults:
            return config
    raise ConfigFault(sorted(faults))


def _speak(path: Path) -> None:
    """The language is wanted before the file is understood, to say what is wrong with it."""
    try:
        with path.open("rb") as stream:
            said = _LANGUAGE.search(stream.read(65536).removeprefix(BOM_UTF8).replace(b"\r", b"\n"))
    except OSError:
        return
    use(said[1].decode().lower() if said else "vi")


def _second(document: Document) -> Fault:
    return Fault(document.place(), _("this file holds one document only; delete the --- above and what follows"))


def _config(document: Document, file: Path) -> tuple[Config | None, list[Fault]]:
    value = document.value
    if not isinstance(value, dict):
        said = _("keys with values are expected here, not {found}").format(found=kind_of(value))
        return None, [document.fault([], said)]
    entry, faults = check(ConfigEntry, document, [], value)
    # These two alone once more: what is wrong elsewhere must not hide what is wrong with the zones.
    display, _again = check(DisplayEntry, document, ["display"], found_in(value, "display") or {})
    styles, _again = check(StylesEntry, document, ["style"], found_in(value, "style") or {})
    style = styles.styles() if styles else Styles()
    picture, wrong, notes = read_picture(document, value.get("layout"), display, style)
    faults += wrong
    if entry is not None and entry.fonts and not (file.parent / entry.fonts).is_dir():
        faults.append(document.fault(["fonts"], _("{name}: there is no such folder").format(name=entry.fonts)))
    if entry is not None and entry.sources.usb and entry.sources.central is None:
        said = _("a stick is believed as the central server is; write central: {root: trust/root.json} beside it")
        faults.append(document.fault(["sources", "usb"], said))
    if entry is not None:
        faults += light.faults_of(document, light.light_of(entry.brightness, entry.place))
    if entry is None or faults:
        return None, faults
    config = _assembled(entry, file, picture)
    return replace(config, notes=(*notes, *commands.notes_of(document, _commands(config)))), faults


def _commands(config: Config) -> Iterator[tuple[Loc, commands.Words]]:
    """All that config.yaml may have run, and where it says so."""
    if config.lights is not None:
        yield ["lights", "on"], config.lights.on
        yield ["lights", "off"], config.lights.off
    if isinstance(config.controller, ByCommand):
        yield ["controller", "command"], config.controller.command


def _assembled(entry: ConfigEntry, file: Path, picture: Picture) -> Config:
    return Config(
        file=file,
        gate=entry.gate,
        title=entry.title,
        language=entry.language,
        timezone=entry.timezone,
        canvas=picture.canvas,
        output=entry.display.output,
        fps=entry.display.fps or USUAL_FPS,
        fps_of_display=entry.display.fps is None,
        zones=picture.zones,
        clocks=picture.clocks,
        hours=windows_of(entry.hours),
        sources=_sources(entry.sources, file.parent),
        reports=_reports(entry.reports, file.parent),
        sound=entry.sound.loudness(),
        lights=entry.lights.plan(file.parent) if entry.lights else None,
        controller=entry.controller.controller(file.parent) if entry.controller else None,
        styles=entry.style.styles(),
        fonts=file.parent / entry.fonts if entry.fonts else None,
        state=file.parent / entry.state,
        page=entry.page.listen if entry.page else None,
        mapping=picture.mapping,
        faces=picture.faces,
        light=light.light_of(entry.brightness, entry.place),
        refuse_flashing=entry.safety.flashing == "refuse",
    )


def _sources(entry: SourcesEntry, base: Path) -> Sources:
    folder = entry.folder
    return Sources(
        playlists=base / entry.playlists if entry.playlists else None,
        folder=FolderSource(base / folder.path, folder.approve, folder.settle) if folder else None,
        central=_central(entry.central, base) if entry.central else None,
        usb=str(base / entry.usb) if entry.usb else "",
    )


def _reports(entry: ReportsEntry, base: Path) -> Reports:
    return Reports(base / entry.token, entry.url, entry.header, entry.every, entry.picture)


def _central(entry: CentralEntry, base: Path) -> CentralSource:
    return CentralSource(
        url=entry.url,
        every=entry.every,
        root=base / entry.root,
        mirrors=entry.mirrors,
        share=entry.share,
        rate_limit=entry.rate_limit,
        hours=windows_of(entry.hours),
        connections=entry.connections,
        cache=entry.cache,
        ca=base / entry.ca if entry.ca else None,
        proxy=entry.proxy or "",
    )

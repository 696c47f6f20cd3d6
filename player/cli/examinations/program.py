"""Is the program whole, is its configuration right, can it write all that it is given to show?"""

import importlib.metadata
import platform
import re
from collections.abc import Iterator

from player import __version__
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _
from player.config.playlists import read_playlists
from player.config.settings import read_config
from player.core.faults import ConfigFault
from player.core.model import Show
from player.library.blackout import Switches
from player.library.shows import ShowStore

SHOWN = ("pygame-ce", "av", "Pillow", "pypdfium2")
_BETWEEN = re.compile(r"[^A-Za-z-]+")


def programs(gate: Gate) -> Iterator[Finding]:
    """Versions of Python and of the libraries that `setup.cfg` asks for."""
    del gate
    found = f"gateplayer {__version__}, Python {platform.python_version()}"
    missing = [name for name in _libraries() if not _installed(name)]
    if missing:
        said = _("not installed: {names}").format(names=", ".join(missing))
        yield bad(_("programs"), f"{found}; {said}", _("install the program again: ./run does it"))
    else:
        yield good(_("programs"), ", ".join((found, *(f"{name} {_installed(name)}" for name in SHOWN))))


def configuration(gate: Gate) -> Iterator[Finding]:
    """config.yaml is right. Playlists and media are what `check` is for."""
    try:
        read = read_config(gate.config_path)
    except ConfigFault as fault:
        found = _("faults: {count}, the first: {first}").format(count=len(fault.faults), first=fault.faults[0])
        yield bad(gate.config_path.name, found, _("gateplayer check lists them all"))
    else:
        words = {"gate": read.gate, "size": f"{read.canvas.width}x{read.canvas.height}", "timezone": read.timezone}
        yield good(gate.config_path.name, _("gate {gate}, {size}, {timezone}").format(**words))


def blackout(gate: Gate) -> Iterator[Finding]:
    """Nobody has switched the wall off."""
    switches = Switches(gate.state, gate.run)
    if switches.look():
        found = _("the wall is black and the network is cut: somebody has switched them off")
        yield warning(_("blackout"), found, _("when the reason is gone: gateplayer blackout off"))


def cage(gate: Gate) -> Iterator[Finding]:
    """What the kernel keeps decoders from, should a hostile file take one over."""
    del gate
    from player.media.sandbox import sandbox_strength

    strength = sandbox_strength()
    if strength.whole:
        said = _("files closed by Landlock {version}, system calls filtered")
        yield good(_("cage of decoders"), said.format(version=strength.landlock))
    else:
        files = _("files") if not strength.landlock else ""
        calls = _("network and other processes") if not strength.filtered else ""
        said = _("this kernel leaves open to decoders: {what}")
        found = said.format(what=", ".join(part for part in (files, calls) if part))
        yield warning(_("cage of decoders"), found, _("use the kernel of Debian 12 or newer"))


def fonts(gate: Gate) -> Iterator[Finding]:
    """A face for each language that config.yaml and the playlists name."""
    from player.media.text.fontlist import LANGUAGES
    from player.media.text.fonts import Fonts

    wanted = sorted(languages(gate))
    missing = Fonts().missing(wanted)
    if missing:
        packages = " ".join(sorted({font.package for font in missing}))
        found = _("missing for {languages}: {names}")
        found = found.format(languages=", ".join(wanted), names=", ".join(font.file for font in missing))
        yield bad(_("fonts"), found, _("install them: apt-get install {packages}").format(packages=packages))
    elif unknown := [one for one in wanted if one.split("-")[0] not in LANGUAGES]:
        found = _("no language is known by these names: {names}").format(names=", ".join(unknown))
        yield warning(_("fonts"), found, _("write lang: as in {examples}").format(examples=", ".join(LANGUAGES)))
    else:
        yield good(_("fonts"), _("all there for {languages}").format(languages=", ".join(wanted)))


def languages(gate: Gate) -> set[str]:
    """Those that config.yaml and what is to be shown name; of all sources where there is a show, else of the local
    playlists."""
    config, stored = gate.config, ShowStore(gate.state).current()
    named = {config.language if config else "vi"}
    if stored is not None:
        named |= _of_show(stored.show)
    elif config is not None and config.sources.playlists is not None:
        for spec in read_playlists(config.sources.playlists, config).playlists:
            named |= _of_tags(spec.tags)
            for item in spec.items:
                named |= _of_tags(item.tags) | {getattr(item, "lang", "")}
    return {name.lower() for name in named if name}


def _of_show(show: Show) -> set[str]:
    named = {show.language}
    for playlist in show.playlists:
        named |= _of_tags(playlist.tags)
        for item in playlist.items:
            named |= _of_tags(item.tags) | {getattr(item.content, "lang", "")}
    return named


def _of_tags(tags: tuple[tuple[str, str], ...]) -> set[str]:
    """A playlist for several has them all in one tag: `vi, zh`."""
    return {name for key, value in tags if key == "lang" for name in _BETWEEN.split(value)}


def _libraries() -> list[str]:
    try:
        required = importlib.metadata.requires("gateplayer") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in required if "extra ==" not in line]


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""

"""Films that flash too much, in a show: what is said of each, and what the policy of `safety:` does with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from player.config.language import _
from player.config.settings import Config
from player.core.faults import Fault, Place
from player.core.flashes import QUARTER, too_much
from player.core.geometry import Size
from player.core.model import SCREEN, Film, Fit, Item, Page, Picture, Playlist, Show, Surround, canvas_of, on_canvas
from player.core.units import SECOND
from player.library import centralshow
from player.library.flashwords import flashing
from player.library.inboxentries import State
from player.library.inboxitems import SOURCE as FOLDER
from player.library.inboxitems import Seen
from player.library.watching import FolderView
from player.media.flicker import Findings
from player.media.framing import frame

_QUICK = SECOND // 3
"""Items that are up for less flash more than three times a second where they are dark and light in turn."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of an item. `state` is GOOD when it is shown all the same, EXAMINING while it is not known
    whether it may be, REFUSED."""

    said: str
    state: State = State.GOOD


Find = Callable[[str], Findings | None]
Verdicts = dict[tuple[str, str], Verdict]
"""By playlist and item, of those of which there is something to say."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The show without what may not be shown. `faults` are what was refused, `told` what else there is to say; but not
    of the watched folder, which has its own way of telling. `unexamined` are the films that are to be watched, the
    most urgent first."""

    show: Show
    verdicts: Verdicts
    faults: tuple[Fault, ...]
    told: tuple[Fault, ...]
    unexamined: tuple[str, ...]


def judged(show: Show, config: Config, find: Find) -> Judged:
    """What becomes of `show` by the policy of `config`; `find` tells what is known of a film."""
    zones = {zone.name: zone for zone in show.zones}
    verdicts: Verdicts = {}
    unexamined: dict[str, None] = {}
    for playlist in sorted(show.playlists, key=lambda one: -one.level):
        for item in playlist.items:
            if not isinstance(item.content, Film):
                continue
            findings = find(item.content.asset)
            if findings is None:
                unexamined[item.content.asset] = None
                verdict = _untold(refuse=config.refuse_flashing)
            else:
                screen = zones.get(on_canvas(SCREEN, canvas_of(playlist.zone)))
                canvas = screen.rect.size if screen else show.canvas
                share = share_that_matters(item.content, findings.size, zones[playlist.zone].rect.size, canvas)
                verdict = _verdict(item, findings, share, refuse=config.refuse_flashing)
            if verdict:
                verdicts[playlist.id, item.id] = verdict
    playlists = tuple(_allowed(show, verdicts))
    faults = tuple(_faults(show, config, verdicts, {State.REFUSED}))
    told = (*_faults(show, config, verdicts, {State.GOOD, State.EXAMINING}), *_quick(show, config))
    return Judged(replace(show, playlists=playlists), verdicts, faults, told, tuple(unexamined))


def seen_so(view: FolderView, verdicts: Verdicts) -> FolderView:
    """`view` with what the verdicts say of its files."""
    return replace(view, seen=tuple(_seen(one, verdicts) for one in view.seen))


def told_of(view: FolderView, verdicts: Verdicts) -> Iterator[Fault]:
    """What there is to say of the files of the watched folder that are not refused."""
    for one in view.seen:
        found = [verdicts[one.playlist, item] for item in one.items if (one.playlist, item) in verdicts]
        if found and one.state is State.GOOD and found[0].state is not State.REFUSED:
            yield Fault(Place(f"{view.root.name}/{one.name}"), found[0].said)


def share_that_matters(film: Film, size: Size, zone: Size, canvas: Size) -> float:
    """Which share of a film of `size` is a quarter of the canvas, or more than 1 where all of it is less."""
    if zone.width * zone.height < QUARTER * canvas.width * canvas.height:
        return 2.0
    framing = frame(size, zone, film.fit)
    shown = framing.scale(size)
    if film.fit is Fit.CONTAIN and film.surround is Surround.BLUR:
        # What is around it flashes with it.
        shown = zone
    return QUARTER * canvas.width * canvas.height / (shown.width * shown.height)


def _untold(*, refuse: bool) -> Verdict | None:
    return Verdict(_("is watched for flashes before it is shown"), State.EXAMINING) if refuse else None


def _verdict(item: Item, findings: Findings, share: float, *, refuse: bool) -> Verdict | None:
    """What is to be said where `share` of the picture is too much."""
    state = State.REFUSED if refuse else State.GOOD
    if findings.trouble:
        return Verdict(_("cannot be watched for flashes: {reason}").format(reason=findings.trouble), state)
    # What an item cuts off is never seen.
    found = [one for one in too_much(findings.stretches, share) if one.start < item.span]
    if not found:
        return None
    if refuse:
        return Verdict(_("is not shown here, because it {flashes}").format(flashes=flashing(found)), state)
    return Verdict(flashing(found), state)


def _allowed(show: Show, verdicts: Verdicts) -> Iterator[Playlist]:
    for playlist in show.playlists:
        items = tuple(item for item in playlist.items if _is_shown(playlist, item, verdicts))
        if items:
            yield playlist if len(items) == len(playlist.items) else replace(playlist, items=items)


def _is_shown(playlist: Playlist, item: Item, verdicts: Verdicts) -> bool:
    verdict = verdicts.get((playlist.id, item.id))
    return verdict is None or verdict.state is State.GOOD


def _faults(show: Show, config: Config, verdicts: Verdicts, states: set[State]) -> Iterator[Fault]:
    for playlist in show.playlists:
        for item in playlist.items if playlist.source != FOLDER else ():
            verdict = verdicts.get((playlist.id, item.id))
            if verdict and verdict.state in states:
                yield Fault(_place(playlist, config), f"{playlist.title}: {item.title}: {verdict.said}")


def _place(playlist: Playlist, config: Config) -> Place:
    folder = config.sources.playlists
    if folder is None or playlist.source in (centralshow.SOURCE, centralshow.ALERTS):
        return Place(playlist.source)
    return Place(f"{folder.name}/{playlist.source}")


def _quick(show: Show, config: Config) -> Iterator[Fault]:
    for playlist in show.playlists:
        quick = [item for item in playlist.items if isinstance(item.content, Picture | Page) and item.span < _QUICK]
        if len(quick) > 1:
            said = _("{title}: pictures that are up for less than a third of a second may flash too much")
            yield Fault(_place(playlist, config), said.format(title=playlist.title))


def _seen(one: Seen, verdicts: Verdicts) -> Seen:
    found = [verdicts[one.playlist, item] for item in one.items if (one.playlist, item) in verdicts]
    if not found or one.state is not State.GOOD:
        return one
    verdict = found[0]
    if verdict.state is State.GOOD:
        return replace(one, notes=(*one.notes, verdict.said))
    return replace(one, state=verdict.state, reason=verdict.said, items=())

"""Is there a screen that can be drawn on, is it drawn on often enough, is there sound?"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from player.cli.examinations.asking import may, player_of, text, tried
from player.cli.examinations.finding import Finding, Gate, bad, good, warning
from player.config.language import _
from player.core.geometry import Size
from player.core.mapping import Mapping, cut_off, screens_of
from player.library.outputwords import fits
from player.library.refresh import misfit, refresh_of
from player.library.statusfiles import wall_report
from player.library.wallsettings import WallSettings, read

ENOUGH = 60
"""Frames that must have been counted for their times to say something."""

FEW, MANY = 0.02, 0.10
"""Shares of frames that were missed: more than the first is a warning, more than the second is bad."""


def display(gate: Gate) -> Iterator[Finding]:
    """An output that opens; where the wall draws already, what it draws on."""
    what, settings = _("display"), read(gate.state) or WallSettings()
    wall = wall_report(gate.config_path)
    output = wall.said.get("output") if wall.fresh else None
    if isinstance(output, dict) and output.get("seen"):
        found = _("the wall draws on {name}, {size}").format(name=output.get("name"), size=_size(output.get("size")))
        yield _fitting(what, found, settings.mapping, fits(output))
        return
    from player.wall.screen import OFFSCREEN, candidates

    reasons, wanted = [], [one for one in candidates(settings.output) if one != OFFSCREEN]
    for name in wanted:
        script = (
            "import pygame; pygame.display.init(); sizes = pygame.display.get_desktop_sizes();"
            "print(pygame.display.get_driver(), *(side for size in sizes for side in size))"
        )
        said, why = tried("-c", script, environment={"SDL_VIDEODRIVER": name})
        if said:
            driver, *sides = said.split()
            sizes = {n // 2 + 1: Size(int(sides[n]), int(sides[n + 1])) for n in range(0, len(sides), 2)}
            shown = ", ".join("{}x{}".format(*size) for size in sizes.values())
            found = _("{name} opens, {size}").format(name=driver, size=shown)
            if missing := [number for number in screens_of(settings.mapping) if number not in sizes]:
                advice = _("plug in screen {number}, or correct display: in config.yaml").format(number=missing[0])
                yield bad(what, found, advice)
                return
            lacking = cut_off(settings.mapping, settings.canvas, sizes)
            yield _fitting(what, found, settings.mapping, not lacking)
            return
        reasons.append(f"{name}: {why}")
    if settings.output == OFFSCREEN:
        yield warning(what, _("config.yaml says offscreen: nobody sees it"), _("write output: auto under display:"))
        return
    found = _("none that opens; the wall would draw offscreen")
    yield warning(what, "; ".join((found, *reasons)), _("connect a screen; on a computer without a desktop see below"))


def graphics(gate: Gate) -> Iterator[Finding]:
    """The graphics card, where no desktop stands between: may the player use it, and what is plugged in?"""
    what, user = _("graphics card"), player_of(gate)
    cards = sorted((gate.root / "dev/dri").glob("card*"))
    if not cards:
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            advice = _("look whether the card is plugged in and its firmware installed: dmesg | grep -i drm")
            yield warning(what, _("there is none that can be drawn on without a desktop (/dev/dri)"), advice)
        return
    if not any(may(user, card, os.R_OK | os.W_OK) for card in cards):
        yield bad(
            what,
            _("{user} may not use {card}").format(user=user, card=cards[0]),
            _("let it: adduser {user} video, then start the computer anew").format(user=user),
        )
        return
    plugs = sorted((gate.root / "sys/class/drm").glob("card*-*"))
    connected = [plug.name.partition("-")[2] for plug in plugs if text(plug / "status") == "connected"]
    if plugs and not connected:
        advice = _("look at the cable, and whether the sending card of the wall is switched on")
        yield warning(what, _("no screen is connected to it"), advice)
    else:
        yield good(what, ", ".join([card.name for card in cards] + connected))


def frames(gate: Gate) -> Iterator[Finding]:
    """How evenly frames reach the screen: what the running wall has counted, else a second of drawing."""
    what = _("frame rate")
    settings = read(gate.state) or WallSettings()
    wall = wall_report(gate.config_path)
    if wall.fresh:
        counted = wall.said.get("frames")
        said: dict[str, object] = counted if isinstance(counted, dict) else {}
        whence = _("since the wall began")
        yield from _refresh(wall.said.get("output") or {}, settings.fps)
    else:
        canvas = f"{settings.canvas.width}x{settings.canvas.height}"
        module = "player.cli.examinations.trial"
        line, why = tried("-m", module, settings.output, canvas, str(settings.fps))
        if not line:
            yield warning(what, _("could not be measured: {reason}").format(reason=why), _("see display above"))
            return
        said = json.loads(line)
        whence = _("a trial on {output}").format(output=said["output"])
    yield _judged(what, said, settings.fps, whence)


def _refresh(output: dict[str, object], fps: int) -> Iterator[Finding]:
    """Whether the display's own rate goes with the show's."""
    what, refresh = _("refresh"), refresh_of(output)
    if unlike := misfit(output, fps):
        yield warning(what, unlike, _("fps: auto takes what the display has"))
    elif refresh:
        yield good(what, _("{refresh} frames a second, {fps} are made").format(refresh=refresh, fps=fps))
    if output.get("name") == "x11":
        yield good(what, _("X11 does not wait for it: fast motion may be torn; KMSDRM and Wayland wait"))


def _judged(what: str, said: dict[str, object], fps: int, whence: str) -> Finding:
    intervals, missed = said.get("intervals_ms"), said.get("missed")
    times = [int(count) for count in intervals] if isinstance(intervals, list) else []
    lost, counted = (missed if isinstance(missed, int) else 0), sum(times)
    if counted < ENOUGH:
        return good(what, _("{fps} a second are wanted; too little has moved to judge").format(fps=fps))
    share = lost / (counted + lost)
    middle, rare = percentile(times, 0.5), percentile(times, 0.99)
    found = _("{fps} a second wanted; apart: {p50} ms in the middle, {p99} ms at 99 %; missed: {missed} % ({whence})")
    found = found.format(fps=fps, p50=middle, p99=rare, missed=round(100 * share, 1), whence=whence)
    if share <= FEW:
        return good(what, found)
    trial = "output" in said
    advice = _("end what else runs on this computer; or write a lower fps: under display:, or take a faster computer")
    # A trial of a second may have come at a bad moment.
    return warning(what, found, advice) if share <= MANY or trial else bad(what, found, advice)


def percentile(times: Sequence[int], share: float) -> int:
    """Of a histogram with one place a millisecond: the time that this share of them does not exceed."""
    wanted, seen = share * sum(times), 0
    for place, count in enumerate(times):
        seen += count
        if seen >= wanted:
            return place + 1
    return len(times)


def sound(gate: Gate) -> Iterator[Finding]:
    """A sound card that opens; where the wall plays already, what it says of its sound."""
    what = _("sound")
    wall = wall_report(gate.config_path)
    said = wall.said.get("sound") if wall.fresh else None
    advice = _("films play without sound; for sound, connect a card and let this user use it: adduser {user} audio")
    advice = advice.format(user=player_of(gate))
    card = re.search(r"\[(\S+)\s*\]", text(Path("/proc/asound/cards")))
    if isinstance(said, dict):
        if said.get("fault"):
            yield warning(what, str(said["fault"]), advice)
        else:
            yield good(what, card[1] if card else _("the wall has opened it"))
        return
    opened, _why = tried("-c", "import pygame; pygame.mixer.init(); print(pygame.mixer.get_init())")
    if not opened:
        yield warning(what, _("no card that opens"), advice)
    elif card and os.environ.get("SDL_AUDIODRIVER") != "dummy":
        yield good(what, card[1])
    else:
        yield good(what, _("opens"))


def _fitting(what: str, found: str, mapping: Mapping, whole: bool) -> Finding:
    if whole:
        return good(what, found)
    if mapping:
        advice = _("let the output have more pixels, or correct mapping: in config.yaml")
        return warning(what, _("{found}; parts of the canvas are copied to where it ends").format(found=found), advice)
    advice = _("let the output have at least as many pixels as the canvas in config.yaml, or correct canvas:")
    return warning(what, _("{found}; smaller than the canvas, so the picture is shrunk").format(found=found), advice)


def _size(sides: object) -> str:
    return "x".join(str(side) for side in sides) if isinstance(sides, list) else "?"

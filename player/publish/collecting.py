"""What sticks bring home: days of the play logs of gates, into the folder of reports.

A day is its records and its seal. What lies in the reports is proof, so nothing there is ever overwritten: a day that
comes with another content is left where it is, and said.
"""

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from player.config.language import _
from player.core.faults import ContentFault
from player.library.delivery import DAY_FILE, RECORDS, SEAL
from player.library.files import write_whole

FOLDER, TREE = "playlog", "gateplayer"
MOST_SEAL, MOST_RECORDS = 64 << 10, 64 << 20
"""Bytes."""

_GATE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MOST_FILES = 100_000


class NotADay(ContentFault):
    """Two files that are no day of a play log."""


@dataclass(slots=True)
class Brought:
    """What came of one gate: days that are new, days that were there already, and what was left on the stick."""

    gate: str
    fresh: list[str] = field(default_factory=list)
    known: int = 0
    refused: list[str] = field(default_factory=list)


def collect(stick: Path, reports: Path, gates: list[str]) -> Iterator[Brought]:
    """Gate by gate. Only what `gates` have sealed is taken. ContentFault when the stick brings nothing; OSError."""
    found = [place for place in (stick / FOLDER, stick / TREE / FOLDER, stick) if place.is_dir()]
    places = [place for place in found if place.name == FOLDER and not place.is_symlink()]
    if not places:
        said = _("{folder} brings no play log: there is no folder {name} in it")
        raise ContentFault(said.format(folder=stick, name=FOLDER))
    for place in places[:1]:
        for folder in sorted(place.iterdir()):
            if folder.is_dir() and not folder.is_symlink() and _GATE.fullmatch(folder.name):
                yield _of_gate(folder, reports / folder.name, known=folder.name in gates)


def _of_gate(folder: Path, place: Path, *, known: bool) -> Brought:
    brought = Brought(folder.name)
    if not known:
        brought.refused.append(_("this gate is not known here; gateplayer publish add-gate makes it known"))
        return brought
    names = [name for name in os.listdir(folder)[:_MOST_FILES] if DAY_FILE.fullmatch(name)]
    for stem in sorted({name.rpartition(".")[0] for name in names}):
        try:
            if _take(folder, place, stem):
                brought.fresh.append(stem)
            else:
                brought.known += 1
        except NotADay as fault:
            brought.refused.append(f"{stem}: {fault}")
    return brought


def _take(folder: Path, place: Path, stem: str) -> bool:
    """Bring in one day, the seal last; False when it is there. NotADay."""
    records, seal = _read(folder / f"{stem}{RECORDS}", MOST_RECORDS), _read(folder / f"{stem}{SEAL}", MOST_SEAL)
    _check(records, seal, folder.name)
    fresh = False
    for kind, data in ((RECORDS, records), (SEAL, seal)):
        target = place / f"{stem}{kind}"
        if not os.path.lexists(target):
            place.mkdir(parents=True, exist_ok=True)
            write_whole(target, data)
            target.chmod(0o640)
            fresh = True
        elif not target.is_file() or target.read_bytes() != data:
            said = _("there is another such day already, which stays; find out which one is right: {path}")
            raise NotADay(said.format(path=target))
    return fresh


def _check(records: bytes, seal: bytes, gate: str) -> None:
    """Whether these belong together, and to the gate. Whose signature it is, `report --verify` says."""
    try:
        signed = json.loads(seal)["signed"]
        told, owner = signed["sha256"], signed["gate"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotADay(_("its seal is damaged")) from error
    if told != sha256(records).hexdigest():
        raise NotADay(_("its records are damaged: they are not what was sealed"))
    if owner != gate:
        raise NotADay(_("it was sealed by another gate"))


def _read(path: Path, most: int) -> bytes:
    """An ordinary file of a sensible size. NotADay."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NotADay(_("{name} is no file").format(name=path.name))
            data = stream.read(most + 1)
    except FileNotFoundError as error:
        raise NotADay(_("{name} is missing; was the stick pulled out too early?").format(name=path.name)) from error
    except OSError as error:
        raise NotADay(f"{path.name}: {error.strerror}") from error
    if len(data) > most:
        raise NotADay(_("{name} is larger than any day").format(name=path.name))
    return data

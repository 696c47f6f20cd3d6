"""Sealed days of the play log: `state/playlog/000012-2026-11-25.parquet`, its records, and `.json`, the seal beside it.

A seal is signed with the gate's key and names the seal before it, so that nothing can be taken out of the chain, put
into it or changed in it. Dates are labels for people: the order is that of the numbers, which no clock can change.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from player.config.language import _
from player.core.codec import decode
from player.core.faults import TrustFault
from player.core.plainjson import parsed
from player.library.delivery import delivered_at_all
from player.library.files import write_whole
from player.trust.gatekey import GateKey, is_signed

FORMAT = 1
HEAD = "head.json"
_NAME = re.compile(r"(\d{6,12})-(\d{4}-\d{2}-\d{2})")
_HEX = re.compile(r"[0-9a-f]*")


class SealDamaged(TrustFault):
    """A seal that is none."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What is signed. `previous` is the digest of the seal before, empty in the very first; `sealed` the instant by the
    gate's clock, `key` the public half of the key, `sha256` and `size` are those of the Parquet file."""

    gate: str
    number: int
    first_date: date
    last_date: date
    first_seq: int
    last_seq: int
    records: int
    file: str
    sha256: str
    size: int
    key: str
    previous: str
    timezone: str
    sealed: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class SignedDay:
    """A seal as it lies there; `signed` are the bytes that were signed."""

    seal: Seal
    signed: bytes
    signature: str

    @property
    def digest(self) -> str:
        """By which the next seal names this one."""
        return hashlib.sha256(self.signed).hexdigest()

    def is_signed(self) -> bool:
        """Whether the signature is that of the key that the seal names."""
        return is_signed(self.seal.key, self.signature, self.signed)


@dataclass(frozen=True, slots=True, order=True)
class DayName:
    """Number and label of a day, of which its files have their names."""

    number: int
    label: str

    def __str__(self) -> str:
        return f"{self.number:06}-{self.label}"

    @property
    def parquet(self) -> str:
        return f"{self}.parquet"

    @property
    def seal(self) -> str:
        return f"{self}.json"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends and goes on from."""

    number: int = 0
    last_seq: int = 0
    digest: str = ""


def day_names(folder: Path, suffix: str = ".json") -> list[DayName]:
    """The days that have a file with this suffix, in the order of their numbers."""
    if not folder.is_dir():
        return []
    found = (_NAME.fullmatch(path.stem) for path in folder.iterdir() if path.suffix == suffix)
    names = (DayName(int(name[1]), name[2]) for name in found if name)
    # Whatever else looks like a number (0000012) would be a second name of the same day.
    return sorted(name for name in names if (folder / f"{name}{suffix}").exists())


def sign(seal: Seal, key: GateKey) -> SignedDay:
    signed = _canonical(_values(seal))
    return SignedDay(seal, signed, key.sign(signed))


def write_seal(folder: Path, day: SignedDay) -> None:
    """Durable on return. OSError."""
    name = Path(day.seal.file).with_suffix(".json").name
    write_whole(folder / name, _written(parsed(day.signed), day.signature))


def read_seal(path: Path) -> SignedDay:
    """The seal in a file; SealDamaged when it is none, or is not written to the letter as it was signed: no byte of it
    may be another. That the signature is right is not looked at here."""
    try:
        data = path.read_bytes()
        said = parsed(data)
        signed, signature = said["signed"], said["signature"]
        if data != _written(signed, signature) or not _HEX.fullmatch(signature) or signed.get("format") != FORMAT:
            raise ValueError("format")
        seal = decode(Seal, signed)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SealDamaged(_("{name}: is damaged, or is no seal").format(name=path.name)) from error
    return SignedDay(seal, _canonical(signed), signature)


def head(folder: Path) -> Head:
    """Where the chain of `folder` ends: at its newest seal, or at what was delivered should that be lost."""
    known = next((head_of(day) for _name, day in sound_seals(folder)), Head())
    noted = _noted(folder)
    return noted if known.number < noted.number <= delivered_at_all(folder) else known


def head_of(day: SignedDay) -> Head:
    return Head(day.seal.number, day.seal.last_seq, day.digest)


def note_head(folder: Path, end: Head) -> None:
    """Remember where the chain ends. What was delivered must not be sealed again even if its seal is lost here. OSError
    when the disk refuses."""
    write_whole(folder / HEAD, _canonical(asdict(end)))


def sound_seals(folder: Path) -> Iterator[tuple[DayName, SignedDay]]:
    """The seals that can be read, the newest first."""
    for name in reversed(day_names(folder)):
        try:
            yield name, read_seal(folder / name.seal)
        except SealDamaged:
            continue


def _noted(folder: Path) -> Head:
    try:
        return decode(Head, parsed((folder / HEAD).read_bytes()))
    except (OSError, ValueError):
        # It is of use only where a seal is lost besides.
        return Head()


def _values(seal: Seal) -> dict[str, Any]:
    return {**asdict(seal), "first_date": seal.first_date.isoformat(), "last_date": seal.last_date.isoformat()}


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _written(signed: Any, signature: Any) -> bytes:
    return _canonical({"signed": signed, "signature": signature}) + b"\n"

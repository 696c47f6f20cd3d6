"""Whether the sealed days of a gate are what the gate sealed: each file, each signature, and the chain from day to day.

Nothing is believed but the gate's key. Whoever has the fingerprint of that, told by telephone, need not trust the
server or the stick that the days came over.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from player.config.language import _
from player.library.daybook import DayName, SealDamaged, SignedDay, day_names, read_seal
from player.trust.gatekey import fingerprint_of_key


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be, and the day that it is about (empty: the chain)."""

    day: str
    message: str

    def __str__(self) -> str:
        return f"{self.day}: {self.message}" if self.day else self.message


@dataclass(slots=True)
class Chain:
    """Days that follow from one another. A chain that does not begin with number 1 is what is left of a longer one."""

    days: list[tuple[DayName, SignedDay]] = field(default_factory=list)

    @property
    def last(self) -> SignedDay:
        return self.days[-1][1]

    @property
    def numbers(self) -> tuple[int, int]:
        return self.days[0][0].number, self.days[-1][0].number

    @property
    def dates(self) -> tuple[date, date]:
        seals = [day.seal for _name, day in self.days]
        return min(seal.first_date for seal in seals), max(seal.last_date for seal in seals)

    @property
    def records(self) -> int:
        return sum(day.seal.records for _name, day in self.days)


@dataclass(slots=True)
class Proof:
    """What is known of a gate's days. `good` are those whose records can be counted; `keys` the fingerprints of the
    keys that these were signed with, `is_pinned` whether they had been named to us; `unsealed` what is just arriving.
    """

    gate: str
    chains: list[Chain] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    good: list[tuple[DayName, SignedDay]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    is_pinned: bool = False
    unsealed: list[str] = field(default_factory=list)

    @property
    def records(self) -> int:
        return sum(day.seal.records for _name, day in self.good)


def prove(
    folder: Path,
    gate: str,
    keys: Collection[str] = (),
    *,
    any_gate: bool = False,
    tell: Callable[[int], None] = lambda _more: None,
) -> Proof:
    """Look at every day in `folder`. `keys` are the fingerprints of the gate's keys; without any, the key of the first
    day is taken for the gate's, which proves no more than that one hand sealed all. `any_gate`: the days are known to
    be its own, whatever it was called. `tell` is told of each day."""
    proof = Proof(gate, is_pinned=bool(keys))
    known = set(keys)
    sound: list[tuple[DayName, SignedDay]] = []
    names = day_names(folder)
    for name in names:
        try:
            day = _read(folder, name, "" if any_gate else gate)
            known = known or {fingerprint_of_key(day.seal.key)}
            _check_key(day, known, is_pinned=proof.is_pinned)
            sound.append((name, day))
            _check_file(folder, name, day)
            proof.good.append((name, day))
        except _Wrong as wrong:
            proof.findings.append(Finding(str(name), str(wrong)))
        tell(1)
    proof.keys = list(dict.fromkeys(fingerprint_of_key(day.seal.key) for _name, day in sound))
    _link(proof, sound, {name.number for name in names})
    _find_unsealed(folder, proof, names)
    return proof


class _Wrong(Exception):
    """The message is what is wrong."""


def _read(folder: Path, name: DayName, gate: str) -> SignedDay:
    try:
        day = read_seal(folder / name.seal)
    except SealDamaged as error:
        raise _Wrong(_("its seal is damaged")) from error
    seal = day.seal
    if not day.is_signed():
        raise _Wrong(_("its signature is wrong: the seal was changed"))
    if gate and seal.gate != gate:
        raise _Wrong(_("is a day of another gate, {gate}").format(gate=seal.gate))
    if (seal.number, seal.file) != (name.number, name.parquet):
        raise _Wrong(_("was given another name; it is {file}").format(file=seal.file))
    return day


def _check_key(day: SignedDay, known: Collection[str], *, is_pinned: bool) -> None:
    fingerprint = fingerprint_of_key(day.seal.key)
    if fingerprint in known:
        return
    if is_pinned:
        said = _("was signed with a key that is not the gate's: {fingerprint}")
    else:
        said = _(
            "was signed with another key than the days before: {fingerprint}; if the computer was exchanged, name both "
            "fingerprints with --keys"
        )
    raise _Wrong(said.format(fingerprint=fingerprint))


def _check_file(folder: Path, name: DayName, day: SignedDay) -> None:
    try:
        with (folder / name.parquet).open("rb") as stream:
            sha = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise _Wrong(_("its records are missing")) from error
    except OSError as error:
        raise _Wrong(_("its records cannot be read: {reason}").format(reason=error.strerror)) from error
    if sha != day.seal.sha256:
        raise _Wrong(_("its records were changed, or are damaged"))


def _link(proof: Proof, sound: list[tuple[DayName, SignedDay]], present: Collection[int]) -> None:
    """Make chains of the days; a computer that was exchanged has begun another."""
    for name, day in sound:
        before = next((chain for chain in proof.chains if chain.last.digest == day.seal.previous), None)
        if before is None and not (name.number == 1 and not day.seal.previous):
            before = next((chain for chain in reversed(proof.chains) if chain.last.seal.key == day.seal.key), None)
            if before is not None:
                proof.findings.append(_break(before, name, present))
        elif before is not None and day.seal.first_seq <= before.last.seal.last_seq:
            proof.findings.append(Finding(str(name), _("has records that an earlier day has")))
        if before is None:
            proof.chains.append(before := Chain())
        before.days.append((name, day))


def _break(chain: Chain, name: DayName, present: Collection[int]) -> Finding:
    """Why a day does not follow from the chain that it should belong to."""
    last = chain.numbers[1]
    missing = [number for number in range(last + 1, name.number) if number not in present]
    if missing:
        listed = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}–{missing[-1]}"
        return Finding("", _("days are missing: {numbers}").format(numbers=listed))
    said = _("does not follow from day {number}: one of the two was exchanged, or what was between them")
    return Finding(str(name), said.format(number=last))


def _find_unsealed(folder: Path, proof: Proof, names: list[DayName]) -> None:
    """Records without a seal: the newest may be on its way, any other has lost it."""
    sealed, newest = set(names), max((name.number for name in names), default=0)
    for name in day_names(folder, ".parquet"):
        if name in sealed:
            continue
        if name.number > newest:
            proof.unsealed.append(str(name))
        else:
            proof.findings.append(Finding(str(name), _("has no seal")))

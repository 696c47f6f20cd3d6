"""Whatever is done to sealed days, it is named."""

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.playlog import ClockQuality, Ending, Record, What
from player.core.units import Instant, Span
from player.library.daybook import day_names, read_seal, sign, write_seal
from player.library.dayfile import read_records
from player.library.dayproof import Proof, prove
from player.trust.fingerprint import fingerprint_of
from player.trust.gatekey import gate_key
from tests.library.logs import Log, numbered, play

DAYS = 6


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """Six sealed days."""
    log = Log(tmp_path_factory.mktemp("original") / "state")
    for day in range(1, DAYS + 1):
        log.write(play(f"2026-12-0{day}T07:30", title=f"Ảnh {day}"), play(f"2026-12-0{day}T07:31"))
        log.seal(f"2026-12-0{day + 1}T00:01")
    return log


@pytest.fixture
def log(original: Log, tmp_path: Path) -> Log:
    shutil.copytree(original.state, tmp_path / "state")
    return Log(tmp_path / "state")


def proof_of(log: Log, *keys: str) -> Proof:
    return prove(log.days, log.gate, keys)


def said(log: Log, *keys: str) -> list[str]:
    return [str(finding) for finding in proof_of(log, *keys).findings]


def test_what_the_gate_sealed_is_good(log: Log) -> None:
    key = gate_key(log.state).fingerprint
    proof = proof_of(log, key)
    (chain,) = proof.chains
    assert proof.findings == []
    assert (chain.numbers, chain.records, proof.records, proof.keys) == ((1, DAYS), 12, 12, [key])
    assert [day.isoformat() for day in chain.dates] == ["2026-12-01", "2026-12-06"]
    assert proof.is_pinned
    assert not proof_of(log).is_pinned


def test_what_is_left_of_a_longer_chain_is_good(log: Log) -> None:
    for name in day_names(log.days)[:2]:
        (log.days / name.seal).unlink()
        (log.days / name.parquet).unlink()
    proof = proof_of(log)
    assert (proof.findings, proof.chains[0].numbers) == ([], (3, DAYS))


def name_of(number: int) -> str:
    return f"00000{number}-2026-12-0{number}"


def remove(log: Log, number: int, *suffixes: str) -> None:
    for suffix in suffixes:
        (log.days / f"{name_of(number)}{suffix}").unlink()


def remove_two(log: Log) -> None:
    for number in (3, 4):
        remove(log, number, ".json", ".parquet")


def change_seal(log: Log) -> None:
    path = log.days / f"{name_of(3)}.json"
    path.write_text(path.read_text().replace('"records":2', '"records":9'))


def exchange(log: Log) -> None:
    """Day 3 is put in the place of day 4."""
    remove(log, 4, ".json", ".parquet")
    for suffix in (".json", ".parquet"):
        shutil.copy(log.days / f"{name_of(3)}{suffix}", log.days / f"{name_of(4)}{suffix}")


def sign_again(log: Log, state: Path) -> None:
    """Day 3 with other records, sealed with the key of another state folder."""
    day = read_seal(log.days / f"{name_of(3)}.json")
    key = gate_key(state)
    write_seal(log.days, sign(replace(day.seal, records=1, key=key.public), key))


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda log: (log.days / f"{name_of(3)}.parquet").write_bytes(b"PAR1"), [f"{name_of(3)}: its records were"]),
        (change_seal, [f"{name_of(3)}: its signature is wrong", "does not follow"]),
        (lambda log: (log.days / f"{name_of(3)}.json").write_text("[]"), ["its seal is damaged", "does not follow"]),
        (lambda log: remove(log, 3, ".parquet"), [f"{name_of(3)}: its records are missing"]),
        (lambda log: remove(log, 3, ".json"), ["days are missing: 3", f"{name_of(3)}: has no seal"]),
        (remove_two, ["days are missing: 3–4"]),
        (exchange, [f"{name_of(4)}: was given another name", f"{name_of(5)}: does not follow from day 3"]),
    ],
)
def test_a_day_that_was_tampered_with_is_named(log: Log, tamper: Callable[[Log], object], words: list[str]) -> None:
    tamper(log)
    found = said(log, gate_key(log.state).fingerprint)
    assert len(found) == len(words), found
    assert all(word in finding for word, finding in zip(words, found, strict=True)), found


def test_a_day_signed_again_is_named_with_the_key(log: Log, tmp_path: Path) -> None:
    (tmp_path / "thief").mkdir()
    sign_again(log, tmp_path / "thief")
    stranger = gate_key(tmp_path / "thief").fingerprint
    found = said(log, gate_key(log.state).fingerprint)
    assert f"{name_of(3)}: was signed with a key that is not the gate's: {stranger}" in found
    assert any("another key than the days before" in finding for finding in said(log))
    # The gate's own key cannot help whoever changes a day behind the back of those that follow.
    sign_again(log, log.state)
    assert said(log) == [f"{name_of(4)}: does not follow from day 3: one of the two was exchanged, or what was between "
                         "them"]  # fmt: skip


def test_another_gates_days_are_refused(log: Log) -> None:
    proof = prove(log.days, "huu-nghi")
    assert len(proof.findings) == DAYS
    assert "another gate, kim-thanh-2" in str(proof.findings[0])
    assert proof.good == []
    assert prove(log.days, "huu-nghi", any_gate=True).findings == []


def test_an_exchanged_computer_begins_another_chain(log: Log, tmp_path: Path) -> None:
    new = Log(tmp_path / "new")
    for day in (8, 9):
        new.write(play(f"2026-12-0{day}T07:30"))
        new.seal(f"2026-12-0{day}T20:00", everything=True)
    for name in day_names(new.days):
        for suffix in (".json", ".parquet"):
            shutil.copy(new.days / f"{name}{suffix}", log.days)
    keys = [gate_key(state).fingerprint for state in (log.state, new.state)]
    proof = proof_of(log, *keys)
    assert proof.findings == []
    assert [chain.numbers for chain in proof.chains] == [(1, DAYS), (1, 2)]
    assert len(proof_of(log, keys[0]).findings) == 2
    assert len(proof_of(log).findings) == 2


def test_records_that_are_just_arriving_are_no_fault(log: Log) -> None:
    shutil.copy(log.days / f"{name_of(3)}.parquet", log.days / "000007-2026-12-07.parquet")
    proof = proof_of(log)
    assert (proof.findings, proof.unsealed) == ([], ["000007-2026-12-07"])


def test_any_byte_that_is_another_is_found(log: Log) -> None:
    chance = random.Random(6)
    files = [path for path in log.days.iterdir() if path.name.startswith("0")]
    for _time in range(150):
        path = chance.choice(files)
        before = path.read_bytes()
        place = chance.randrange(len(before))
        changed = bytearray(before)
        changed[place] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        assert any(path.stem in finding for finding in said(log)), (path.name, place)
        path.write_bytes(before)
    assert said(log) == []


def test_every_bit_of_a_seal_counts(log: Log) -> None:
    for number in (1, 3, 4, 5, 6):
        remove(log, number, ".json", ".parquet")
    path = log.days / f"{name_of(2)}.json"
    before = path.read_bytes()
    for place in range(len(before)):
        changed = bytearray(before)
        changed[place] ^= 0x20
        path.write_bytes(changed)
        assert any(name_of(2) in finding for finding in said(log)), before[place : place + 9]


texts = st.text(st.characters(codec="utf-8"), max_size=20)
records = st.builds(
    Record,
    what=st.sampled_from(What),
    at=(st.integers(-(2**61), 2**61) | st.integers(1_795 * 10**12, 1_796 * 10**12)).map(Instant),
    span=st.integers(0, 2**50).map(Span),
    clock=st.sampled_from(ClockQuality),
    show=st.integers(0, 2**40),
    zone=texts,
    item=texts,
    title=texts,
    kind=texts,
    asset=texts,
    playlist=texts,
    source=texts,
    level=texts,
    tags=st.dictionaries(texts, texts, max_size=3).map(lambda tags: tuple(tags.items())),
    signed=st.lists(texts, max_size=3).map(tuple),
    offset=st.integers(0, 2**50).map(Span),
    length=st.integers(0, 2**50).map(Span),
    ending=st.none() | st.sampled_from(Ending),
    step=st.integers(-(2**61), 2**61),
    reason=texts,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(parts=st.lists(st.lists(records, max_size=6), max_size=4), where=st.randoms(use_true_random=False))
def test_any_records_in_any_days_are_read_back_and_any_change_is_found(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Record]], where: random.Random
) -> None:
    log = Log(tmp_path_factory.mktemp("any") / "state")
    for part in parts:
        log.write(*part)
        log.seal("2026-12-02T00:01", everything=where.random() < 0.8)
    log.seal("2026-12-02T00:02", everything=True)
    names = day_names(log.days)
    found = [record for name in names for record in read_records(log.days / name.parquet)]
    assert found == numbered(record for part in parts for record in part)
    proof = proof_of(log)
    assert (proof.findings, proof.records) == ([], len(found))
    for name in names:
        path = log.days / where.choice((name.seal, name.parquet))
        data = bytearray(path.read_bytes())
        data[where.randrange(len(data))] ^= where.randrange(1, 256)
        path.write_bytes(data)
        assert any(str(name) in finding for finding in said(log))


def test_the_seal_is_as_the_document_says(log: Log) -> None:
    said = json.loads((log.days / f"{name_of(2)}.json").read_bytes())
    assert said["signed"].keys() >= {
        "gate",
        "number",
        "first_date",
        "last_date",
        "first_seq",
        "last_seq",
        "sha256",
        "key",
    }
    first = json.loads((log.days / f"{name_of(1)}.json").read_bytes())["signed"]
    canonical = json.dumps(first, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert said["signed"]["previous"] == fingerprint_of(canonical).replace(" ", "")

"""Whatever is in the files, the readers answer with values and faults, never with anything else."""

import random
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from player.config.checking import Part, check
from player.config.language import use
from player.config.playlists import Reading, read_playlists
from player.config.settings import Config, read_config
from player.config.yamlsource import parse
from player.core.faults import ConfigFault, Fault

CONFIG = """\
gate: kim-thanh-2
language: en
display: {canvas: 1920x1080, output: auto, fps: 60}
layout:
  main:   {at: [0, 0], size: [100%, 100%]}
  ticker: {at: [0, 90%], size: [100%, 10%], hide_when_empty: true}
hours: [{days: mon-sun, time: "06:00-22:00"}]
sources:
  playlists: playlists/
  folder: {path: inbox/}
  central: {url: "https://x.vn", every: 30s, root: trust/root.json}
style: {banner: {ink: "#FFCC00", size: 50%}}
"""
PLAYLIST = """\
title: Giới thiệu Lào Cai
zone: main
level: normal
when: [{dates: 2026-09-01..2026-09-03, days: mon-fri, time: "07:00-18:30"}, {holiday: tet, before: 7}]
tags: {theme: tourism, lang: vi}
items:
  - &first {image: media/sapa.jpg, for: 8s, fit: cover, caption: "Sa Pa", transition: fade 600ms}
  - *first
  - {folder: media/, for: 6s, sound: on}
  - {notice: {title: "Giờ mở cửa", text: "…", lang: vi, background: navy}, for: 10s, until: 2026-12-31}
---
title: Chào mừng
zone: ticker
every: 10m
items: [{banner: "Chào mừng quý khách · 欢迎", speed: 120, style: {ink: white}}]
"""
PIECES = [
    *"{}[]:,-&*!|>'\"%@`#?~\t\n \\0", "\r\n", "---\n", "...\n", "null", "{}", "[]", "- ", ": ", "<<: *first", "*first",
    "&a [*a]", "!!binary x", "!!python/name:os.system", "../../../etc/passwd", "/", "\x00", "\ufeff", "\ud7ff", "é́",
    "٣", "1e999", "-1", "0", "99999999999999999999", "0x7fffffff", ".nan", "2026-99-99", "25:61-99:99",
    '"\\ud800"', '"\\x00"', "x" * 300, "%YAML 9.9\n", "? ", "screen", "image: ", "banner: ", "items: ", "holiday: ",
    "for: 0",
]  # fmt: skip


def mutated(text: str, chance: random.Random) -> bytes:
    """`text` with a few cuts, doubled stretches, swapped lines and odd pieces put in."""
    for _n in range(chance.randint(1, 3)):
        at, to = sorted(chance.randint(0, len(text)) for _n in range(2))
        to = min(to, at + 40)
        match chance.randrange(5):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:to] + text[at:to] + text[to:]
            case 2:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 3:
                text = text[:at] + chance.choice(PIECES) + text[to:]
            case _:
                lines = text.splitlines(keepends=True)
                chance.shuffle(lines)
                text = "".join(lines) if chance.random() < 0.3 else text
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        at = chance.randint(0, len(data))
        data = data[:at] + chance.randbytes(3) + data[at:]
    return data


@pytest.mark.parametrize("language", ["en", "vi"])
def test_mutated_files_never_raise_anything_but_faults(tmp_path: Path, language: str) -> None:
    chance = random.Random(2026)
    (tmp_path / "playlists" / "media").mkdir(parents=True)
    (tmp_path / "playlists" / "media" / "sapa.jpg").touch()
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    good = read_config(path)
    outcomes = {"config": 0, "fault": 0, "playlists": 0, "clean": 0}
    for _n in range(250):
        path.write_bytes(mutated(CONFIG.replace("language: en", f"language: {language}"), chance))
        try:
            assert isinstance(read_config(path), Config)
            outcomes["config"] += 1
        except ConfigFault as fault:
            outcomes["fault"] += 1
            for one in fault.faults:
                check_fault(one)
        use(language)
        (tmp_path / "playlists" / "a.yaml").write_bytes(mutated(PLAYLIST, chance))
        reading = read_playlists(tmp_path / "playlists", good)
        assert isinstance(reading, Reading)
        assert bool(reading.faults) == bool(reading.files)
        outcomes["playlists"] += len(reading.playlists)
        outcomes["clean"] += not reading.faults
        for one in reading.faults:
            check_fault(one)
    assert all(count > 10 for count in outcomes.values()), outcomes


def check_fault(fault: Fault) -> None:
    """A sentence on one line that is fit to be stored, from nobody but us."""
    said = str(fault)
    said.encode("utf-8")
    assert fault.message
    assert "\n" not in said
    assert not any(word in said for word in ("Input should", "pydantic", "Traceback", "validation error", "Errno"))


class Strange(Part):
    """Kinds of values that no group of ours has, with pydantic's own complaints about them."""

    number: int = 0
    pair: tuple[int, int] = (0, 0)
    table: tuple[bool, ...] = ()
    inner: BaseModel | None = None
    words: frozenset[str] = frozenset()


@pytest.mark.parametrize(("language", "sentence"), [("en", "is not understood here"), ("vi", "không hiểu")])
def test_no_complaint_of_pydantic_comes_through(language: str, sentence: str) -> None:
    use(language)
    text = b"number: many\npair: [1, x]\ntable: [maybe]\nwords: 5\n"
    document = parse(text, "f").documents[0]
    with pytest.raises(ValidationError):
        Strange.model_validate(document.value)
    value, faults = check(Strange, document, [], document.value)
    assert value is None
    assert len(faults) == 4
    for fault in faults:
        check_fault(fault)
        assert sentence in fault.message

"""The JSON Schemas that are shipped: in step with the code, and of one mind with it."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from player.config import schema

CONFIG = schema.config_schema()
PLAYLIST = schema.playlist_schema()


class _Editor(yaml.SafeLoader):
    """YAML 1.2's core types, as editors read it: dates and times of day are text, and so is `on`."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML keeps them so


_Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
_Editor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[0-9]+$"), list("0123456789"))
_Editor.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[0-9]+\.[0-9]+$"), list("0123456789"))
_Editor.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(~|null|)$"), ["~", "n", ""])


def objections(made: dict[str, Any], text: str) -> list[str]:
    """What an editor would underline."""
    check = jsonschema.Draft202012Validator(made)
    return [error.json_path for error in check.iter_errors(yaml.load(text, _Editor))]


def test_the_shipped_schemas_are_in_step() -> None:
    for path, text in schema.schemas().items():
        assert path.read_text("utf-8") == text, "run `python -m player.config.schema`"


@pytest.mark.parametrize("made", [CONFIG, PLAYLIST])
def test_they_are_schemas(made: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(made)


GOOD_CONFIG = """\
gate: kim-thanh-2
title: Cửa khẩu Kim Thành II
language: vi
timezone: Asia/Ho_Chi_Minh
display: {canvas: 1920x1080, output: auto, fps: 60}
layout:
  main:   {at: [0, 0], size: [100%, 100%], background: navy}
  ticker: {at: [0, 90%], size: [100%, 108], hide_when_empty: true}
  time:   {size: [10%, 5%], shows: clock, style: {ink: "#FFCC00", bold: on, size: 60%}}
hours: [{days: mon-sun, time: "06:00-22:00"}]
sources:
  playlists: playlists/
  folder: {path: inbox/, approve: no, settle: 3s}
  central: {url: "https://example.vn/", every: 30s, root: trust/root.json}
sound: {volume: 80, times: [{time: "22:00-06:00", volume: 20}], quiet: [{days: sun}], emergency: 100}
lights: {"on": relay on, "off": [relay, "off"], warm_up: 10m}
controller: {novastar: 192.168.0.10}
style:
state: state/
"""
GOOD_PLAYLIST = """\
title: Giới thiệu Lào Cai
zone: main
level: normal
start: soft
every: 10m
transition: fade 600ms
when: [{dates: 2026-09-01..2026-09-03, days: mon-fri, time: "07:00-18:30"}, {holiday: tet, before: 7, after: 3 days}]
tags: {theme: tourism, lang: vi, year: 2026}
items:
  - {image: media/sapa.jpg, for: 8s, fit: cover, caption: "Ruộng bậc thang Sa Pa", transition: fade 600ms}
  - {video: media/promo.mp4, sound: on, until: 2026-12-31}
  - {video: media/promo.mp4, sound: 40%, caption: {text: x, lang: vi, style: {edge: shadow}}}
  - {pages: media/thong-bao.pdf, for: 12, surround: blur}
  - {folder: media/anh-dep/, for: 1.5s, transition: cut}
  - {notice: {title: "Giờ mở cửa", text: "…", lang: vi, background: "#102030"}, for: 1h30m}
  - {notice: Xin chào}
  - {banner: Chào, speed: 120}
"""


def test_good_files_have_nothing_underlined() -> None:
    assert objections(CONFIG, GOOD_CONFIG) == []
    assert objections(CONFIG, "gate: a\nsources: {folder: inbox/}\nhours: {time: 06:00-22:00}\ndisplay:\n") == []
    assert objections(PLAYLIST, GOOD_PLAYLIST) == []


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (CONFIG, "language: vi"),
        (CONFIG, "gate: Kim Thành"),
        (CONFIG, "gate: x\ndisplay: {canvas: 1920}"),
        (CONFIG, "gate: x\ndisplay: {fps: 0}"),
        (CONFIG, "gate: x\nlayout: {a: {size: [1]}}"),
        (CONFIG, "gate: x\nlayout: {a: {size: [1, 2], att: [0, 0]}}"),
        (CONFIG, "gate: x\nhours: [{time: 06:00}]"),
        (PLAYLIST, "title: t\nzone: main\nitems: []"),
        (PLAYLIST, "title: t\nzone: main\nitems: [{image: a, for: 8x}]"),
        (PLAYLIST, "title: t\nzone: main\nitems: [{image: a, sound: on}]"),
        (PLAYLIST, "title: t\nzone: main\nitems: [{for: 8s}]"),
        (PLAYLIST, "title: t\nzone: main\nlevle: normal\nitems: [{notice: a}]"),
        (PLAYLIST, "title: t\nzone: main\nitems: [{notice: a, transition: spin}]"),
    ],
)
def test_bad_files_are_underlined(made: dict[str, Any], text: str) -> None:
    assert objections(made, text)


def test_every_key_of_a_playlist_is_explained_or_plain() -> None:
    """What editors show beside a key while it is being written."""
    parts = {"config": CONFIG, "playlist": PLAYLIST}
    bare = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, value in part["properties"].items()
        if "description" not in value and "$ref" not in str(value) and key not in ("tags",)
    ]
    assert bare == []


def test_schemas_lie_where_the_package_ships_them() -> None:
    assert {path.name for path in schema.schemas()} == {"config.schema.json", "playlist.schema.json"}
    assert all(path.parent == Path(schema.__file__).parent for path in schema.schemas())

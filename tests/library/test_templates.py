"""Templates of alerts: what may be filled, with what, and what becomes of it."""

from pathlib import Path

import pytest

from player.config.settings import Config, read_config
from player.config.specs import NoticeSpec
from player.core.faults import ContentFault
from player.core.model import SCREEN, Level
from player.core.units import MINUTE
from player.library.templates import Template, alert_spec, read_templates, sample_slots

CLOSED = """\
template: dong-cua
slots: {ly-do: 20, den-gio: 5}
longest: 90m
title: Tạm đóng cửa khẩu
items:
  - {notice: {title: TẠM ĐÓNG, text: "Lý do: {ly-do}. Mở lại lúc {den-gio}."}, for: 8s}
"""


def folder_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "mau"
    folder.mkdir()
    (folder / "dong-cua.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def gate(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text("gate: kim-thanh-2\nlanguage: en\n", "utf-8")
    return read_config(path)


def read_one(folder: Path) -> Template:
    templates, faults = read_templates(folder)
    assert faults == ()
    (template,) = templates
    return template


def test_a_template_becomes_a_playlist_for_the_whole_wall(tmp_path: Path, gate: Config) -> None:
    folder = folder_with(tmp_path, CLOSED)
    template = read_one(folder)
    assert (template.name, template.slots, template.longest) == (
        "dong-cua",
        (("ly-do", 20), ("den-gio", 5)),
        90 * MINUTE,
    )
    spec, faults = alert_spec(template, {"ly-do": "mưa {den-gio}", "den-gio": "15:00"}, "a1", folder, gate)
    assert faults == []
    assert spec is not None
    assert (spec.zone, spec.level, spec.id) == (SCREEN, Level.EMERGENCY, "alert:a1#1")
    (item,) = spec.items
    assert isinstance(item, NoticeSpec)
    # What a slot is filled with is not looked into again.
    assert item.text == "Lý do: mưa {den-gio}. Mở lại lúc 15:00."


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"ly-do": "mưa"}, "den-gio is empty"),
        ({"ly-do": "m" * 21, "den-gio": "15:00"}, "room for 20 letters, not for 21"),
        ({"ly-do": "m\nm", "den-gio": "15:00"}, "no letter"),
        ({"ly-do": "mưa", "den-gio": "15:00", "ly_do": "x"}, "did you mean ly-do?"),
    ],
)
def test_slots_are_bounded(tmp_path: Path, gate: Config, slots: dict[str, str], said: str) -> None:
    folder = folder_with(tmp_path, CLOSED)
    with pytest.raises(ContentFault, match=said.replace("?", r"\?")):
        alert_spec(read_one(folder), slots, "a1", folder, gate)


def test_a_slot_never_names_a_file(tmp_path: Path) -> None:
    text = 'template: t\nslots: {tep: 20}\ntitle: T\nitems: [{image: "{tep}", caption: "x"}]\n'
    _templates, faults = read_templates(folder_with(tmp_path, text))
    assert [fault.message for fault in faults] == ["slots: no text has it: tep"]


def test_slots_that_are_not_declared_and_names_that_are_missing_are_faults(tmp_path: Path) -> None:
    text = (
        'slots: {a: 20}\ntitle: T\nitems: [{banner: "{a} {b}"}]\n---\ntemplate: t\ntitle: T\nitems: [{banner: "{b}"}]\n'
    )
    _templates, faults = read_templates(folder_with(tmp_path, text))
    assert [(fault.place.line, fault.message) for fault in faults] == [
        (1, "template: is empty; write a value, or delete the key"),
        (5, "slots: the text has a slot b that slots: does not name"),
    ]


def test_the_sample_fits_the_slots(tmp_path: Path, gate: Config) -> None:
    folder = folder_with(tmp_path, CLOSED)
    template = read_one(folder)
    spec, faults = alert_spec(template, sample_slots(template), "mau", folder, gate)
    assert (spec is not None, faults) == (True, [])

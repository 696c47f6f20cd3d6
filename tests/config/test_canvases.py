"""Several canvases in config.yaml: one sheet, zones of each, and what is wrong with them."""

from pathlib import Path

import pytest

from player.config.playlists import read_playlists, zones_of
from player.config.settings import Config, read_config
from player.core.faults import ConfigFault
from player.core.geometry import Rect, Size
from player.core.mapping import Face, Patch
from player.core.model import plain_zone

TWO = """\
gate: x
language: en
display:
  canvases:
    east: {canvas: 200x100}
    west: {canvas: 120x160, screen: 2, mapping: [{from: [0, 0, 120, 80], to: [5, 6]}, {from: [0, 80, 120, 80], to: [200, 0], screen: 1}]}
layout:
  main: {at: [0, 0], size: [100%, 80%]}
  ticker: {at: [0, 80%], size: [100%, 20%], hide_when_empty: yes}
  clock: {at: [0, 0], size: [50%, 20%], shows: clock}
"""  # noqa: E501


def read(folder: Path, text: str) -> Config:
    (folder / "config.yaml").write_text(text)
    return read_config(folder / "config.yaml")


def test_canvases_lie_below_one_another_each_with_its_zones(tmp_path: Path) -> None:
    config = read(tmp_path, TWO)
    assert config.canvas == Size(200, 260)
    assert config.faces == (Face("east", Rect(0, 0, 200, 100)), Face("west", Rect(0, 100, 120, 160)))
    assert {zone.name: zone.rect for zone in config.zones} == {
        "main": Rect(0, 0, 200, 80),
        "ticker": Rect(0, 80, 200, 20),
        "clock": Rect(0, 0, 100, 20),
        "screen": Rect(0, 0, 200, 100),
        "main@west": Rect(0, 100, 120, 128),
        "ticker@west": Rect(0, 228, 120, 32),
        "clock@west": Rect(0, 100, 60, 32),
        "screen@west": Rect(0, 100, 120, 160),
    }
    assert [clock.zone for clock in config.clocks] == ["clock", "clock@west"]
    assert config.mapping == (
        Patch(Rect(0, 0, 200, 100), 0, 0),
        Patch(Rect(0, 100, 120, 80), 5, 6, screen=2),
        Patch(Rect(0, 180, 120, 80), 200, 0),
    )
    assert config.notes == ()


def test_a_canvas_may_have_a_layout_of_its_own(tmp_path: Path) -> None:
    text = TWO.replace("east: {canvas: 200x100}", "east: {canvas: 200x100, layout: {board: {size: [100%, 50%]}}}")
    config = read(tmp_path, text)
    names = [zone.name for zone in config.zones]
    assert names == ["board", "screen", "main@west", "ticker@west", "clock@west", "screen@west"]
    assert [zone.name for zone in zones_of(config, "main")] == ["main@west"]
    assert [zone.name for zone in zones_of(config, "screen")] == ["screen", "screen@west"]
    assert [zone.name for zone in zones_of(config, "screen", "east")] == ["screen"]
    assert zones_of(config, "main", "east") == []
    assert {plain_zone(name) for name in names} == {"board", "main", "ticker", "clock", "screen"}


@pytest.mark.parametrize(("change", "expected"), [
    (("to: [5, 6]", "to: [5, 6], screen: 1"),
     ["6:5: display.canvases.west: lies over the canvas east on screen 1"]),
    (("display:\n", "display:\n  canvas: 100x100\n  screen: 2\n"),
     ["4:3: display.canvas: with several canvases, each has its own canvas",
      "5:3: display.screen: with several canvases, each has its own screen"]),
    (("east: {canvas: 200x100}", "east: {size: 200x100}"),
     ['5:11: display.canvases.east: the key "canvas" is missing', "5:12: display.canvases.east.size: no such key"]),
    (("east:", "Đông:"), ['5:5: display.canvases: "Đông" is no name here']),
    (("to: [200, 0]", "to: [200, 0], rotate: 1"),
     ["6:134: display.canvases.west.mapping[2].rotate"]),
    (("[0, 0, 120, 80]", "[0, 0, 121, 80]"),
     ["6:57: display.canvases.west.mapping[1].from: reaches over the canvas of 120 x 160 pixels"]),
    (("size: [100%, 80%]", "size: [100%, 180%]"), ["8:9: layout.main", "8:9: layout.main"]),
])  # fmt: skip
def test_what_is_wrong_with_canvases_is_named(tmp_path: Path, change: tuple[str, str], expected: list[str]) -> None:
    with pytest.raises(ConfigFault) as raised:
        read(tmp_path, TWO.replace(*change, 1))
    found = [str(fault).partition("config.yaml:")[2] for fault in raised.value.faults]
    assert len(found) == len(expected), found
    assert all(said.startswith(start) for said, start in zip(found, expected, strict=True)), found


def test_playlists_are_for_all_canvases_or_for_one(tmp_path: Path) -> None:
    folder = tmp_path / "playlists"
    folder.mkdir()
    written = {
        "a": "title: a\nzone: main\nitems: [{banner: a}]",
        "b": "title: b\nzone: main\ncanvas: west\nitems: [{banner: a}]",
        "c": "title: c\nzone: main\ncanvas: north\nitems: [{banner: a}]",
        "d": "title: d\nzone: clock\ncanvas: west\nitems: [{banner: a}]",
    }
    for name, text in written.items():
        (folder / f"{name}.yaml").write_text(text)
    reading = read_playlists(folder, read(tmp_path, TWO))
    assert [(one.title, one.canvas) for one in reading.playlists] == [("a", ""), ("b", "west")]
    assert [str(fault) for fault in reading.faults] == [
        'playlists/c.yaml:3:9: canvas: there is no "north"; choose from east, west',
        "playlists/d.yaml:2:7: zone: the zone clock is a clock; choose from main, ticker, screen",
    ]
    alone = read(tmp_path, "gate: x\nlanguage: en\n")
    said = [str(fault) for fault in read_playlists(folder, alone).faults]
    assert said[0] == "playlists/b.yaml:3:9: canvas: this gate has one canvas only; delete the key"

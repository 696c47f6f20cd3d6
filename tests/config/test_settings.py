"""config.yaml: what it means, and every fault in it at once."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from player.config.controller import ByCommand, Coex, Controller, NovaStar
from player.config.language import language_in_use
from player.config.lights import LightsPlan
from player.config.settings import Config, FolderSource, Reports, read_config
from player.core.faults import ConfigFault
from player.core.geometry import Rect, Size
from player.core.loudness import Loudness, VolumeTime
from player.core.mapping import Flip, Patch
from player.core.model import SCREEN, Edge, Style, Window
from player.core.units import seconds

FULL = """\
gate: kim-thanh-2
title: Cửa khẩu Kim Thành II
language: en
timezone: Asia/Vientiane
display: {canvas: 1280x256, output: kmsdrm, fps: 50}
layout:
  main: {at: [0, 0], size: [100%, 100%], background: navy}
  ticker: {at: [0, 200], size: [100%, 56], hide_when_empty: yes}
  corner: {at: [1000, 10%], size: [280, 20%], shows: clock, style: {ink: "#ffcc00", size: 60%}}
hours: [{days: mon-fri, time: ["06:00-11:30", "13:00-22:00"]}, {days: [sat, sun], time: "07:00-24:00"}]
sources:
  playlists: shows
  folder: {path: inbox/, approve: true, settle: 5}
  central: {url: "https://example.vn/tree", every: 1m, root: trust/root.json}
reports: {token: secret, url: "https://store.vn/{gate}/{name}?sig=1", header: X-Auth-Token, every: 2m, picture: 10m}
sound:
  volume: 80
  times: [{days: sun, time: "07:00-22:00", volume: 50%}, {time: "22:00-06:00", volume: 20}]
  quiet: {time: ["12:00-13:00", "23:00-05:00"]}
  emergency: 100
lights: {on: "./relay 'on' 1", off: [gpio-none, set, 17, 0], warm_up: 10m}
controller: {coex: "http://10.0.0.9/"}
style:
  banner: {bold: on, edge: shadow, background: "#00000080"}
  clock: {bold: yes}
state: /var/lib/gateplayer
"""

FOLDED = """\
gate: x
language: en
display:
  canvas: 300x20
  mapping:
    - {from: [0, 0, 100, 20], to: [0, 0]}
    - {from: [100, 0, 100, 20], to: [0, 20], rotate: 180, flip: horizontal}
"""

FAULTS = [
    (f"{FOLDED}    - {{from: [250, 0, 100, 20], to: [0, 30]}}", [
        "8:14: display.mapping[3].from: reaches over the canvas of 300 x 20 pixels",
        "8:37: display.mapping[3].to: lies over part 2 of this list on the output: [0, 20, 100, 20]",
    ]),
    (f"{FOLDED}    - {{from: [0, 0, 0, 20], to: 5, rotate: 45, mirror: yes}}", [
        '8:14: display.mapping[3].from: a whole number from 1 to 16384 is expected, not "0"',
        "8:33: display.mapping[3].to: 2 whole numbers in brackets are expected: [0, 96]",
        '8:44: display.mapping[3].rotate: there is no "45"; choose from 0, 90, 180, 270',
        "8:48: display.mapping[3].mirror: no such key; did you mean flip?",
    ]),
    ("language: en", ['1:1: the key "gate" is missing']),
    ("gate: x\nlanguage: en\nfonts: letters/", ["3:8: fonts: letters/: there is no such folder"]),
    ("gate: x\nlanguage: en\nlayuot: {}", ["3:1: layuot: no such key; did you mean layout?"]),
    (
        "gate: Kim Thành 2\nlanguage: en",
        ['1:7: gate: "Kim Thành 2" is no name here: small letters, digits and hyphens, such as kim-thanh-2'],
    ),
    ("gate: x\nlanguage: En\nfps: 30", [
        "3:1: fps: no such key; known here: gate, title, language, timezone, display, brightness, place, layout, "
        "hours, sources, reports, sound, style, fonts, state"
    ]),
    ("gate: x\nlanguage: en\ntimezone: Asia/Ho_Chi_Min",
     ['3:11: timezone: there is no "Asia/Ho_Chi_Min"; did you mean Asia/Ho_Chi_Minh?']),
    ("gate: x\nlanguage: en\ntimezone: Asia/Hanoi",
     ['3:11: timezone: there is no "Asia/Hanoi"; did you mean Asia/Ho_Chi_Minh?']),
    ("gate: x\nlanguage: en\ntimezone: ../../etc/passwd",
     ['3:11: timezone: there is no "../../etc/passwd"; choose from']),
    ("gate: x\nlanguage: en\ndisplay: {canvas: 1920, output: x12, fps: 0}", [
        '3:19: display.canvas: "1920" is no size; write width x height in pixels, such as 1920x1080',
        '3:33: display.output: there is no "x12"; did you mean x11?',
        '3:43: display.fps: a whole number from 1 to 240 is expected, not "0"',
    ]),
    ("gate: x\nlanguage: en\ndisplay: {canvas: 1x1}",
     ["3:19: display.canvas: each side must be from 16 to 16384 pixels"]),
    ("gate: x\nlanguage: en\ndisplay: 60", ['3:10: display: keys with values are expected here, not "60"']),
    ("gate: x\nlanguage: en\nlayout: {main: {at: [0, 0], size: [100%, 101%]}}",
     ["3:16: layout.main: lies outside the canvas of 1920 x 1080 pixels"]),
    ("gate: x\nlanguage: en\nlayout:\n  main: {at: [1920, 0], size: [1, 1]}",
     ["4:9: layout.main: lies outside the canvas of 1920 x 1080 pixels"]),
    ("gate: x\nlanguage: en\nlayout:\n  main: {size: [0, 10]}", ["4:9: layout.main: lies outside the canvas"]),
    ("gate: x\nlanguage: en\nlayout:\n  a: {at: [0], size: [-1, 1em]}\n  b: {}\n  c: 5\n  Big: {size: [1, 1]}", [
        "4:11: layout.a.at: two values are expected, across and down: [0, 90%]",
        '4:22: layout.a.size: write pixels (192) or per cent of the canvas (10%), not "-1"',
        '5:6: layout.b: the key "size" is missing',
        '6:6: layout.c: keys with values are expected here, not "5"',
        '7:3: layout.Big: "Big" is no name here: small letters, digits and hyphens, such as big',
    ]),
    ("gate: x\nlanguage: en\nlayout: {screen: {size: [9%, 9%]}}", ["3:10: layout.screen: the zone screen is built in"]),
    ("gate: x\nlanguage: en\nlayout:", ["3:8: layout: names of zones with their places are expected, not nothing"]),
    ("gate: x\nlanguage: en\nlayout: {at: {size: [1, 1], att: [0, 0]}}",
     ["3:29: layout.at.att: no such key; did you mean at?"]),
    ("gate: x\nlanguage: en\ndisplay: {canvas: 640x48, fsp: 3}\nlayout: {a: {size: [9%, 9%], shows: clok}}", [
        "3:27: display.fsp: no such key; did you mean fps?",
        '4:37: layout.a.shows: there is no "clok"; did you mean clock?',
    ]),
    ("gate: x\nlanguage: en\nhours: {days: mon-fry, time: 25:00-26:00}", [
        '3:15: hours.days: there is no "fry"; did you mean fri?',
        "3:30: hours.time: there is no 25:00 on a clock",
    ]),
    ("gate: x\nlanguage: en\nhours:", ["3:7: hours: is empty; write a value, or delete the key"]),
    ("gate: x\nlanguage: en\nsources: {central: {url: ftp://x, every: 1s}}", [
        '3:20: sources.central: the key "root" is missing',
        '3:26: sources.central.url: "ftp://x" is no web address; it begins with https://',
        "3:42: sources.central.every: must be from 5s to 24h, not 1s",
    ]),
    ("gate: x\nlanguage: en\nsources: {folder: {path: , approve: maybe}}", [
        "3:26: sources.folder.path: is empty; write a value, or delete the key",
        '3:37: sources.folder.approve: there is no "maybe"; choose from true, on, yes, false, off, no',
    ]),
    ("gate: x\nlanguage: en\nreports: {url: 'https://x.vn/{gate}', header: Host, every: 1s, picture: maybe}", [
        '3:16: reports.url: "https://x.vn/{gate}" says no {name}; write https://…/{gate}/{name}',
        '3:47: reports.header: "Host" cannot carry a token; write Authorization, or another name such as X-Auth-Token',
        "3:60: reports.every: must be from 10s to 1h, not 1s",
        '3:73: reports.picture: "maybe" is no duration',
    ]),
    ("gate: x\nlanguage: en\nsound: {volume: 101}", ["3:17: sound.volume: write on, off, or a volume from 0% to 100%"]),
    ("gate: x\nlanguage: en\nsound: {times: [{time: 22:00-06:00}], quiet: [{tiem: 1}], emergency: loud}", [
        '3:17: sound.times[1]: the key "volume" is missing',
        "3:48: sound.quiet[1].tiem: no such key; did you mean time?",
        '3:70: sound.emergency: write on, off, or a volume from 0% to 100%, not "loud"',
    ]),
    ("gate: x\nlanguage: en\nlights: {on: 'relay \"on', off: [], warm_up: 1d}", [
        '3:14: lights.on: "relay "on" cannot be taken apart',
        "3:32: lights.off: must not be empty",
        '3:45: lights.warm_up: "1d" is no duration',
    ]),
    ("gate: x\nlanguage: en\ncontroller: {novastar: http://10.0.0.9, command: dim}", [
        '3:24: controller.novastar: "http://10.0.0.9" is no address of a controller; write 192.168.0.10',
        "3:50: controller.command: says nothing of the brightness; write {percent} or {level}",
    ]),
    ("gate: x\nlanguage: en\ncontroller: {novastar: 10.0.0.9, coex: 10.0.0.9}", [
        "3:13: controller: exactly one of command, novastar and coex is expected",
    ]),
    ("gate: x\nlanguage: en\ncontroller: {novastar: '10.0.0.9:99999'}", ['3:24: controller.novastar: "10.0.0.9:999']),
    ("gate: x\nlanguage: en\nstyle: {captoin: {}, notice: {ink: #FFF\n}}", [
        "3:9: style.captoin: no such key; did you mean caption?",
        '4:1: style.notice.ink: is empty; a colour stands in quotation marks: "#FFFFFF"',
    ]),
    ('gate: x\nlanguage: en\nstyle: {notice: {ink: "#FFF", edge: blurry, size: 0%, background: gren}}', [
        '3:23: style.notice.ink: "#FFF" is no colour; write "#RRGGBB" or "#RRGGBBAA"',
        '3:37: style.notice.edge: there is no "blurry"; choose from none, outline, shadow',
        '3:51: style.notice.size: a percentage is expected, such as 12%, not "0%"',
        '3:67: style.notice.background: there is no "gren"; did you mean green?',
    ]),
    ("gate: x\nlanguage: en\n---\ngate: y", ["4:1: this file holds one document only"]),
    ("- gate: x\n# language of the next:\n---\nlanguage: en", [
        "1:1: keys with values are expected here, not a list",
        "4:1: this file holds one document only",
    ]),
    ("gate: [x]\nlanguage: en\ntitle: {a: 1}", [
        "1:7: gate: a text is expected, not a list",
        "3:8: title: a text is expected, not a group of keys",
    ]),
]  # fmt: skip


def read(folder: Path, text: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_every_fault_has_its_place_and_sentence(
    faults_of: Callable[[str], list[str]], text: str, expected: list[str]
) -> None:
    found = faults_of(text)
    assert len(found) == len(expected), found
    for said, start in zip(found, expected, strict=True):
        assert said.startswith(start)


def test_all_that_can_be_written(tmp_path: Path) -> None:
    config = read(tmp_path, FULL)
    assert (config.gate, config.title, config.timezone) == ("kim-thanh-2", "Cửa khẩu Kim Thành II", "Asia/Vientiane")
    assert (config.canvas, config.output, config.fps, config.sound.volume) == (Size(1280, 256), "kmsdrm", 50, 0.8)
    assert [(zone.name, zone.rect, zone.hide_when_empty) for zone in config.zones] == [
        ("main", Rect(0, 0, 1280, 256), False),
        ("ticker", Rect(0, 200, 1280, 56), True),
        ("corner", Rect(1000, 26, 280, 51), False),
        (SCREEN, Rect(0, 0, 1280, 256), True),
    ]
    assert config.zones[0].ground == "#000080"
    assert [(clock.zone, clock.style) for clock in config.clocks] == [
        ("corner", Style(ink="#FFCC00", bold=True, size=0.6)),
    ]
    week = frozenset(range(5))
    assert config.hours == (
        Window((), week, 360, 690),
        Window((), week, 780, 1320),
        Window((), frozenset({5, 6}), 420, 1440),
    )
    assert config.sources.playlists == tmp_path / "shows"
    assert config.sources.folder == FolderSource(tmp_path / "inbox", True, seconds(5))
    assert config.sources.central is not None
    assert (config.sources.central.every, config.sources.central.root) == (seconds(60), tmp_path / "trust/root.json")
    assert config.reports == Reports(
        tmp_path / "secret", "https://store.vn/{gate}/{name}?sig=1", "X-Auth-Token", seconds(120), seconds(600)
    )
    assert config.styles.banner == Style(bold=True, edge=Edge.SHADOW, ground="#00000080")
    assert config.styles.caption.ground == "#000000B0"
    assert config.sound == Loudness(
        0.8,
        (
            VolumeTime((Window((), frozenset({6}), 420, 1320),), 0.5),
            VolumeTime((Window(start=1320, end=360),), 0.2),
        ),
        (Window(start=720, end=780), Window(start=1380, end=300)),
        emergency=1.0,
    )
    assert config.state == Path("/var/lib/gateplayer")
    assert config.lights == LightsPlan(
        (str(tmp_path / "relay"), "on", "1"), ("gpio-none", "set", "17", "0"), seconds(600)
    )
    assert config.controller == Coex("10.0.0.9", 8001)
    # They may be put there later.
    said = "there is no such program on this computer, or it may not be run"
    assert [str(note) for note in config.notes] == [
        f"{config.file}:21:14: lights.on: {tmp_path / 'relay'}: {said}",
        f"{config.file}:21:37: lights.off: gpio-none: {said}",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{novastar: 192.168.0.10}", NovaStar("192.168.0.10", 5200)),
        ("{novastar: 'led-card.local:5201'}", NovaStar("led-card.local", 5201)),
        ("{coex: http://192.168.0.10:8002}", Coex("192.168.0.10", 8002)),
        ("{command: 'dim --to={percent}'}", ByCommand(("dim", "--to={percent}"))),
        ("{command: [dim, '{level}']}", ByCommand(("dim", "{level}"))),
    ],
)
def test_controllers(tmp_path: Path, written: str, meant: Controller) -> None:
    assert read(tmp_path, f"gate: x\ncontroller: {written}\n").controller == meant


def test_the_canvas_in_parts(tmp_path: Path) -> None:
    config = read(tmp_path, FOLDED)
    assert config.mapping == (
        Patch(Rect(0, 0, 100, 20), 0, 0),
        Patch(Rect(100, 0, 100, 20), 0, 20, 180, Flip.HORIZONTAL),
    )
    assert [str(note) for note in config.notes] == [
        f"{config.file}:6:5: display.mapping: this part of the canvas is copied nowhere: [200, 0, 100, 20]"
    ]


def test_what_is_not_written_has_its_usual_value(tmp_path: Path) -> None:
    config = read(tmp_path, "gate: huu-nghi\n")
    assert (config.language, config.timezone, config.canvas) == ("vi", "Asia/Ho_Chi_Minh", Size(1920, 1080))
    assert (config.output, config.fps, config.sound, config.hours) == ("auto", 60, Loudness(), ())
    assert [(zone.name, zone.rect) for zone in config.zones] == [
        ("main", Rect(0, 0, 1920, 1080)),
        ("ticker", Rect(0, 972, 1920, 108)),
        (SCREEN, Rect(0, 0, 1920, 1080)),
    ]
    assert config.sources.playlists == tmp_path / "playlists"
    assert config.sources.folder is None
    assert config.state == tmp_path / "state"


def test_groups_that_are_commented_out_are_as_if_not_written(tmp_path: Path) -> None:
    text = "gate: x\ndisplay:\n  # fps: 50\nstyle:\nsources:\n  folder: inbox\n  central:\n    # url: …\n"
    config = read(tmp_path, text)
    assert config.fps == 60
    assert config.sources.central is None
    assert config.sources.folder == FolderSource(tmp_path / "inbox", False, seconds(2))


def test_zones_that_touch_in_per_cent_touch_in_pixels(tmp_path: Path) -> None:
    thirds = "\n".join(f"  z{n}: {{at: [{n * 33.3:.1f}%, 0], size: [33.3%, 100%]}}" for n in range(3))
    zones = read(tmp_path, f"gate: x\ndisplay: {{canvas: 1000x100}}\nlayout:\n{thirds}\n").zones[:3]
    assert [zone.rect.x for zone in zones[1:]] == [zone.rect.right for zone in zones[:2]]


def test_faults_are_in_the_language_that_the_file_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    for text, sentence in [
        ("gat: x\n", "không có khóa này; có phải bạn muốn viết gate?"),
        ("gat: x\nlanguage: vi\n", "không có khóa này; có phải bạn muốn viết gate?"),
        ("gat: x\r\nlanguage: 'en'\r\n", "no such key; did you mean gate?"),
        ("gat: [\nlanguage: en\n", "a comma or a closing bracket"),
        ("\ufefflanguage: en\ngat: x\n", "no such key; did you mean gate?"),
    ]:
        path.write_text(text, encoding="utf-8", newline="")
        with pytest.raises(ConfigFault) as caught:
            read_config(path)
        assert sentence in str(caught.value)
        assert str(path) in str(caught.value)


def test_a_good_file_sets_the_language_of_the_process(tmp_path: Path) -> None:
    read(tmp_path, "gate: x\nlanguage: vi\n")
    assert language_in_use() == "vi"


def test_a_file_that_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    for path, sentence in [(tmp_path / "no.yaml", "there is no such file"), (tmp_path, "this is a folder")]:
        with pytest.raises(ConfigFault) as caught:
            read_config(path)
        assert str(caught.value).startswith(f"{path}: {sentence}")
        assert caught.value.exit_code == 2


def test_holidays_in_opening_hours(tmp_path: Path) -> None:
    config = read(tmp_path, "gate: x\nhours: {holiday: quoc-khanh, time: 08:00-12:00}\n")
    (window,) = config.hours
    years = [span for span in window.dates if span.first and span.first.year == 2027]
    assert [(span.first, span.last) for span in years] == [(datetime.date(2027, 9, 2), datetime.date(2027, 9, 3))]


@pytest.mark.parametrize(
    ("written", "listens"),
    [
        ("", ("127.0.0.1", 8137)),
        ("page:", ("127.0.0.1", 8137)),
        ("page: on", ("127.0.0.1", 8137)),
        ("page: off", None),
        ("page: {listen: 192.168.1.5:8137}", ("192.168.1.5", 8137)),
        ("page: 0.0.0.0:9000", ("0.0.0.0", 9000)),
        ('page: {listen: "[::1]:8137"}', ("::1", 8137)),
    ],
)
def test_where_the_status_page_listens(tmp_path: Path, written: str, listens: tuple[str, int] | None) -> None:
    assert read(tmp_path, f"gate: x\nlanguage: en\n{written}\n").page == listens


def test_no_address_to_listen_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match=r'3:16: page.listen: "everywhere" is no address to listen on'):
        read(tmp_path, "gate: x\nlanguage: en\npage: {listen: everywhere}\n")

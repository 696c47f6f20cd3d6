"""playlists/*.yaml: what they mean, and what is left out when something in them is wrong."""

import os
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from player.config.language import use
from player.config.playlists import Reading, playlist_files, read_playlists
from player.config.settings import read_config
from player.config.specs import BannerSpec, FolderSpec, ImageSpec, NoticeSpec, PagesSpec, VideoSpec
from player.core.faults import Place
from player.core.model import (
    Caption,
    Change,
    DateRange,
    Direction,
    Edge,
    Fit,
    Level,
    Start,
    Style,
    Surround,
    Transition,
    Window,
)
from player.core.units import seconds

Read = Callable[..., Reading]

FULL = """\
title: Giới thiệu Lào Cai
zone: main
level: priority
start: hard
every: 10m
transition: slide 400ms
when:
  - {dates: 2026-09-01..2026-09-03, days: "mon-wed,sun", time: "07:00-18:30"}
  - {dates: [2026-12-24, 2026-12-31..]}
tags: {theme: tourism, lang: vi}
items:
  - {image: media/sapa.jpg, for: 8s, fit: contain, surround: plain, caption: "Ruộng bậc thang Sa Pa", transition: cut}
  - {image: media/sapa.jpg, caption: {text: Sa Pa, lang: en, style: {ink: yellow}}, lang: vi, style: {edge: outline}}
  - {video: media/promo.mp4, sound: 40%, until: 2026-12-31}
  - {pages: media/notice.pdf, for: 1m, tags: {office: "3"}}
  - {folder: media/album/, for: 6s, sound: on}
  - {notice: {title: Giờ mở cửa, text: 7h-22h, lang: vi, background: media/sapa.jpg}, from: 2026-09-01}
  - {notice: Xin chào, for: 90}
  - {notice: {text: Hi, background: navy, style: {size: 20%}}}
  - banner: |
      Chào mừng
      quý khách
    speed: 90px/s
    style: {bold: yes}
"""

HEAD = "title: t\nzone: main\nitems:\n"

BAD_ITEMS = [
    ("{image: ../../etc/passwd}", "4:13", "image: ../../etc/passwd lies outside the playlists folder; copy it there"),
    ("{image: ../secret.jpg}", "4:13", "image: ../secret.jpg lies outside the playlists folder"),
    ("{image: media/leak.jpg}", "4:13", "image: media/leak.jpg lies outside the playlists folder"),
    ("{folder: media/out}", "4:14", "folder: media/out lies outside the playlists folder"),
    ("{image: media/out/secret.jpg}", "4:13", "image: media/out/secret.jpg lies outside the playlists folder"),
    ("{image: /etc/passwd}", "4:13", "image: /etc/passwd is not a path within the playlists folder"),
    (r"{image: C:\x.jpg}", "4:13", r"image: C:\x.jpg is not a path within the playlists folder"),
    ("{image: ~/x.jpg}", "4:13", "image: ~/x.jpg is not a path within the playlists folder"),
    ("{image: file:///etc/passwd}", "4:13", "image: file:///etc/passwd is a web address; only files can be shown"),
    ("{image: media/sapaa.jpg}", "4:13", "image: media/sapaa.jpg: no such file; did you mean media/sapa.jpg?"),
    ("{image: Media/SAPA.JPG}", "4:13", "image: Media/SAPA.JPG: no such file; did you mean media/sapa.jpg?"),
    (r"{image: media\sapa.jpg}", "4:13", r"image: media\sapa.jpg: no such file; did you mean media/sapa.jpg?"),
    ("{image: media/ảnh.jpg}", "4:13", "image: media/ảnh.jpg: the file's name looks the same"),
    ("{image: nowhere/at/all}", "4:13", "image: nowhere/at/all: no such file"),
    ("{image: media/loop}", "4:13", "image: media/loop cannot be found"),
    ("{image: media/pipe}", "4:13", "image: media/pipe is not an ordinary file"),
    ("{image: media/album}", "4:13", "image: media/album is a folder; name a file in it, or write folder:"),
    ("{folder: media/sapa.jpg}", "4:14", "folder: media/sapa.jpg is a file; a folder is expected here"),
    ("{image: " + "x" * 300 + "}", "4:13", "image: " + "x" * 60 + "… cannot be found"),
    ("{image: }", "4:13", "image: is empty; write a value, or delete the key"),
    ("{image: [media/sapa.jpg]}", "4:13", "image: a text is expected, not a list"),
    ("{image: media/sapa.jpg, for: 0}", "4:34", "for: must be from 100ms to 24h, not 0"),
    ("{image: media/sapa.jpg, for: 0s}", "4:34", "for: must be from 100ms to 24h, not 0s"),
    ("{image: media/sapa.jpg, for: -5s}", "4:34", "for: must be longer than zero"),
    ("{image: media/sapa.jpg, for: 25h}", "4:34", "for: must be from 100ms to 24h, not 25h"),
    ("{image: media/sapa.jpg, for: 8 seconds}", "4:34", 'for: "8 seconds" is no duration; write 8s, 600ms'),
    ("{image: media/sapa.jpg, fit: crop}", "4:34", 'fit: there is no "crop"; choose from cover, contain, stretch'),
    ("{image: media/sapa.jpg, fti: cover}", "4:29", "fti: no such key; did you mean fit?"),
    ("{image: media/sapa.jpg, duration: 8s}", "4:29", "duration: no such key; did you mean for?"),
    ("{image: media/sapa.jpg, sound: on}", "4:29", "sound: sound does not go with image; delete it"),
    ("{image: media/sapa.jpg, transition: fade 20s}", "4:41", "transition: must be from 100ms to 10s, not 20s"),
    ("{image: media/sapa.jpg, transition: cut 1s}", "4:41", "transition: a cut takes no time; write cut alone"),
    ("{image: media/sapa.jpg, for: 500ms, transition: fade}", "4:53", "transition: the transition takes longer than"),
    ("{image: media/sapa.jpg, until: 2026-02-30}", "4:36", "until: there is no 2026-02-30 in the calendar"),
    ("{image: media/sapa.jpg, last: 2026-02-03}", "4:29", "last: no such key; did you mean until?"),
    ("{image: media/sapa.jpg, from: 2026-09-02, until: 2026-09-01}", "4:5", "until: 2026-09-01 is before from"),
    ("{image: media/sapa.jpg, tags: [a]}", "4:35", "tags: names with words are expected, such as theme: tourism"),
    ("{image: media/sapa.jpg, tags: {a: }}", "4:35", 'tags: the tag "a" needs a word after it'),
    ("{image: media/sapa.jpg, caption: {txt: x}}", "4:38", 'caption: the key "text" is missing'),
    ("{video: media/promo.mp4, sound: 150%}", "4:37", "sound: write on, off, or a volume from 0% to 100%"),
    ("{banner: x, for: 5s}", "4:17", "for: a banner crawls through once"),
    ("{banner: x, speed: 0}", "4:24", 'speed: a whole number from 10 to 2000 is expected, not "0"'),
    ("{banner: x, lang: cn}", "4:23", 'lang: "cn" is no language; did you mean zh?'),
    ("{banner: " + "x" * 50_001 + "}", "4:14", "banner.text: a text has at most 50000 letters, this one 50001"),
    ("{notice: {lang: vi}}", "4:14", "notice: a notice needs a title or a text"),
    ('{notice: {text: x, background: "#12"}}', "4:36", 'notice.background: "#12" is no colour'),
    ("{notice: {text: x, background: blu.jpg}}", "4:36", "notice.background: blu.jpg: no such file"),
    ("media/sapa.jpg", "4:5", 'an item is written as image: media/sapa.jpg, not as "media/sapa.jpg"'),
    ("{picture: media/sapa.jpg}", "4:6", "picture: no such key; did you mean image?"),
    ("{image: media/sapa.jpg, video: media/promo.mp4}", "4:29", "video: one item cannot be both image and video"),
    ("{for: 5s}", "4:5", "an item needs one of image, video, pages, folder, notice, banner"),
    ("", "4:4", "an item is written as image: media/sapa.jpg, not as nothing"),
]  # fmt: skip

BAD_HEADS = [
    ("zone: main\nitems: [{notice: a}]", '1:1: the key "title" is missing'),
    ("title: t\nitems: [{notice: a}]", '1:1: the key "zone" is missing'),
    ("title: t\nzone: main", '1:1: the key "items" is missing'),
    ("title: t\nzone: main\nitems: []", "3:8: items: must not be empty"),
    ("title: t\nzone: main\nitems:", "3:7: items: a list of items is expected, each after a dash, not nothing"),
    ("title: t\nzone: main\nitems: {notice: a}", "3:8: items: a list of items is expected"),
    ("title: t\nzone: tikcer\nitems: [{notice: a}]", '2:7: zone: there is no "tikcer"; did you mean ticker?'),
    ("title: t\nzone: time\nitems: [{notice: a}]", "2:7: zone: the zone time is a clock; choose from main, ticker"),
    ("title: t\nzone: main\nlevel: hgih\nitems: [{notice: a}]", '3:8: level: there is no "hgih"; choose from normal'),
    ("title: t\nzone: main\nevery: 1s\nitems: [{notice: a}]", "3:8: every: must be from 10s to 24h, not 1s"),
    ("title: t\nzone: main\nwhen: {time: 7-9}\nitems: [{notice: a}]", '3:14: when.time: "7-9" is no time of day'),
    ("title: t\nzone: main\nwhen: [{}, {dates: 2026-13-01}]\nitems: [{notice: a}]",
     "3:20: when[2].dates: there is no 2026-13-01 in the calendar"),
    ("title: a\n b: c\nzone: main", "2:3: a colon is not expected here"),
    ("title: [a\n", "2:1: a comma or a closing bracket is missing"),
    ("just words", '1:1: keys with values are expected here, not "just words"'),
]  # fmt: skip


def in_english(reading: Reading) -> list[str]:
    return [str(fault).removeprefix("playlists/bad.yaml:") for fault in reading.faults]


def test_all_that_can_be_written(reading: Read, gate: Path) -> None:
    result = reading(full=FULL)
    assert result.faults == ()
    assert result.files == ()
    (playlist,) = result.playlists
    assert (playlist.id, playlist.title, playlist.zone) == ("full.yaml#1", "Giới thiệu Lào Cai", "main")
    assert (playlist.level, playlist.start, playlist.every) == (Level.PRIORITY, Start.HARD, seconds(600))
    assert playlist.tags == (("lang", "vi"), ("theme", "tourism"))
    assert playlist.windows == (
        Window((DateRange(date(2026, 9, 1), date(2026, 9, 3)),), frozenset({6, 0, 1, 2}), 420, 1110),
        Window((DateRange(date(2026, 12, 24), date(2026, 12, 24)), DateRange(date(2026, 12, 31), None))),
    )
    assert playlist.place == Place("playlists/full.yaml", 1, 8)
    media = gate / "playlists" / "media"
    slide = Transition(Change.SLIDE, seconds(0.4))
    caption = Style(ground="#000000B0")

    def at(line: int) -> Place:
        return Place("playlists/full.yaml", line, 5)

    assert playlist.items == (
        ImageSpec(
            place=at(12), name="media/sapa.jpg", transition=Transition(), first=None, last=None, tags=(),
            path=media / "sapa.jpg", span=seconds(8), fit=Fit.CONTAIN, surround=Surround.PLAIN,
            caption=Caption("Ruộng bậc thang Sa Pa", "", caption),
        ),
        ImageSpec(
            place=at(13), name="media/sapa.jpg", transition=slide, first=None, last=None, tags=(),
            path=media / "sapa.jpg", span=seconds(10), fit=Fit.COVER, surround=Surround.BLUR,
            caption=Caption("Sa Pa", "en", Style(ink="#FFFF00", ground="#000000B0", edge=Edge.OUTLINE)),
        ),
        VideoSpec(
            place=at(14), name="media/promo.mp4", transition=slide, first=None, last=date(2026, 12, 31), tags=(),
            path=media / "promo.mp4", span=None, fit=Fit.CONTAIN, surround=Surround.PLAIN, volume=0.4, caption=None,
        ),
        PagesSpec(
            place=at(15), name="media/notice.pdf", transition=slide, first=None, last=None, tags=(("office", "3"),),
            path=media / "notice.pdf", span=seconds(60), fit=Fit.CONTAIN, surround=Surround.PLAIN, caption=None,
        ),
        FolderSpec(
            place=at(16), name="media/album/", transition=slide, first=None, last=None, tags=(),
            path=media / "album", span=seconds(6),
            fit=None, surround=None, volume=1.0, caption=None,
        ),
        NoticeSpec(
            place=at(17), name="Giờ mở cửa", transition=slide, first=date(2026, 9, 1), last=None, tags=(),
            title="Giờ mở cửa", text="7h-22h", lang="vi", style=Style(), path=media / "sapa.jpg", span=seconds(12),
        ),
        NoticeSpec(
            place=at(18), name="Xin chào", transition=slide, first=None, last=None, tags=(),
            title="", text="Xin chào", lang="",
            style=Style(), path=None, span=seconds(90),
        ),
        NoticeSpec(
            place=at(19), name="Hi", transition=slide, first=None, last=None, tags=(), title="", text="Hi", lang="",
            style=Style(ground="#000080", size=0.2), path=None, span=seconds(12),
        ),
        BannerSpec(
            place=at(20), name="Chào mừng quý khách", transition=slide, first=None, last=None, tags=(),
            text="Chào mừng quý khách", path=None, feed="", most=10, lang="",
            style=Style(bold=True), speed=90, direction=Direction.LEFT,
        ),
    )  # fmt: skip


@pytest.fixture
def traps(gate: Path) -> None:
    """Links that lead out or in circles, a pipe, and a name stored as macOS stores it."""
    media = gate / "playlists" / "media"
    (media / "leak.jpg").symlink_to(gate / "secret.jpg")
    (media / "out").symlink_to(gate)
    (media / "loop").symlink_to("loop")
    os.mkfifo(media / "pipe")
    (media / unicodedata.normalize("NFD", "ảnh.jpg")).touch()


@pytest.mark.usefixtures("traps")
@pytest.mark.parametrize(("item", "place", "sentence"), BAD_ITEMS)
def test_a_bad_item_is_left_out_and_the_rest_stays(reading: Read, item: str, place: str, sentence: str) -> None:
    result = reading(bad=f"{HEAD}  - {item}\n  - notice: still here\n")
    said = [fault for fault in in_english(result) if fault.startswith(f"{place}: ")]
    assert len(said) == 1, result.faults
    path = "items[1]." if not sentence.startswith("an item") and not sentence.startswith("until: 2") else "items[1]: "
    assert said[0].removeprefix(f"{place}: ").startswith(path + sentence)
    assert [spec.name for spec in result.playlists[0].items] == ["still here"]
    assert result.files == ("bad.yaml",)


@pytest.mark.parametrize(("text", "expected"), BAD_HEADS)
def test_a_bad_playlist_is_left_out_and_the_others_stay(reading: Read, text: str, expected: str) -> None:
    result = reading(bad=text, good="title: good\nzone: main\nitems:\n  - notice: still here\n")
    said = in_english(result)
    assert len(said) == 1
    assert said[0].startswith(expected)
    assert [playlist.id for playlist in result.playlists] == ["good.yaml#1"]
    assert result.files == ("bad.yaml",)


def test_all_faults_of_a_playlist_at_once_in_order(reading: Read) -> None:
    text = (
        "title: t\nzone: man\nwhen: {day: mon}\nitems:\n  - {image: x, for: 0}\n  - {banner: a, fit: cover, speed: z}\n"
    )
    assert [fault.split(": ")[0] for fault in in_english(reading(bad=text))] == [
        "2:7",
        "3:8",
        "5:13",
        "5:21",
        "6:17",
        "6:36",
    ]


def test_a_playlist_without_a_good_item_is_left_out(reading: Read) -> None:
    assert reading(bad=HEAD + "  - image: gone.jpg\n").playlists == ()


def test_several_documents_in_a_file(reading: Read) -> None:
    text = f"{HEAD}  - notice: a\n---\n# nothing\n---\ntitle: broken\n---\ntitle: u\nzone: ticker\nitems: [banner: b]\n"
    result = reading(bad=text)
    assert [playlist.id for playlist in result.playlists] == ["bad.yaml#1", "bad.yaml#3"]
    assert [fault.split(": ")[0] for fault in in_english(result)] == ["8:1", "8:1"]


def test_two_playlists_of_one_title(reading: Read) -> None:
    result = reading(a=f"{HEAD}  - notice: a\n", b=f"# second\n{HEAD.replace('title: t', 'title: T')}  - notice: b\n")
    assert [playlist.id for playlist in result.playlists] == ["a.yaml#1"]
    assert [str(fault) for fault in result.faults] == [
        'playlists/b.yaml:2:8: title: "T" is the title of playlists/a.yaml:1:8 too; give each playlist its own'
    ]


def test_paths_start_at_the_playlist_that_names_them(reading: Read, gate: Path) -> None:
    folder = gate / "playlists" / "sub"
    folder.mkdir()
    (folder / "own.jpg").touch()
    items = "  - image: own.jpg\n  - image: ../media/sapa.jpg\n  - image: media/sapa.jpg\n"
    (folder / "x.yml").write_text(HEAD + items, encoding="utf-8")
    result = reading()
    assert [spec.name for spec in result.playlists[0].items] == ["own.jpg", "../media/sapa.jpg"]
    assert str(result.faults[0]) == (
        "playlists/sub/x.yml:6:12: items[3].image: media/sapa.jpg: no such file; did you mean ../media/sapa.jpg?"
    )
    assert result.files == ("sub/x.yml",)


def test_links_within_the_folder_are_followed(reading: Read, gate: Path) -> None:
    media = gate / "playlists" / "media"
    (media / "today.jpg").symlink_to("sapa.jpg")
    (item,) = reading(a=HEAD + "  - image: media/today.jpg\n").playlists[0].items
    assert isinstance(item, ImageSpec)
    assert item.path == media / "sapa.jpg"


def test_a_playlists_folder_that_is_a_link_itself(reading: Read, gate: Path) -> None:
    (gate / "playlists").rename(gate / "moved")
    (gate / "playlists").symlink_to("moved")
    assert reading(a=HEAD + "  - image: media/sapa.jpg\n").faults == ()


def test_which_files_are_read_and_in_which_order(gate: Path) -> None:
    folder = gate / "playlists"
    for name in ("le-10.yaml", "le-2.YML", "Tet.yaml", ".hidden.yaml", "notes.txt", "media/deep.yml", ".git/x.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    assert playlist_files(folder) == (["Tet.yaml", "le-2.YML", "le-10.yaml", "media/deep.yml"], {})


def test_playlist_files_that_cannot_be_used(reading: Read, gate: Path) -> None:
    folder = gate / "playlists"
    (gate / "elsewhere.yaml").write_text(HEAD + "  - notice: x\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(gate / "elsewhere.yaml")
    (folder / "gone.yaml").symlink_to(folder / "nothing")
    (folder / os.fsdecode(b"caf\xe9.yaml")).write_text("title: x", encoding="utf-8")
    (folder / "huge.yaml").write_bytes(b"# " + b"x" * (1 << 20))
    result = reading()
    assert result.playlists == ()
    assert [str(fault) for fault in result.faults] == [
        "playlists/caf\\udce9.yaml: the file's name holds what is no letter; rename the file",
        "playlists/gone.yaml: there is no such file",
        "playlists/huge.yaml: larger than 1 MiB; a list of that length belongs in several files",
        "playlists/link.yaml: a link that leads out of the playlists folder; copy the file there",
    ]


def test_long_names_and_large_folders_do_not_hold_up_the_reader(reading: Read, gate: Path) -> None:
    for number in range(1000):
        (gate / "playlists" / "media" / f"ruong-bac-thang-{number}.jpg").touch()
    items = "".join(f"  - image: media/ruong-bac-tang-{number}.jpg\n" for number in range(100))
    tower = "x/" * 200_000
    started = time.monotonic()
    result = reading(bad=HEAD + items, worse=f"a: &a {tower}\n{HEAD}" + "  - image: *a\n" * 100)
    assert time.monotonic() - started < 30
    assert len(result.faults) == 202
    assert "did you mean media/ruong-bac-thang-0.jpg?" in str(result.faults[0])


def test_no_folder_at_all(gate: Path) -> None:
    result = read_playlists(gate / "nowhere", read_config(gate / "config.yaml"))
    assert result.playlists == ()
    assert [fault.message for fault in result.faults] == ["there is no such folder of playlists"]


def test_styles_of_the_gate_are_the_ground_for_those_of_items(reading: Read, gate: Path) -> None:
    config = gate / "config.yaml"
    config.write_text(config.read_text("utf-8") + "style: {banner: {ink: red, bold: on}}\n", encoding="utf-8")
    items = "  - {banner: {text: x, style: {size: 50%}}, style: {ink: cyan, size: 10%}}\n"
    (item,) = reading(a=HEAD + items).playlists[0].items
    assert isinstance(item, BannerSpec)
    assert item.style == Style(ink="#00FFFF", bold=True, size=0.5)


def test_the_built_in_zone_takes_playlists(reading: Read) -> None:
    result = reading(a="title: t\nzone: screen\nlevel: emergency\nitems: [notice: Sơ tán]\n")
    assert result.faults == ()
    assert result.playlists[0].zone == "screen"


def test_faults_in_vietnamese(reading: Read, gate: Path) -> None:
    config = read_config(gate / "config.yaml")
    reading(bad=HEAD + "  - {image: media/sapaa.jpg}\n  - {image: media/sapa.jpg, for: 0}\n")
    use("vi")
    assert [str(fault) for fault in read_playlists(gate / "playlists", config).faults] == [
        "playlists/bad.yaml:4:13: items[1].image: media/sapaa.jpg: không có tệp này; "
        "có phải bạn muốn viết media/sapa.jpg?",
        "playlists/bad.yaml:5:34: items[2].for: phải từ 100ms đến 24h, không phải 0",
    ]

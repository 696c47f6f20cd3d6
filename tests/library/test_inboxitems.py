"""What plays of the watched folder, where and when."""

import hashlib
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from player.core.model import SCREEN, Banner, DateRange, Film, Level, Notice, Page, Picture, Playlist, Window
from player.core.units import seconds
from player.library.approvals import Approval, Approvals
from player.library.filenames import shown_name
from player.library.inboxentries import State
from player.library.workshop import Made
from tests.library.folders import Drop, reasons, seen
from tests.library.gate import CONFIG, titles


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def colour(name: str) -> tuple[int, int, int]:
    """One for each name."""
    digest = hashlib.sha256(name.encode()).digest()
    return digest[0], digest[1], digest[2]


def playlists(made: Made) -> list[Playlist]:
    assert made.show is not None
    return list(made.show.playlists)


def by_title(made: Made, title: str) -> Playlist:
    (found,) = (playlist for playlist in playlists(made) if playlist.title == title)
    return found


def test_each_kind_of_file_goes_where_it_belongs(drop: Drop) -> None:
    drop.photo("ảnh.png")
    drop.drop("phim.mp4", drop.film("phim.mp4", 2).read_bytes())
    drop.drop("tài liệu.pdf", drop.document("x.pdf", 2).read_bytes())
    drop.drop("chào.txt", "Chào mừng quý khách\r\n\r\n  欢迎光临 ")
    made = drop.made()
    assert made.faults == ()
    main, ticker = sorted(playlists(made), key=lambda playlist: playlist.zone)
    assert (main.zone, main.title, main.source, main.level) == ("main", "inbox", "folder", Level.NORMAL)
    assert [type(item.content) for item in main.items] == [Picture, Film, Page, Page]
    assert [item.title for item in main.items][-1] == "tài liệu.pdf (2/2)"
    (banner,) = ticker.items
    assert ticker.zone == "ticker"
    assert isinstance(banner.content, Banner)
    assert banner.content.text == "Chào mừng quý khách\n欢迎光临"
    assert made.folder is not None
    assert set(seen(made).values()) == {State.GOOD}


def test_the_order_is_that_of_names_as_people_sort_them(drop: Drop) -> None:
    names = ["10.png", "2.png", "an.png", "ân.png", "Ảnh 3.png", "ảnh 12.png", "đẹp.png", "e.png"]
    for name in reversed(names):
        drop.photo(name, colour(name))
    assert titles(drop.made()) == ["2.png", "10.png", "an.png", "Ảnh 3.png", "ảnh 12.png", "ân.png", "đẹp.png", "e.png"]


def test_subfolders_are_playlists_and_two_of_them_have_a_level(drop: Drop) -> None:
    for name in ("a.png", "Lễ hội/b.png", "Lễ hội/2025/c.png", "Ưu tiên/d.png", "KHAN-CAP/e.png"):
        drop.photo(name, colour(name))
    drop.drop("KHAN-CAP/lũ.txt", "LŨ LỚN\nKhông qua cầu. Đi theo hướng dẫn của bộ đội.")
    drop.drop("UU-TIEN/tin.txt", "Tin quan trọng")
    made = drop.made()
    assert by_title(made, "inbox").level is by_title(made, "Lễ hội").level is Level.NORMAL
    assert by_title(made, "Lễ hội/2025").items[0].title == "Lễ hội/2025/c.png"
    priority = by_title(made, "Ưu tiên")
    assert (priority.level, priority.zone) == (Level.PRIORITY, "main")
    assert (by_title(made, "UU-TIEN").level, by_title(made, "UU-TIEN").zone) == (Level.PRIORITY, "ticker")
    emergency = by_title(made, "KHAN-CAP")
    assert (emergency.level, emergency.zone, emergency.windows) == (Level.EMERGENCY, SCREEN, ())
    picture, notice = (item.content for item in emergency.items)
    assert isinstance(picture, Picture)
    assert isinstance(notice, Notice)
    assert (notice.title, notice.text) == ("LŨ LỚN", "Không qua cầu. Đi theo hướng dẫn của bộ đội.")


def test_suffixes_set_duration_dates_and_hours(drop: Drop) -> None:
    drop.photo("a__15s__2026-12-01..2026-12-31.png", "red")
    drop.photo("b__07h00-11h30.png", "green")
    drop.photo("c__11h30-07h00__2026-12-01..2026-12-31.png", "blue")
    drop.photo("d__07h00-11h30.png", "white")
    made = drop.made()
    (dated,) = by_title(made, "inbox").items
    assert (dated.span, dated.first, dated.last) == (seconds(15), date(2026, 12, 1), date(2026, 12, 31))
    morning = by_title(made, "inbox 07:00-11:30")
    assert [item.title[0] for item in morning.items] == ["b", "d"]
    assert morning.windows == (Window(start=420, end=690),)
    night = by_title(made, "inbox 11:30-07:00")
    december = DateRange(date(2026, 12, 1), date(2026, 12, 31))
    assert night.windows == (Window(dates=(december,), start=690, end=420),)
    assert night.items[0].first is None, "the night of the last day lasts until morning"


def test_a_text_beside_a_picture_is_its_caption_and_settings_may_say_more(drop: Drop) -> None:
    drop.photo("Sa Pa__20s.PNG")
    drop.drop("sa pa.txt", "\ufeffRuộng bậc thang Sa Pa")
    drop.drop("Sa Pa.yaml", "for: 7s\nfit: contain\nfrom: 2026-01-01\ntags: {theme: tourism}\ntransition: fade 300ms\n")
    made = drop.made()
    (item,) = playlists(made)[0].items
    assert isinstance(item.content, Picture)
    assert item.content.caption is not None
    assert item.content.caption.text == "Ruộng bậc thang Sa Pa"
    assert (item.span, item.content.fit.value, item.first) == (seconds(7), "contain", date(2026, 1, 1))
    assert item.tags == (("theme", "tourism"),)
    assert item.transition.span == seconds(0.3)
    assert seen(made) == {"Sa Pa__20s.PNG": State.GOOD, "Sa Pa.yaml": State.BESIDE, "sa pa.txt": State.BESIDE}


def test_settings_beside_a_film_a_document_and_a_text(drop: Drop) -> None:
    drop.drop("phim.mp4", drop.film("phim.mp4", 2).read_bytes())
    drop.drop("phim.yaml", "sound: 50%")
    drop.drop("tin.txt", "Chào")
    drop.drop("tin.yml", "speed: 240\nlang: vi")
    made = drop.made()
    assert made.faults == ()
    film, banner = (playlist.items[0].content for playlist in sorted(playlists(made), key=lambda one: one.zone))
    assert isinstance(film, Film)
    assert film.volume == 0.5
    assert isinstance(banner, Banner)
    assert (banner.step, banner.lang) == (8, "vi")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("fro: 3s", "a.yaml:1:1: fro: no such key; did you mean from?"),
        ("for: 3s\nfit: big", "a.yaml:2:6: fit: "),
        ("image: ../b.png", "a.yaml:1:1: image: image does not go with image"),
        ("sound: on", "sound does not go with image"),
        ("- for: 3s", "a.yaml: keys with values are expected"),
        ("for: [", "a.yaml:"),
        ("for: 3s\n---\nfor: 4s", "one document only"),
        ("caption: " + "x" * 5000, "at most 4000 letters"),
    ],
)
def test_wrong_settings_hold_their_file_back_and_say_where(drop: Drop, written: str, told: str) -> None:
    drop.photo("a.png")
    drop.photo("b.png", "blue")
    drop.drop("a.yaml", written)
    made = drop.made()
    assert titles(made) == ["b.png"]
    assert told in reasons(made)["a.png"]


def test_settings_and_suffixes_without_a_use_are_said(drop: Drop) -> None:
    drop.drop("a.yaml", "for: 3s")
    drop.photo("b__2026-13-01.png")
    drop.drop("c.txt", "  \n ")
    drop.drop("d.txt", "x" * 100_000)
    drop.photo("e.png")
    drop.drop("e.txt", bytes(range(128, 256)) * 20)
    made = drop.made()
    assert titles(made) == ["e.png"]
    told = reasons(made)
    assert "no file of this name" in told["a.yaml"]
    assert "no 2026-13-01 in the calendar" in told["b__2026-13-01.png"]
    assert "no text" in told["c.txt"]
    assert "shorten it" in told["d.txt"]
    assert "save it as UTF-8" in told["e.txt"]
    assert len(made.faults) == 5


def test_wrong_extensions_are_seen_through(drop: Drop) -> None:
    data = drop.photo("a.png").read_bytes()
    drop.drop("b.mp4", data)
    drop.drop("c", data)
    drop.drop("d.pptx", data)
    drop.drop("e.jpg", "Chào")
    drop.drop("f.exe", b"MZ\x90\0" + bytes(range(256)) * 8)
    drop.drop("g.pdf", b"%PDF-1.7\nnothing")
    made = drop.made()
    assert titles(made) == ["a.png", "b.mp4", "c", "d.pptx"]
    assert "ends in .txt" in reasons(made)["e.jpg"]
    assert seen(made)["f.exe"] is State.REFUSED


def test_names_are_shown_as_people_can_read_them(drop: Drop) -> None:
    drop.photo(unicodedata.normalize("NFD", "Lễ hội/Ảnh đẹp.png"))
    drop.photo("two\nlines.png", "blue")
    stray = b"\xff\xfe.png".decode("utf-8", "surrogateescape")
    drop.photo(stray, "green")
    made = drop.made()
    assert titles(made) == [shown_name(stray), "two\\u000alines.png", "Lễ hội/Ảnh đẹp.png"]
    assert drop.made() == made


def test_zones_of_other_names_and_none_for_banners(drop: Drop) -> None:
    layout = """
layout:
  gio: {size: [20%, 10%], shows: clock}
  chan: {at: [0, 90%], size: [100%, 10%], hide_when_empty: yes}
  tranh: {size: [100%, 90%]}
"""
    config = drop.config.read_text()
    drop.config.write_text(config.replace(CONFIG[CONFIG.index("layout") :].strip(), layout))
    drop.photo("a.png")
    drop.drop("b.txt", "Chào")
    made = drop.made()
    assert {playlist.zone: type(playlist.items[0].content) for playlist in playlists(made) if "#" in playlist.id
            and playlist.source == "folder"} == {"tranh": Picture, "chan": Banner}  # fmt: skip
    drop.config.write_text(
        config.replace(CONFIG[CONFIG.index("layout") :].strip(), "layout: {a: {size: [100%, 100%]}}")
    )
    (playlist,) = playlists(drop.made())
    assert playlist.zone == "a"
    assert [type(item.content) for item in playlist.items] == [Picture, Notice]


def test_a_folder_that_is_away_plays_on_also_after_a_restart(drop: Drop) -> None:
    drop.photo("a.png")
    drop.photo("KHAN-CAP/b.png", "blue")
    first = drop.made()
    away = drop.inbox.rename(drop.folder / "away")
    made = drop.made()
    assert made.show == first.show
    assert "not there" in str(made.faults[0])
    away.rename(drop.inbox)
    (drop.inbox / "a.png").unlink()
    assert titles(drop.made()) == ["KHAN-CAP/b.png"]
    drop.write("config.yaml", CONFIG)
    assert playlists(drop.made()) == []


def test_an_empty_place_where_a_share_was_withdraws_nothing(drop: Drop) -> None:
    drop.photo("a.png")
    first = drop.made()
    drop.write("state/folder.json", f'{{"path": "{drop.inbox}", "mounted": true}}')
    (drop.inbox / "a.png").unlink()
    made = drop.made()
    assert made.show == first.show
    assert made.folder is not None
    assert "not connected" in made.folder.absent
    drop.photo("b.png", "blue")
    assert titles(drop.made()) == ["b.png"]
    (drop.inbox / "b.png").unlink()
    assert titles(drop.made()) == []


def test_the_folders_playlists_stand_beside_those_of_files(drop: Drop) -> None:
    config = drop.config.read_text().replace("sources: {", "sources: {playlists: playlists/, ")
    drop.config.write_text(config)
    drop.picture("x.png", "blue")
    drop.playlist("a.yaml", "{image: media/x.png}")
    drop.photo("a.png")
    assert [playlist.source for playlist in playlists(drop.made())] == ["a.yaml", "folder"]
    drop.playlists.rename(drop.folder / "gone")
    (drop.inbox / "a.png").unlink()
    assert [playlist.source for playlist in playlists(drop.made())] == ["a.yaml"]


def approve(drop: Drop, made: Made, name: str) -> None:
    assert made.folder is not None
    (sha,) = (one.sha for one in made.folder.seen if one.name == name)
    Approvals(drop.state).approve(Approval(sha, name, "trung úy Nam", "2026-09-02T07:00:00+07:00"))


def test_with_the_two_person_rule_contents_wait_for_their_approval(tmp_path: Path) -> None:
    drop = Drop(tmp_path, more=", approve: yes")
    drop.photo("a.png", "red")
    drop.drop("a.txt", "Chú thích")
    drop.drop("a.yaml", "for: 3s")
    made = drop.made()
    assert playlists(made) == []
    assert set(seen(made).values()) == {State.UNAPPROVED}
    approve(drop, made, "a.png")
    made = drop.made()
    (item,) = playlists(made)[0].items
    assert isinstance(item.content, Picture)
    assert item.content.caption is None, "nobody has approved the caption"
    assert item.span != seconds(3)
    approve(drop, made, "a.txt")
    approve(drop, made, "a.yaml")
    made = drop.made()
    (item,) = playlists(made)[0].items
    assert isinstance(item.content, Picture)
    assert item.content.caption is not None
    assert item.span == seconds(3)
    (drop.inbox / "a.png").rename(drop.inbox / "b.png")
    assert titles(drop.made())[-1] == "b.png"
    drop.photo("b.png", "blue")
    made = drop.made()
    assert seen(made)["b.png"] is State.UNAPPROVED
    assert "b.png" not in titles(made)


def test_damaged_approvals_approve_nothing(drop: Drop) -> None:
    approvals = Approvals(drop.state)
    (drop.state / "approvals").mkdir(parents=True)
    (drop.state / "approvals/x.json").write_text("{}")
    (drop.state / f"approvals/{'a' * 64}.json").write_text("{")
    assert approvals.shas() == {"a" * 64}
    assert approvals.all() == []

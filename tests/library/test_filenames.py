import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from player.core.model import DateRange, Level
from player.core.units import Span, seconds
from player.library.filenames import is_ignored, level_of, read_name, shown_name

DECEMBER = DateRange(date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("name", "span", "dates", "hours"),
    [
        ("ten.jpg", None, None, None),
        ("ten__15s.jpg", seconds(15), None, None),
        ("ten__1m30s.JPG", seconds(90), None, None),
        ("ten__1,5s.jpg", seconds(1.5), None, None),
        ("ten__20giây.jpg", seconds(20), None, None),
        ("ten__20 giây.jpg", seconds(20), None, None),
        ("ten__2 phút.jpg", seconds(120), None, None),
        ("ten__2026-12-01..2026-12-31.jpg", None, DECEMBER, None),
        ("ten__..2026-12-31.jpg", None, DateRange(None, date(2026, 12, 31)), None),
        ("ten__2026-09-02.jpg", None, DateRange(date(2026, 9, 2), date(2026, 9, 2)), None),
        ("ten__07h00-11h30.jpg", None, None, (420, 690)),
        ("ten__7h-11h30.jpg", None, None, (420, 690)),
        ("ten__22h-6h.jpg", None, None, (1320, 360)),
        ("ten__07h00-11h30__15s__2026-12-01..2026-12-31.jpg", seconds(15), DECEMBER, (420, 690)),
        ("ten__2026-12-01..2026-12-31__07h00-11h30__15s.jpg", seconds(15), DECEMBER, (420, 690)),
        ("ten__15s - Copy.jpg", seconds(15), None, None),
        ("ten__15s (2).jpg", seconds(15), None, None),
        ("ten__2026-12-01..2026-12-31", None, DECEMBER, None),
    ],
)
def test_suffixes_in_any_order(
    name: str, span: Span | None, dates: DateRange | None, hours: tuple[int, int] | None
) -> None:
    said = read_name(name)
    assert (said.base, said.span, said.dates, said.hours, said.wrong) == ("ten", span, dates, hours, ())


@pytest.mark.parametrize("name", ["IMG__final.jpg", "phim__1080p.mp4", "a__b__c.png", "__.jpg", "a___b.jpg"])
def test_two_low_lines_may_mean_nothing(name: str) -> None:
    said = read_name(name)
    assert (said.stem, said.span, said.dates, said.hours, said.wrong) == (name[:-4].lower(), None, None, None, ())
    assert said.base == said.stem


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a__2026-13-01.jpg", "2026-13-01"),
        ("a__2026-12-31..2026-12-01.jpg", "before"),
        ("a__25h-26h.jpg", "25:00"),
        ("a__7h30-.jpg", "07h00-11h30"),
        ("a__0s.jpg", "100ms"),
        ("a__07h00-07h00.jpg", "no time"),
    ],
)
def test_what_is_meant_as_a_suffix_and_is_none_is_said(name: str, told: str) -> None:
    (wrong,) = read_name(name).wrong
    assert told in wrong


@pytest.mark.parametrize(
    "name", ["UU-TIEN", "uu tien", "Ưu tiên", "ƯU TIÊN", unicodedata.normalize("NFD", "Ưu Tiên"), "PRIORITY"]
)
def test_priority_folders(name: str) -> None:
    assert level_of(name) is Level.PRIORITY


@pytest.mark.parametrize("name", ["KHAN-CAP", "khan_cap", "Khẩn cấp", "KHẨN CẤP", "KhanCap", "emergency"])
def test_emergency_folders(name: str) -> None:
    assert level_of(name) is Level.EMERGENCY


@pytest.mark.parametrize("name", ["Lễ hội", "khan", "ưu tiên 2", ""])
def test_other_folders(name: str) -> None:
    assert level_of(name) is Level.NORMAL


@pytest.mark.parametrize(
    "name",
    ["~$thong bao.docx", ".~lock.a.odp#", "Thumbs.db", "THUMBS.DB", "desktop.ini", "a.mp4.part", "a.crdownload",
     ".DS_Store", "TRANG-THAI.txt", "trang-thai.TXT", "STATUS.txt", "System Volume Information", "$RECYCLE.BIN"],
)  # fmt: skip
def test_what_systems_leave_is_passed_over(name: str) -> None:
    assert is_ignored(name)


def test_names_are_shown_on_one_line_composed_and_encodable() -> None:
    assert shown_name("a\nb.jpg") == "a\\u000ab.jpg"
    assert shown_name(unicodedata.normalize("NFD", "Lễ hội.jpg")) == "Lễ hội.jpg"
    assert shown_name('"x" 😀.jpg') == '"x" 😀.jpg'
    shown_name(b"\xff\xfe.jpg".decode("utf-8", "surrogateescape")).encode()


def test_the_names_on_the_operators_sheet_mean_what_it_says() -> None:
    sheet = (Path(__file__).parents[2] / "docs/operators.vi.md").read_text("utf-8")
    names = re.findall(r"`([^`]+__[^`]+)`", sheet)
    assert len(names) >= 4
    for name in names:
        said = read_name(name)
        assert said.wrong == ()
        assert said.span or said.dates or said.hours
        assert "__" not in said.base

"""Windows as people write them, and holidays by name."""

import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from player.config.holidays import NAMES, YEARS, dates_of, holiday
from player.config.suggest import WordingError
from player.config.when import WhenEntry, windows_of
from player.core.model import DateRange, Window

ANY_DAY: frozenset[int] = frozenset()


def windows(**written: Any) -> tuple[Window, ...]:
    return windows_of([WhenEntry.model_validate(written)])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-09-02", DateRange(date(2026, 9, 2), date(2026, 9, 2))),
        ("2026-09-01..2026-09-03", DateRange(date(2026, 9, 1), date(2026, 9, 3))),
        ("2026-09-01 .. 2026-09-03", DateRange(date(2026, 9, 1), date(2026, 9, 3))),
        ("2026-09-01..", DateRange(date(2026, 9, 1), None)),
        ("..2026-09-03", DateRange(None, date(2026, 9, 3))),
    ],
)
def test_dates(written: str, meant: DateRange) -> None:
    assert windows(dates=written) == (Window((meant,), ANY_DAY),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mon", {0}), ("mon-fri", {0, 1, 2, 3, 4}), ("fri-mon", {4, 5, 6, 0}), ("mon-wed,sun", {0, 1, 2, 6}),
        (["sat", "sun"], {5, 6}), ("Monday, Tue", {0, 1}), ("t2-t6,cn", {0, 1, 2, 3, 4, 6}), ("mon-sun", set(range(7))),
    ],
)  # fmt: skip
def test_weekdays(written: Any, meant: set[int]) -> None:
    assert windows(days=written) == (Window((), frozenset(meant)),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("07:00-18:30", [(420, 1110)]),
        ("22:00-06:00", [(1320, 360)]),
        ("0:00 - 24:00", [(0, 1440)]),
        (["06:00-11:30", "13:00-22:00"], [(360, 690), (780, 1320)]),
    ],
)
def test_times_of_day(written: Any, meant: list[tuple[int, int]]) -> None:
    assert [(window.start, window.end) for window in windows(time=written)] == meant


@pytest.mark.parametrize(
    "written",
    [
        {"dates": "2026-9-1"}, {"dates": "01/09/2026"}, {"dates": "2026-02-29"}, {"dates": ".."}, {"dates": []},
        {"dates": "2026-09-03..2026-09-01"}, {"dates": {}}, {"days": "every"}, {"days": "mon-"}, {"days": "mon,,tue"},
        {"days": ""}, {"time": "07:00"}, {"time": "7-9"}, {"time": "24:00-06:00"}, {"time": "07:00-07:00"},
        {"time": "07:60-08:00"}, {"time": "07:00-24:01"}, {"time": "07h00-08h00"}, {"holiday": "easter"},
        {"before": "1"}, {"holiday": "tet", "after": "61"}, {"holiday": "tet", "dates": "2026-07-01..2026-07-31"},
        {"dates": "2026-09-05..2026-09-06", "days": "mon-fri"}, {"dates": "2070-01-01..", "holiday": "tet"},
    ],
)  # fmt: skip
def test_what_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        windows(**written)


@pytest.mark.parametrize(
    ("name", "year", "first", "last"),
    [
        ("tet", 2025, (1, 28), (2, 1)),
        ("tet", 2026, (2, 16), (2, 20)),
        ("tet", 2027, (2, 5), (2, 9)),
        ("gio-to-hung-vuong", 2026, (4, 26), (4, 26)),
        ("gio-to-hung-vuong", 2027, (4, 16), (4, 16)),
        ("quoc-khanh", 2026, (9, 1), (9, 2)),
        ("giai-phong", 2026, (4, 30), (4, 30)),
        ("noel", 2030, (12, 25), (12, 25)),
    ],
)
def test_holidays(name: str, year: int, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert DateRange(date(year, *first), date(year, *last)) in dates_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_holiday_has_its_days_each_year(name: str) -> None:
    found = dates_of(name)
    assert [span.last.year for span in found if span.last] == list(YEARS)
    assert all(span.first and span.last and span.last - span.first <= timedelta(5) for span in found)


def test_days_before_and_after() -> None:
    (window,) = windows(holiday="Tết", before="7 days", after="3", time="18:00-24:00")
    assert DateRange(date(2026, 2, 9), date(2026, 2, 23)) in window.dates
    assert (window.start, window.end) == (1080, 1440)


def test_a_holiday_within_dates() -> None:
    (window,) = windows(holiday=["tet", "quoc-khanh"], dates="2026-02-18..2026-12-31")
    assert window.dates == (
        DateRange(date(2026, 2, 18), date(2026, 2, 20)),
        DateRange(date(2026, 9, 1), date(2026, 9, 2)),
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Giỗ Tổ Hùng Vương", "gio-to-hung-vuong"), ("hung-kings", "gio-to-hung-vuong"), ("Tết Nguyên Đán", "tet"),
        ("reunification", "giai-phong"), ("Labour", "lao-dong"), ("national", "quoc-khanh"), ("New Year", "nam-moi"),
        ("Giáng Sinh", "noel"),
    ],
)  # fmt: skip
def test_names_of_holidays(written: str, name: str) -> None:
    assert holiday(written) == name


def test_an_unknown_holiday_has_a_suggestion_or_the_list() -> None:
    with pytest.raises(WordingError, match="did you mean quoc-khanh"):
        holiday("quoc-khan")
    with pytest.raises(WordingError, match="choose from tet, gio-to-hung-vuong"):
        holiday("easter")


def test_the_library_of_holidays_is_loaded_only_for_a_holiday() -> None:
    """And the wall's process, which needs the language alone, loads neither it nor pydantic nor YAML."""
    code = (
        "import sys; from player.config.language import _; heavy = {'pydantic', 'yaml', 'holidays', 'babel'};"
        "assert not heavy & set(sys.modules); import player.config.playlists; assert 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

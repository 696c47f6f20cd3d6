"""The dates that a report is about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.report.period import Period, quarter, quarter_of


@pytest.mark.parametrize("text", ["2026Q4", "2026-Q4", "2026q4", "Q4", " q4 "])
def test_a_quarter_has_several_spellings(text: str) -> None:
    assert quarter(text, date(2026, 5, 1)) == Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("text", ["2026Q5", "quý 3", "", "2026"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        quarter(text, date(2026, 5, 1))


@given(day=st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_each_day_is_in_its_quarter(day: date) -> None:
    found = quarter_of(day)
    assert found.first <= day <= found.last
    assert found.first.day == 1
    assert 90 <= found.days <= 92

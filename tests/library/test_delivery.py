"""How far the play log has been handed over."""

from pathlib import Path

import pytest

from player.library.delivery import (
    BY_STICK,
    NAME,
    SealedDay,
    delivered_at_all,
    delivered_through,
    mark_delivered,
    sealed_days,
)


def test_nothing_is_delivered_until_it_is(tmp_path: Path) -> None:
    assert delivered_through(tmp_path / "absent") == 0
    assert sealed_days(tmp_path / "absent") == []
    mark_delivered(tmp_path, 3)
    mark_delivered(tmp_path, 7, BY_STICK)
    mark_delivered(tmp_path, 2)
    assert (delivered_through(tmp_path), delivered_through(tmp_path, BY_STICK)) == (3, 7)
    assert delivered_at_all(tmp_path) == 7


@pytest.mark.parametrize("said", [b"", b"[]", b'{"through": "9"}', b'{"through": true}', b'{"through": -4}', b"\xff"])
def test_what_cannot_be_read_is_delivered_again(tmp_path: Path, said: bytes) -> None:
    (tmp_path / NAME).write_bytes(said)
    assert delivered_through(tmp_path) == 0
    mark_delivered(tmp_path, 5)
    assert delivered_through(tmp_path) == 5


def test_a_day_is_one_when_both_its_files_are_there(tmp_path: Path) -> None:
    for name in (
        "000002-2026-11-26.parquet",
        "000002-2026-11-26.json",
        "000010-2026-12-04.json",
        "000010-2026-12-04.parquet",
        "000003-2026-11-27.parquet",
        "000004-2026-11-28.json",
        ".000005-2026-11-29.json",
        "000001-2026-11-25.json",
        "000001-2026-11-25.parquet",
        NAME,
    ):
        (tmp_path / name).touch()
    assert [day.number for day in sealed_days(tmp_path)] == [1, 2, 10]
    assert sealed_days(tmp_path, after=2) == [SealedDay(10, "000010-2026-12-04")]

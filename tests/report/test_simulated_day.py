"""A whole day on a clock that the test keeps: what rundown, play log and report say of it agrees."""

import csv
from collections import defaultdict
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from player.cli.report import command
from player.core.pacing import frame_instant
from player.core.playlog import What
from player.core.rundown import Timetable
from player.core.units import DAY, SECOND, Instant, seconds
from player.library import wallsettings
from player.library.journal import NAME, Journal
from player.library.wallsettings import WallSettings
from tests.wall.test_plays import HOUR, Watched, busy_day
from tests.wall.test_stage import MONDAY

CONFIG = "gate: gate\nlanguage: en\ntimezone: UTC\n"
FRAME = frame_instant(1, 60) / SECOND
Sums = dict[str, tuple[int, float]]
"""Of each item the plays, and the seconds that it was shown."""


def reported(tmp_path: Path, wall: Watched, *more: str) -> str:
    (tmp_path / "config.yaml").write_text(CONFIG)
    wallsettings.write(tmp_path / "state", WallSettings("gate", language="en", timezone="UTC"))
    with closing(Journal(tmp_path / "state" / NAME)) as journal:
        journal.write(wall.records)
    period = ["--from", "2026-11-22", "--to", "2026-11-24"]
    told = CliRunner().invoke(command, ["--config", str(tmp_path / "config.yaml"), *period, *more])
    assert told.exit_code == 0, told.output
    return str(told.stdout)


def in_csv(text: str) -> Sums:
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    return {row["title"]: (int(row["plays"]), float(row["shown_seconds"])) for row in rows}


def in_rundown(wall: Watched) -> Sums:
    found: dict[str, list[float]] = defaultdict(list)
    timetable = Timetable(wall.shown)
    for zone in ("main", "ticker"):
        for segment in timetable.segments(zone, MONDAY, Instant(MONDAY + DAY)):
            if segment.item is not None:
                found[segment.item.title].append((segment.end - segment.start) / SECOND)
    return {title: (len(spans), sum(spans)) for title, spans in found.items()}


def test_rundown_log_and_report_agree_to_the_frame(tmp_path: Path) -> None:
    wall = Watched(busy_day()).until(Instant(MONDAY + DAY))
    due, told = in_rundown(wall), in_csv(reported(tmp_path, wall, "--format", "csv"))
    assert told.keys() == due.keys()
    for title, (plays, shown) in told.items():
        assert plays == due[title][0]
        # Each play begins and ends with a frame.
        assert shown == pytest.approx(due[title][1], abs=plays * FRAME)


def test_a_clock_set_back_two_hours_is_said_and_every_moment_is_counted_once(tmp_path: Path) -> None:
    noon = Instant(MONDAY + 12 * HOUR + seconds(3))
    wall = Watched(busy_day(), Instant(MONDAY + 6 * HOUR)).until(noon)
    wall.set_clock(-2 * HOUR)
    wall.until(Instant(noon + HOUR))
    told = in_csv(reported(tmp_path, wall, "--format", "csv", "--by", "item"))
    lasted = sum(record.span for record in wall.records if record.what is What.PLAY)
    assert sum(shown for _plays, shown in told.values()) == pytest.approx(lasted / SECOND, abs=0.1)
    assert all(shown >= 0 for _plays, shown in told.values())


def test_the_report_says_that_the_clock_was_set(tmp_path: Path) -> None:
    noon = Instant(MONDAY + 12 * HOUR + seconds(3))
    wall = Watched(busy_day(), Instant(MONDAY + 6 * HOUR)).until(noon)
    assert "the clock was set" not in page_of(tmp_path / "before", wall)
    wall.set_clock(-2 * HOUR)
    wall.until(Instant(noon + HOUR))
    assert "the clock was set" in page_of(tmp_path / "after", wall)


def page_of(folder: Path, wall: Watched) -> str:
    folder.mkdir()
    reported(folder, wall, "--format", "html", "--output", str(folder / "report.html"))
    return (folder / "report.html").read_text("utf-8")

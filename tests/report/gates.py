"""Delivered play logs of two gates, small enough to count by hand."""

import shutil
from datetime import date
from pathlib import Path

from player.core.playlog import ClockQuality, Ending, What
from player.core.units import Instant
from player.report.figures import Report
from player.report.gathering import delivered_sources, gather
from player.report.period import Period, quarter_of
from tests.library.logs import HOME, Log, at, mark, play

QUARTER = quarter_of(date(2026, 12, 1))
EVIL = '<script>alert("1")</script>'
FORMULA = '=HYPERLINK("http://example.org")'


def kim_thanh(state: Path) -> Log:
    """Open from 6 to 22 o'clock; on 1 December a power failure, a fault, nothing scheduled, and the clock set forward;
    on 2 December nothing but plays."""
    log = Log(state)
    vi, zh = (("theme", "du lịch"), ("lang", "vi")), (("theme", "thủ tục"), ("lang", "zh"))
    log.write(
        play("2026-12-01T06:00", 3600, title="Sa Pa", tags=vi, signed=("bien-phong", "van-hoa")),
        mark(What.GAP, "2026-12-01T07:00", 1800, reason="power"),
        play("2026-12-01T07:30", 3600, title=EVIL, tags=zh, level="priority"),
        mark(What.FAULT, "2026-12-01T08:40", reason="promo.mp4: the decoder crashed", title="promo.mp4"),
        play("2026-12-01T09:00", 1800, title=FORMULA, ending=Ending.CUT, kind="film"),
        play("2026-12-01T10:00", 3600, title="Sa Pa", tags=vi, zone="main"),
        play("2026-12-01T10:00", 3600, title="Chào mừng", zone="ticker", kind="banner", asset=""),
        mark(What.CLOCK, "2026-12-01T11:00", step=1200 * 10**6),
        play("2026-12-01T11:20", 38400, title="Sa Pa", tags=vi),
        play(Instant(0), 60, clock=ClockQuality.WRONG),
        mark(What.DARK, "2026-12-01T22:00", 8 * 3600),
        play("2026-12-02T06:00", 7200, title="Sa Pa", tags=vi),
    )
    log.seal("2026-12-03T00:10")
    return log


def huu_nghi(state: Path) -> Log:
    """One play on each of three days."""
    log = Log(state, "huu-nghi")
    for day in (1, 2, 3):
        log.write(play(f"2026-12-0{day}T08:00", 36000, title="Hữu Nghị", tags=(("lang", "zh"), ("agency", "Lạng Sơn"))))
        log.seal(f"2026-12-0{day + 1}T00:10")
    return log


def delivered(folder: Path) -> Path:
    """The province's folder of both."""
    for log in (kim_thanh(folder / "states/kim-thanh-2"), huu_nghi(folder / "states/huu-nghi")):
        shutil.copytree(log.days, folder / "reports" / log.gate)
    return folder / "reports"


def report_on(folder: Path, period: Period = QUARTER, *more: tuple[str, ...]) -> Report:
    return gather(delivered_sources(folder, {}), period, HOME, "Lào Cai", at("2026-12-04T08:00"), more)

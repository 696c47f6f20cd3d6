"""From sealed days to figures."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from player.core.faults import ContentFault
from player.core.playlog import What
from player.core.units import seconds
from player.library.daybook import day_names
from player.report.figures import Answer
from player.report.gaps import Cause
from player.report.gathering import delivered_sources, gather, own_source
from player.report.period import Period
from player.trust.gatekey import gate_key
from tests.library.logs import HOME, Log, at, mark, play
from tests.report.gates import EVIL, FORMULA, QUARTER, delivered, kim_thanh, report_on

HOUR = 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return delivered(tmp_path_factory.mktemp("province"))


def shown(answer: Answer) -> dict[object, float]:
    """Hours by the first column."""
    return {row.values[0]: row.figures.shown / seconds(HOUR) for row in answer.rows}


def test_figures_by_each_dimension(folder: Path) -> None:
    report = report_on(folder, QUARTER, ("playlist", "zone"))
    total = report.total
    assert (total.plays, total.completed) == (10, 9)
    assert total.first is not None
    assert total.first.isoformat() == "2026-12-01T06:00:00+07:00"
    hours = {name: shown(report.answers[name,]) for name in ("theme", "language", "level", "gate", "agency", "item")}
    assert hours["language"] == {"zh": 31.0, "vi": pytest.approx(14 + 2 / 3), "": 1.5}
    assert hours["theme"]["thủ tục"] == 1.0
    assert hours["level"]["priority"] == 1.0
    assert hours["gate"] == {"huu-nghi": 30.0, "kim-thanh-2": pytest.approx(17 + 1 / 6)}
    assert hours["agency"]["Lạng Sơn"] == 30.0
    assert hours["agency"]["bien-phong+van-hoa"] == 1.0
    assert list(hours["item"]) == ["Hữu Nghị", "Sa Pa", EVIL, "Chào mừng", FORMULA]
    days = [row.values[0] for row in report.answers["day",].rows]
    assert days == [date(2026, 12, day) for day in (1, 2, 3)]
    fine = report_on(folder, QUARTER, ("item", "day")).answers
    assert {by: fine[by] for by in report.answers if by in fine} == {
        by: report.answers[by] for by in fine if len(by) == 1
    }
    assert [row.values[0] for row in fine["item", "day"].rows if row.values[-1] == date(2026, 12, 2)] == [
        "Hữu Nghị",
        "Sa Pa",
    ]
    both = report.answers["playlist", "zone"]
    assert [row.values for row in both.rows] == [("Lào Cai", "main"), ("Lào Cai", "ticker")]


def test_when_nothing_was_shown_is_explained(folder: Path) -> None:
    gate = report_on(folder).gates[1]
    assert gate.gate == "kim-thanh-2"
    assert [(gap.cause, gap.span // seconds(60)) for gap in gate.gaps] == [
        (Cause.POWER, 30),
        (Cause.FAULT, 30),
        (Cause.EMPTY, 30),
        (Cause.CLOCK, 20),
    ]
    assert gate.gaps[1].reason == "promo.mp4: the decoder crashed"
    assert (gate.dark, gate.clock_set, gate.undated) == (seconds(8 * HOUR), 1, 1)
    assert gate.covered == seconds(26 * HOUR)
    assert gate.lit == gate.open - sum(gap.span for gap in gate.gaps)


def test_a_period_counts_only_its_days(folder: Path) -> None:
    report = report_on(folder, Period(date(2026, 12, 2), date(2026, 12, 2)))
    assert report.total.plays == 2
    assert report.gates[1].covered == seconds(8 * HOUR)
    assert report.gates[1].dark == seconds(6 * HOUR)
    nothing = report_on(folder, Period(date(2026, 1, 1), date(2026, 1, 2)))
    assert (nothing.total.plays, nothing.open) == (0, 0)


def test_the_gates_own_report_has_what_is_not_sealed_yet(tmp_path: Path) -> None:
    log = kim_thanh(tmp_path / "state")
    log.write(play("2026-12-03T06:00", 60), mark(What.STOP, "2026-12-03T06:01"))
    report = gather([own_source(log.state, log.gate)], QUARTER, HOME, "", at("2026-12-03T07:00"))
    (gate,) = report.gates
    assert (report.total.plays, gate.tail, gate.proof.is_pinned) == (8, 2, True)
    log.seal("2026-12-03T07:00", everything=True)
    again = gather([own_source(log.state, log.gate)], QUARTER, HOME, "", at("2026-12-03T07:00"))
    assert (again.total, again.gates[0].tail) == (report.total, 0)


def test_a_damaged_journal_is_named_and_the_days_are_counted(tmp_path: Path) -> None:
    log = kim_thanh(tmp_path / "state")
    (log.state / "journal.sqlite").write_bytes(b"no database" * 500)
    for beside in ("journal.sqlite-wal", "journal.sqlite-shm"):
        (log.state / beside).unlink(missing_ok=True)
    report = gather([own_source(log.state, log.gate)], QUARTER, HOME, "", at("2026-12-03T07:00"))
    assert report.total.plays == 7
    assert report.gates[0].skipped[0].startswith("journal.sqlite: ")


def test_damaged_and_foreign_files_are_named_and_left_out(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "reports")
    gate = tmp_path / "reports/huu-nghi"
    second = gate / day_names(gate)[1].parquet
    second.write_bytes(second.read_bytes()[:-9])
    (gate / "notes.parquet").write_bytes(b"other files are nobody's business")
    (gate / "status.json").write_text("{}")
    report = report_on(tmp_path / "reports")
    assert report.total.plays == 9
    found = report.gates[0]
    assert [str(finding) for finding in found.proof.findings] == [
        "000002-2026-12-02: its records were changed, or are damaged"
    ]
    assert found.lost(Cause.UNLOGGED) == seconds(38 * HOUR)


def test_a_sealed_file_that_holds_no_records_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(path: Path, *_rest: object) -> None:
        duckdb.sql(f"COPY (SELECT 1 AS one) TO '{path}' (FORMAT parquet)")

    log = Log(tmp_path / "huu-nghi")
    log.write(play("2026-12-01T08:00"))
    log.seal("2026-12-02T00:10")
    log.write(play("2026-12-02T08:00"))
    with monkeypatch.context() as patched:
        patched.setattr("player.library.dayfile.write_records", other)
        log.seal("2026-12-03T00:10")
    report = gather([own_source(log.state, log.gate)], QUARTER, HOME, "", at("2026-12-03T07:00"))
    assert report.total.plays == 1
    assert report.gates[0].skipped[0].startswith("000002-2026-12-02.parquet: ")


def test_a_folder_is_one_gates_or_has_folders_of_gates(folder: Path, tmp_path: Path) -> None:
    assert [source.gate for source in delivered_sources(folder, {})] == ["huu-nghi", "kim-thanh-2"]
    assert [source.gate for source in delivered_sources(folder / "huu-nghi", {})] == ["huu-nghi"]
    shutil.copytree(folder / "huu-nghi", tmp_path / "stick/huu-nghi/playlog")
    assert [source.count() for source in delivered_sources(tmp_path / "stick", {})] == [3]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ContentFault, match="no sealed days"):
        delivered_sources(tmp_path / "empty", {})


def test_keys_are_those_of_each_gate(folder: Path) -> None:
    key = gate_key(folder.parent / "states/huu-nghi").fingerprint
    good, other = delivered_sources(folder, {"huu-nghi": [key], "kim-thanh-2": [key]})
    assert good.proof(lambda _more: None).findings == []
    assert "not the gate's" in str(other.proof(lambda _more: None).findings[0])

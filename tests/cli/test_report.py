"""`gateplayer report` as managers and technicians call it."""

import shutil
from pathlib import Path

import pytest

from player.cli import main
from player.library.daybook import day_names
from player.library.wallsettings import WallSettings, write
from player.trust.gatekey import gate_key
from tests.library.logs import Log
from tests.report.gates import delivered, kim_thanh


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return delivered(tmp_path_factory.mktemp("province"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a config in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.delenv("GATEPLAYER_CONFIG", raising=False)
    (tmp_path / "config.yaml").write_text("gate: kim-thanh-2\nlanguage: en\n")
    return tmp_path


@pytest.fixture
def log(place: Path) -> Log:
    log = kim_thanh(place / "state")
    write(log.state, WallSettings(gate=log.gate, title="Kim Thành II", language="en"))
    return log


def call(*arguments: str | Path) -> int:
    return main(["report", *map(str, arguments)])


@pytest.mark.usefixtures("log")
def test_this_gates_plays_by_item(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--from", "2026-12-01", "--to", "2026-12-31") == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[0].split("\t")[:4] == ["Sa Pa", "picture", "4", "4"]
    assert "Kim Thành II, 2026-12-01 – 2026-12-31" in told.err
    assert "1 plays are not counted, for the clock was wrong" in told.err


@pytest.mark.usefixtures("log")
def test_until_and_quarter_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for period in (("--quarter", "2026Q4"), ("--from", "2026-10-01", "--until", "2026-12-31")):
        assert call(*period, "--by", "language", "--by", "day", "--format", "csv") == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert said[0].startswith("lang,day,plays,completed,shown_seconds,share,first_shown,last_shown")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-12-31", "--to", "2026-12-01"), "--to must not be before"),
        (("--quarter", "2026Q7"), "a quarter such as 2026Q3"),
        (("--quarter", "Q3", "--from", "2026-12-31"), "do not go together"),
        (("--by", "weather"), "weather"),
        (("absent/",), "absent"),
    ],
)
@pytest.mark.usefixtures("log")
def test_what_is_not_understood_is_said(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert call(*arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("place")
def test_where_nothing_was_played_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert call() == 2
    assert "gateplayer report FOLDER" in capsys.readouterr().err


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("kind", "head"), [("html", b"<!doctype html>"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbftitle")]
)
def test_files_of_many_gates(province: Path, place: Path, kind: str, head: bytes) -> None:
    assert call("--quarter", "2026Q4", "--format", kind, "--output", f"out.{kind}", province) == 0
    assert (place / f"out.{kind}").read_bytes().startswith(head)
    assert call("--quarter", "2026Q4", "--format", kind, "--output", "no/such/out", province) == 2


def test_the_gates_own_days_are_verified_with_its_key(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--verify") == 0
    told = capsys.readouterr().out
    assert "kim-thanh-2: good: sealed by the gate itself" in told
    assert gate_key(log.state).fingerprint in told
    path = log.days / day_names(log.days)[0].parquet
    path.write_bytes(path.read_bytes().replace(b"Sa Pa", b"Sa Pe"))
    assert call("--verify") == 3
    assert f"{path.stem}: its records were changed" in capsys.readouterr().out


def test_delivered_days_are_verified_with_the_keys_told_by_telephone(
    province: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("--verify", province) == 0
    assert "compare the fingerprint of the key by telephone" in capsys.readouterr().out
    keys = {gate: gate_key(province.parent / "states" / gate).fingerprint for gate in ("huu-nghi", "kim-thanh-2")}
    (place / "keys.yaml").write_text("".join(f"{gate}: {key}\n" for gate, key in keys.items()))
    assert call("--verify", "--keys", "keys.yaml", province) == 0
    assert capsys.readouterr().out.count("good: sealed by the gate itself") == 2
    (place / "keys.yaml").write_text(f"huu-nghi: {keys['kim-thanh-2']}\n")
    assert call("--verify", "--keys", "keys.yaml", province) == 3
    assert "a key that is not the gate's" in capsys.readouterr().out
    (place / "keys.yaml").write_text("huu-nghi: 12\n")
    assert call("--verify", "--keys", "keys.yaml", province) == 2


@pytest.mark.usefixtures("place")
def test_another_gates_file_is_refused(province: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(province / "huu-nghi", tmp_path / "in/kim-thanh-2")
    assert call("--verify", tmp_path / "in") == 3
    assert "is a day of another gate, huu-nghi" in capsys.readouterr().out
    assert call("--quarter", "2026Q4", tmp_path / "in") == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "another gate" in told.err

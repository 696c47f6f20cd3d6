"""Play logs from sticks, and what a stick must not do."""

import json
import shutil
from pathlib import Path

import pytest

from player.cli import main
from tests.agent.sending import GATE, Sender
from tests.publish.site import make_site

pytestmark = pytest.mark.usefixtures("english_terminal")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """With three days of one gate."""
    sender = Sender(tmp_path / "gate", "http://127.0.0.1:9")
    sender.seal(3)
    shutil.copytree(sender.playlog, tmp_path / "stick/gateplayer/playlog" / GATE)
    return tmp_path / "stick"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path).site.root


def bring(site: Path, stick: Path) -> int:
    return main(["publish", "collect", "--site", str(site), str(stick)])


def kept(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site / "reports").as_posix(): path.read_bytes()
            for path in (site / "reports").rglob("*") if path.is_file()}  # fmt: skip


def test_what_a_stick_brings_is_taken_in_once(site: Path, stick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bring(site, stick) == 0
    assert f"{GATE}: 3 new days" in capsys.readouterr().out
    assert len(kept(site)) == 6
    assert bring(site, stick / "gateplayer") == 0
    assert "0 new days of the play log; there already: 3" in capsys.readouterr().out


def test_proof_is_not_overwritten(site: Path, stick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = site / "reports" / GATE
    place.mkdir(parents=True)
    (place / "000002-2026-11-26.parquet").write_bytes(b"what came first")
    assert bring(site, stick) == 3
    assert "which stays" in capsys.readouterr().out
    assert kept(site)[f"{GATE}/000002-2026-11-26.parquet"] == b"what came first"
    assert len(kept(site)) == 5


def test_a_hostile_or_damaged_stick_brings_nothing_bad(
    site: Path, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = stick / "gateplayer/playlog"
    (tmp_path / "secret").write_text("secret")
    (log / GATE / "000001-2026-11-25.parquet").write_bytes(b"cut off")
    (log / GATE / "000002-2026-11-26.json").unlink()
    (log / GATE / "000003-2026-11-27.json").write_text("[" * 30_000)
    for name in ("heartbeat.json", "run.sh", "000004-2026-11-28.parquet.exe"):
        (log / GATE / name).write_text("x")
    (log / GATE / "000005-2026-11-29.parquet").symlink_to(tmp_path / "secret")
    (log / GATE / "000005-2026-11-29.json").write_text("{}")
    (log / GATE / "000006-2026-11-30.json").mkdir()
    with (log / GATE / "000007-2026-12-01.json").open("wb") as stream:
        stream.truncate(1 << 30)
    (log / GATE / "000007-2026-12-01.parquet").write_bytes(b"")
    (log / "unknown").mkdir()
    (log / "linked").symlink_to(tmp_path)
    assert bring(site, stick) == 3
    said = capsys.readouterr().out
    assert "not known here" in said
    assert not kept(site)
    sealed = {"signed": {"gate": "other", "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}
    (log / GATE / "000007-2026-12-01.json").unlink()
    (log / GATE / "000007-2026-12-01.json").write_text(json.dumps(sealed))
    assert bring(site, stick) == 3
    assert "sealed by another gate" in capsys.readouterr().out
    assert not kept(site)


def test_a_folder_without_a_play_log_is_said(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert bring(site, tmp_path / "empty") == 2
    assert "brings no play log" in capsys.readouterr().err

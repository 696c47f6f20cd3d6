"""`gateplayer publish` as officers call it: most in this process, some in ones of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.cli import main
from player.config.language import language_in_use, use
from player.publish import keys
from player.publish.drafts import Drafts
from player.trust.client import TrustClient
from player.trust.names import gate_target
from player.trust.origin import FolderOrigin
from tests.publish.site import PASSPHRASE, TEMPLATES, playlists, write_files

GATE = "kim-thanh-2"
ROLE = f"gate-{GATE}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that is the present one; keys are made quickly."""
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("GATEPLAYER_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr(keys.write_key, "__defaults__", (1000,))
    monkeypatch.chdir(tmp_path)
    before = language_in_use()
    yield tmp_path
    use(before)


def call(verb: str, *more: str | Path) -> int:
    return main(["publish", verb, *map(str, more)])


def begin(here: Path) -> Path:
    """A site with both agencies' keys at hand, one gate, and the folder `pl`; the site is the present folder."""
    site = here / "site"
    agencies = ("--agency", "so-van-hoa=Sở Văn hóa", "--agency", "bien-phong=Bộ đội Biên phòng")
    assert call("init", "--site", site, "--name", "Tỉnh Lào Cai", *agencies) == 0
    os.chdir(site)
    assert call("add-gate", GATE) == 0
    playlists(here / "pl")
    return site


def sign(*parties: str) -> None:
    for party in parties or ("so-van-hoa", "bien-phong"):
        assert call("sign", "--key", f"keys/{party}.key", "--yes") == 0


def client(site: Path, folder: Path) -> TrustClient:
    from datetime import UTC, datetime

    made = TrustClient(folder, (site / "root.json").read_bytes(), FolderOrigin(site / "tree"), datetime.now(UTC))
    made.refresh()
    return made


def test_from_init_to_what_a_gate_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = begin(here)
    told = capsys.readouterr().out
    assert "Next: gateplayer publish add-gate ID" in told
    assert "Its fingerprint, which gateplayer enroll shows" in told
    assert call("stage", here / "pl", "--gate", GATE) == 0
    assert "playlists: 2, items: 3" in capsys.readouterr().out
    sign("so-van-hoa")
    assert "Next: Bộ đội Biên phòng: gateplayer publish sign" in capsys.readouterr().out
    assert call("release") == 3
    assert f"gate {GATE}: signature missing: Bộ đội Biên phòng" in capsys.readouterr().out
    sign("bien-phong")
    assert call("release") == 0
    assert f"gate {GATE}: version 1 is in force" in capsys.readouterr().out
    assert client(site, here / "gate").target(gate_target(GATE)) is not None
    assert call("verify", "--blobs") == 0
    assert "gates: 1, files: 3" in capsys.readouterr().out
    assert call("stage", here / "pl", "--all") == 0
    assert "nothing changed" in capsys.readouterr().out
    assert call("release") == 0
    assert "There is no draft" in capsys.readouterr().out


def test_faults_of_what_is_staged(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    playlists(here / "pl", more="  - {image: media/absent.png}\n")
    assert call("stage", here / "pl", "--gate", GATE) == 2
    assert "pl/gioi-thieu.yaml:6:13:" in capsys.readouterr().err
    assert Drafts(Path("drafts")).roles() == ["targets"]
    assert call("stage", here / "pl") == 2
    assert call("stage", here / "pl", "--gate", "nowhere") == 2


def test_every_agency_on_its_own_machine(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No private key is ever on the province's machine but the server's own."""
    for name in ("so-van-hoa", "bien-phong", "ket-sat"):
        assert call("key", name, "--output", here / name / f"{name}.key") == 0
    assert "read the fingerprint out by telephone" in capsys.readouterr().out
    agencies = [
        f"so-van-hoa=Sở Văn hóa:{here}/so-van-hoa/so-van-hoa.pub",
        f"bien-phong:{here}/bien-phong/bien-phong.pub",
    ]
    site = here / "site"
    flags = ("--agency", agencies[0], "--agency", agencies[1], "--recovery", here / "ket-sat/ket-sat.pub")
    assert call("init", "--site", site, "--name", "Tỉnh Lào Cai", *flags) == 0
    told = capsys.readouterr().out
    assert "root of trust: signature missing: Sở Văn hóa, bien-phong, the safe" in told
    assert {path.name for path in (site / "keys").glob("*.key")} == {"online.key"}
    os.chdir(site)
    assert call("add-gate", GATE) == 0
    playlists(here / "pl")
    assert call("stage", here / "pl", "--all") == 0
    assert not (site / "tree").exists()
    for name in ("so-van-hoa", "bien-phong"):
        away = here / name / "drafts"
        shutil.copytree("drafts", away)
        assert call("sign", "--drafts", away, "--key", here / name / f"{name}.key", "--yes") == 0
    assert "carry the folder" in capsys.readouterr().out
    assert call("release", "--drafts", here / "so-van-hoa/drafts") == 3
    assert call("release", "--drafts", here / "bien-phong/drafts") == 0
    assert client(site, here / "gate").target(gate_target(GATE)) is not None


def test_passphrases(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    monkeypatch.setenv("GATEPLAYER_PASSPHRASE", "another passphrase")
    assert call("sign", "--key", "keys/so-van-hoa.key", "--yes") == 3
    assert "the passphrase is wrong" in capsys.readouterr().err
    monkeypatch.delenv("GATEPLAYER_PASSPHRASE")
    assert call("sign", "--key", "keys/so-van-hoa.key", "--yes") == 2
    assert "--passphrase-file" in capsys.readouterr().err
    secret = here / "secret"
    secret.write_text(PASSPHRASE + "\nmore\n", "utf-8")
    assert call("sign", "--key", "keys/so-van-hoa.key", "--yes", "--passphrase-file", secret) == 0
    secret.write_text("short", "utf-8")
    assert call("key", "x", "--passphrase-file", secret) == 2
    assert call("sign", "--key", "keys/none.key", "--yes") == 2


def test_wrong_key_signs_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    assert call("key", "stranger") == 0
    assert call("sign", "--key", "stranger.key", "--yes") == 3
    assert "is it the right one?" in capsys.readouterr().err


def test_nothing_is_signed_without_a_yes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    assert call("sign", "--key", "keys/so-van-hoa.key") == 2
    told = capsys.readouterr()
    assert "new gate: kim-thanh-2" in told.out
    assert "--yes" in told.err
    assert Drafts(Path("drafts")).signatures("targets") == {}


def test_emergencies(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    write_files(here / "templates", {"a.yaml": TEMPLATES})
    assert call("stage", here / "pl", "--all") == 0
    assert call("alert-template", here / "templates") == 0
    sign()
    assert call("release") == 0
    key = ("--key", "keys/bien-phong.key")
    assert call("alert", "dong-cua", "--all", "--slot", "ly-do=mưa lũ", "--for", "2h", "--yes", *key) == 0
    assert call("alert", "dong-cua", "--all", "--for", "2h", "--yes", *key) == 2
    assert call("alert", "dong-cua", "--for", "2h", "--yes", *key) == 2
    capsys.readouterr()
    assert call("alert", "--list") == 0
    listed = capsys.readouterr().out
    assert "mưa lũ" in listed
    assert "ly-do (40)" in listed
    assert call("alert", "--end", listed.split("\t")[0], *key) == 0
    assert call("takedown", "--file", "red.png", "--blank", GATE, "--reason", "sai", "--yes", *key) == 0
    capsys.readouterr()
    assert call("status") == 0
    told = capsys.readouterr().out
    assert f"black wall: {GATE}" in told
    assert "forbidden: media/red.png" in told
    assert call("takedown", "--lift", "--file", "red.png", "--blank", GATE, *key) == 0
    assert call("takedown", *key) == 2
    assert call("verify") == 0


def test_lost_key(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    sign()
    assert call("release") == 0
    Path("keys/so-van-hoa.key").unlink()
    assert call("key", "moi", "--output", here / "moi.key") == 0
    assert call("rotate-key", "--agency", "so-van-hoa", "--new", here / "moi.pub") == 0
    assert "All these drafts go together" in capsys.readouterr().out
    sign("bien-phong")
    assert call("sign", "--key", here / "moi.key", "--yes") == 0
    capsys.readouterr()
    assert call("release") == 3
    assert "root of trust: signature missing: Sở Văn hóa, the safe" in capsys.readouterr().out
    sign("recovery")
    assert call("release") == 0
    assert call("verify") == 0
    assert call("rotate-key", "--online") == 0
    sign("bien-phong", "recovery")
    assert call("release") == 0
    assert call("verify") == 0
    assert call("rotate-key") == 2


def test_sticks_and_what_runs_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(here)
    assert call("stage", here / "pl", "--all") == 0
    assert call("drafts", "--discard", ROLE) == 0
    assert call("stage", here / "pl", "--all") == 0
    sign()
    assert call("release") == 0
    (here / "usb").mkdir()
    assert call("export", here / "usb", "--gate", GATE) == 0
    assert (here / "usb/gateplayer/metadata/timestamp.json").is_file()
    assert call("export", here / "absent") == 2
    capsys.readouterr()
    assert call("renew") == 0
    assert "Nothing runs out soon." in capsys.readouterr().out


def test_outside_a_site(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("status") == 2
    assert "publish.yaml" in capsys.readouterr().err
    assert call("init", "--name", "x", "--agency", "a") == 2
    assert call("init", "--name", "x", "--agency", "A b", "--agency", "c") == 2
    assert not list(here.iterdir())
    assert call("init", "--name", "x", "--agency", "a", "--agency", "b") == 0
    assert call("init", "--name", "x", "--agency", "a", "--agency", "b") == 2


@pytest.mark.parametrize("verb", ["init", "key", "stage", "sign", "release", "alert", "takedown", "rotate-key"])
def test_help(here: Path, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    del here
    assert call(verb, "--help") == 0
    assert "Usage:" in capsys.readouterr().out


def test_in_processes_of_their_own_and_in_vietnamese(here: Path) -> None:
    """With real keys, as slow as they are to guess."""
    environment = {**os.environ, "LANG": "vi_VN.UTF-8", "PYTHONPATH": str(Path(__file__).parents[2])}

    def run(*arguments: str | Path) -> str:
        command = [sys.executable, "-m", "player", "publish", *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, cwd=here, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout

    run("init", "--site", "site", "--name", "Lào Cai", "--agency", "a=A", "--agency", "b=B")
    run("add-gate", "--site", "site", GATE)
    playlists(here / "pl")
    run("stage", "--site", "site", "pl", "--all")
    for name in ("a", "b"):
        run("sign", "--site", "site", "--key", f"site/keys/{name}.key", "--yes")
    run("release", "--site", "site")
    assert GATE in run("status", "--site", "site")
    run("verify", "--site", "site", "--blobs")
    assert client(here / "site", here / "gate").target(gate_target(GATE)) is not None

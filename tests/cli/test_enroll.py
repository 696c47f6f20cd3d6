"""`gateplayer enroll`, `sync` and what `status` says: the whole program, against a real web server."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from player.cli import main
from player.config.editing import with_value
from player.trust.names import gate_role
from tests.agent.province import picture, playlist
from tests.trust.tree import GATE, A, Tree
from tests.trust.treeserver import TreeServer

CONFIG = """\
# the technician's own words
gate: lao-cai-1
language: en
display: {canvas: 320x180, output: offscreen}
sources:
  # playlists: playlists/
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree", now=datetime.now(UTC))
    tree.release({"mot.yaml": playlist("Một", "{image: media/a.png}"), "media/a.png": picture()})
    tree.publish()
    return tree


@pytest.fixture
def server(tree: Tree) -> Iterator[TreeServer]:
    with TreeServer(tree.path) as server:
        yield server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "gate/config.yaml"
    path.parent.mkdir()
    path.write_text(CONFIG)
    path.chmod(0o640)
    return path


def fingerprint(tree: Tree) -> str:
    digits = hashlib.sha256(tree.root).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 64, 4)).upper()


def enroll(config: Path, url: str, *more: str) -> int:
    return main(["enroll", url, "--gate", GATE, "--config", str(config), *more])


def sync(config: Path) -> int:
    return main(["sync", "--once", "--config", str(config)])


def test_a_gate_is_enrolled_and_syncs(
    config: Path, tree: Tree, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enroll(config, server.url, "--fingerprint", fingerprint(tree)) == 0
    text = config.read_text()
    assert text.startswith("# the technician's own words\ngate: kim-thanh-2\n")
    assert yaml.safe_load(text)["sources"] == {"central": {"url": server.url, "root": "trust/root.json"}}
    assert config.stat().st_mode & 0o777 == 0o640
    assert (config.parent / "trust/root.json").read_bytes() == tree.root
    assert sync(config) == 0
    assert "in force since now: release 2" in capsys.readouterr().out
    assert sync(config) == 0
    assert main(["plan", "--config", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["playlist"] == "Một"


def test_another_fingerprint_changes_nothing(
    config: Path, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enroll(config, server.url, "--fingerprint", "00" * 32) == 3
    assert "Do not use this server" in capsys.readouterr().err
    assert config.read_text() == CONFIG
    assert not (config.parent / "trust").exists()


def test_without_a_person_to_compare_nothing_is_believed(
    config: Path, tree: Tree, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enroll(config, server.url) == 2
    said = capsys.readouterr()
    assert fingerprint(tree)[:39].lower() in said.out
    assert "--fingerprint" in said.err
    assert config.read_text() == CONFIG


def test_what_is_no_tree_is_refused(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "portal/metadata").mkdir(parents=True)
    (tmp_path / "portal/metadata/1.root.json").write_text("<html>Please log in</html>")
    with TreeServer(tmp_path / "portal") as portal:
        assert enroll(config, portal.url, "--fingerprint", "00" * 32) == 4
    assert "login" in capsys.readouterr().err
    assert enroll(config, "http://127.0.0.1:9", "--fingerprint", "00" * 32) == 4
    assert enroll(config, "nowhere", "--fingerprint", "00" * 32) == 2
    assert config.read_text() == CONFIG


def test_a_name_that_the_province_does_not_know_is_said(
    config: Path, tree: Tree, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["enroll", server.url, "--config", str(config), "--fingerprint", fingerprint(tree)]
    assert main(arguments) == 0
    assert "Nothing has been signed for lao-cai-1 yet" in capsys.readouterr().out


def test_a_folder_is_as_good_as_an_address(config: Path, tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    assert enroll(config, str(tree.path), "--fingerprint", fingerprint(tree)) == 0
    config.write_text(with_value(config.read_text(), ["sources", "usb"], f'"{tree.path}"'))
    assert sync(config) == 0
    assert "in force since now" in capsys.readouterr().out


def test_sync_says_by_its_code_what_was_wrong(
    config: Path, tree: Tree, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(config) == 2
    assert "gateplayer enroll" in capsys.readouterr().err
    assert enroll(config, server.url, "--fingerprint", fingerprint(tree)) == 0
    tree.bump(gate_role(GATE))
    tree.signers[gate_role(GATE)] = (A,)
    tree.publish()
    assert sync(config) == 3
    assert "not signed by all" in capsys.readouterr().err
    server.away()
    assert sync(config) == 4


TOKEN = "3f9a55c0b1-token-of-the-gate"


@pytest.mark.parametrize("how", ["typed", "file", "argument"])
def test_the_token_for_reports_is_kept_for_its_owner_alone(
    config: Path,
    tree: Tree,
    server: TreeServer,
    how: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {"typed": "-", "file": str(config.parent / "note.txt"), "argument": TOKEN}[how]
    (config.parent / "note.txt").write_text(f"{TOKEN}\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    assert enroll(config, server.url, "--fingerprint", fingerprint(tree), "--token", given) == 0
    place = config.parent / "trust/report-token"
    assert place.read_text() == f"{TOKEN}\n"
    assert place.stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr()
    assert TOKEN not in said.out + said.err
    assert TOKEN not in config.read_text()


def test_what_is_no_token_is_refused_before_anything_is_changed(
    config: Path, tree: Tree, server: TreeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in ("two words of a secret", "short", str(config)):
        assert enroll(config, server.url, "--fingerprint", fingerprint(tree), "--token", given) == 2
        said = capsys.readouterr()
        assert "no token" in said.err
        assert "secret" not in said.err
    assert config.read_text() == CONFIG

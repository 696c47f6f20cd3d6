"""The executable for the public conformance suite, in situations like the suite's own: exit codes, what is trusted
afterwards, what was asked for."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import MetaFile

from player.trust.names import ROOT, SNAPSHOT, TARGETS_ROLE, TIMESTAMP
from tests.agent.webserver import Request, WebServer
from tests.conformance.conforming import main
from tests.trust.tree import ONLINE, SAFE, A, B, Tree

CLIENT = Path(__file__).with_name("tuf_client")
ROLES = (ROOT, TIMESTAMP, SNAPSHOT, TARGETS_ROLE)


class Client:
    """Our executable, and the repository that it is pointed at. `asked` are the requests, as they came. It runs in this
    process unless it is to run `as_program`, which takes longer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tree = Tree(folder / "served", now=datetime.now(UTC))
        self.tree.publish()
        self.server = WebServer(self._answer)
        self.asked: list[str] = []
        self.as_program = False

    def init(self) -> int:
        root = self.folder / "first.json"
        root.write_bytes(self.tree.root)
        return self._run("init", str(root))

    def refresh(self) -> int:
        return self._run("--metadata-url", f"{self.server.base}/metadata", "refresh")

    def download(self, name: str) -> int:
        where = ("--metadata-url", f"{self.server.base}/metadata/", "--target-base-url", f"{self.server.base}/targets/")
        return self._run(*where, "--target-name", name, "--target-dir", str(self.folder / "targets"), "download")

    def versions(self) -> dict[str, int]:
        """Of what the client trusts."""
        names = [path for path in (self.folder / "metadata").glob("*.json") if path.is_file()]
        return {path.stem: json.loads(path.read_bytes())["signed"]["version"] for path in names}

    def fetched(self) -> list[bytes]:
        """All that was downloaded."""
        return [path.read_bytes() for path in (self.folder / "targets").rglob("*") if path.is_file()]

    def _run(self, *words: str) -> int:
        self.asked.clear()
        words = ("--metadata-dir", str(self.folder / "metadata"), *words)
        if not self.as_program:
            return main(words)
        command = [sys.executable, str(CLIENT), *words]
        # Started elsewhere, as the suite does.
        return subprocess.run(command, cwd=self.folder, check=False, timeout=30, stderr=subprocess.DEVNULL).returncode

    def _answer(self, request: Request) -> None:
        """The names of metadata are served as they were asked for, still quoted."""
        self.asked.append(request.path.lstrip("/"))
        path = request.path.lstrip("/")
        place = self.tree.path / (unquote(path) if path.startswith("targets/") else path)
        if place.is_file():
            request.answer(place.read_bytes())
        else:
            request.answer(b"", 404)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path)
    with client.server:
        assert client.init() == 0
        assert client.asked == []
        yield client


def renewed(client: Client, role: str = ROOT) -> None:
    """Another version of a role, and of all that must follow."""
    client.tree.bump(role)
    client.tree.publish()


def test_it_is_an_executable() -> None:
    assert CLIENT.stat().st_mode & 0o111 == 0o111
    assert CLIENT.read_text().startswith("#!/usr/bin/env python3\n")


def test_init_and_refresh(client: Client) -> None:
    client.as_program = True
    assert client.init() == 0
    assert client.versions() == {ROOT: 1}
    assert client.refresh() == 0
    assert client.asked == [f"metadata/{name}.json" for name in ("2.root", "timestamp", "2.snapshot", "1.targets")]
    assert client.versions() == {ROOT: 1, TIMESTAMP: 2, SNAPSHOT: 2, TARGETS_ROLE: 1}
    assert client.refresh() == 0
    assert client.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def test_a_download_brings_the_metadata_too(client: Client) -> None:
    assert client.download("no-such-target") == 1
    assert client.versions() == {ROOT: 1, TIMESTAMP: 2, SNAPSHOT: 2, TARGETS_ROLE: 1}
    assert client.fetched() == []


@pytest.mark.parametrize("change", ["no version", "another signature", "no json"])
def test_a_root_that_is_none(client: Client, change: str) -> None:
    root = json.loads(client.tree.root)
    if change == "no version":
        del root["signed"]["version"]
    else:
        root["signatures"] = [{**one, "sig": "00" * 64} for one in root["signatures"]]
    wrong = client.folder / "wrong.json"
    wrong.write_bytes(b"<html>" if change == "no json" else json.dumps(root).encode())
    client._run("init", str(wrong))
    assert client.refresh() == 1
    assert client.asked == []


@pytest.mark.parametrize("role", [ROOT, TIMESTAMP, SNAPSHOT, TARGETS_ROLE])
def test_unsigned(client: Client, role: str) -> None:
    client.as_program = True
    assert client.refresh() == 0
    before = client.versions()
    renewed(client, role)
    client.tree.write(role, ())
    assert client.refresh() == 1
    assert client.versions()[role] == before[role]


@pytest.mark.parametrize("role", [ROOT, SNAPSHOT, TARGETS_ROLE])
def test_another_version_than_was_announced(client: Client, role: str) -> None:
    assert client.refresh() == 0
    before = client.versions()
    renewed(client, role)
    announced = client.tree.signed[role].version
    client.tree.signed[role].version += 3
    client.tree.write(role, version=announced)
    assert client.refresh() == 1
    assert client.versions()[role] == before[role]


@pytest.mark.parametrize("role", [ROOT, TIMESTAMP, SNAPSHOT, TARGETS_ROLE])
def test_expired(client: Client, role: str) -> None:
    assert client.refresh() == 0
    tree = client.tree
    tree.bump(role)
    tree.publish()
    tree.signed[role].expires = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    tree.write(role)
    assert client.refresh() == 1
    if role == ROOT:
        # An expired root is a step on the way; it only may not be the last.
        tree.now = datetime.now(UTC)
        renewed(client)
        assert client.refresh() == 0
        assert client.versions()[ROOT] == 3


def test_rollback_of_the_timestamp(client: Client) -> None:
    old = (client.tree.path / "metadata/timestamp.json").read_bytes()
    renewed(client, TARGETS_ROLE)
    assert client.refresh() == 0
    client.tree.put("metadata/timestamp.json", old)
    assert client.refresh() == 1
    assert client.versions()[TIMESTAMP] == 3


def test_rollback_of_the_snapshot(client: Client) -> None:
    renewed(client, TARGETS_ROLE)
    assert client.refresh() == 0
    timestamp = client.tree.signed[TIMESTAMP]
    timestamp.snapshot_meta = MetaFile(2)
    client.tree.bump(TIMESTAMP)
    client.tree.write(TIMESTAMP)
    assert client.refresh() == 1
    assert client.versions()[SNAPSHOT] == 3


def test_rollback_of_targets(client: Client) -> None:
    renewed(client, TARGETS_ROLE)
    assert client.refresh() == 0
    tree = client.tree
    tree.signed[SNAPSHOT].meta["targets.json"] = MetaFile(1)
    tree.bump(SNAPSHOT)
    tree.signed[TIMESTAMP].snapshot_meta = MetaFile(tree.signed[SNAPSHOT].version)
    tree.bump(TIMESTAMP)
    tree.write(SNAPSHOT)
    tree.write(TIMESTAMP)
    assert client.refresh() == 1
    assert client.versions() == {ROOT: 1, TIMESTAMP: 4, SNAPSHOT: 3, TARGETS_ROLE: 2}


def test_a_timestamp_that_changes_under_the_same_version(client: Client) -> None:
    assert client.refresh() == 0
    client.tree.signed[TIMESTAMP].snapshot_meta = MetaFile(100)
    client.tree.write(TIMESTAMP)
    client.refresh()
    kept = json.loads((client.folder / "metadata/timestamp.json").read_bytes())
    assert kept["signed"]["meta"]["snapshot.json"]["version"] == 2


def test_root_over_several_versions(client: Client) -> None:
    for name in (A, B, SAFE):
        client.tree.exchange(name, *((ROOT,) if name == SAFE else (ROOT, TARGETS_ROLE)))
        client.tree.write(ROOT)
    client.tree.publish()
    assert client.refresh() == 0
    assert client.asked[:4] == [f"metadata/{number}.root.json" for number in (2, 3, 4, 5)]
    assert client.versions()[ROOT] == 4


def test_a_root_that_only_its_own_keys_have_signed(client: Client) -> None:
    for name in (A, B, SAFE):
        client.tree.exchange(name, ROOT)
    client.tree.signed[ROOT].version = 2
    client.tree.publish()
    assert client.refresh() == 1
    assert client.versions() == {ROOT: 1}


def test_the_keys_of_timestamp_and_snapshot_are_exchanged(client: Client) -> None:
    assert client.refresh() == 0
    stolen = client.tree.exchange(ONLINE, SNAPSHOT, TIMESTAMP)
    client.tree.publish()
    assert client.refresh() == 0
    assert client.versions()[ROOT] == 2
    tree = client.tree
    tree.keys["stolen"] = stolen
    tree.bump(TIMESTAMP)
    tree.write(TIMESTAMP, ("stolen",))
    assert client.refresh() == 1


def test_who_stole_the_online_key_and_leapt_ahead_is_undone(client: Client) -> None:
    client.tree.signed[TIMESTAMP].version = client.tree.signed[SNAPSHOT].version = 1_000_000
    renewed(client, SNAPSHOT)
    assert client.refresh() == 0
    assert client.versions()[SNAPSHOT] > 1_000_000
    client.tree.exchange(ONLINE, SNAPSHOT, TIMESTAMP)
    client.tree.signed[TIMESTAMP].version = client.tree.signed[SNAPSHOT].version = 5
    client.tree.publish()
    assert client.refresh() == 0
    assert client.versions()[SNAPSHOT] == 6


def test_one_key_under_two_names_is_one_key(client: Client) -> None:
    tree = client.tree
    root = tree.signed[ROOT]
    twin = CryptoSigner.generate_ed25519()
    for keyid in ("aa" * 32, "bb" * 32):
        key = type(twin.public_key)(keyid, twin.public_key.keytype, twin.public_key.scheme, twin.public_key.keyval)
        root.add_key(key, SNAPSHOT)
    root.roles[SNAPSHOT].threshold = 2
    assert client.refresh() == 0
    tree.keys["twin"] = twin
    tree.bump(ROOT)
    tree.write(ROOT)
    tree.publish()
    tree.write(SNAPSHOT, (ONLINE, "twin"))
    # The name under which it signs is neither of the two: what counts is one signature, and two must be.
    assert client.refresh() == 1
    assert client.versions()[SNAPSHOT] == 2


def test_a_target_and_one_of_a_delegated_role(client: Client) -> None:
    client.as_program = True
    tree = client.tree
    tree.target(TARGETS_ROLE, "a file.txt", b"one")
    tree.delegate([("role", "deep/er/*.bin", 2)])
    tree.target("role", "deep/er/x.bin", b"two")
    tree.publish()
    assert client.download("a file.txt") == 0
    assert client.fetched() == [b"one"]
    assert client.download("deep/er/x.bin") == 0
    assert client.asked[-2:-1] == ["metadata/2.role.json"]
    assert client.asked[-1].startswith("targets/deep/er/")
    assert sorted(client.fetched()) == [b"one", b"two"]
    assert client.download("deep/er/x.bin") == 0
    assert not any(path.startswith("targets/") for path in client.asked), "what is there is not fetched again"


def test_a_target_that_is_not_what_was_signed(client: Client) -> None:
    tree = client.tree
    tree.target(TARGETS_ROLE, "a.txt", b"right")
    tree.publish()
    (place,) = (tree.path / "targets").glob("*.a.txt")
    for wrong in (b"wrong", b"right and longer", b"rig", b""):
        place.write_bytes(wrong)
        assert client.download("a.txt") == 1
        assert client.fetched() == []
    place.write_bytes(b"right")
    assert client.download("a.txt") == 0
    assert client.fetched() == [b"right"]


@pytest.mark.parametrize("role", ["?", "#", "/role", "../role", "a b%2Fc", "đường"])
def test_odd_names_of_roles(client: Client, role: str) -> None:
    tree = client.tree
    tree.delegate([(role, "*", 1)])
    tree.signed[TARGETS_ROLE].version += 1
    tree.publish()
    tree.put(f"metadata/1.{quote(role, '')}.json", tree.bytes_of(role))
    assert client.download("no-such-target") == 1
    assert f"metadata/1.{quote(role, '')}.json" in client.asked
    assert len(client.versions()) == len(ROLES) + 1
    assert not list(client.folder.glob("*role*"))


@pytest.mark.parametrize("name", ["a?b", "a#b", "../up", "a%2Fb", "bản tin.txt"])
def test_odd_names_of_targets_stay_in_their_folder(client: Client, name: str) -> None:
    client.tree.target(TARGETS_ROLE, name, b"odd")
    client.tree.publish()
    client.download(name)
    assert {path.name for path in client.folder.iterdir()} <= {"served", "metadata", "targets", "first.json"}

"""What the agent keeps of the central server's."""

import os
import time
from pathlib import Path

from player.core.units import Instant
from player.library.central import Active, CentralStore, Pending, Raised, Release, without_ended
from player.trust.directives import Alert, Takedown
from player.trust.manifest import Entry

RELEASE = Release("a" * 64, 3, "2026-12-01", ("k",), (), (Entry("x.yaml", "b" * 64, 4), Entry("m/a.jpg", "c" * 64, 9)))
ALERT = Alert("a1", "t", (("s", "x"),), ("*",), "2026-12-01T00:00:00+00:00", "2026-12-01T01:00:00+00:00")


def store_with(tmp_path: Path, *releases: Release) -> CentralStore:
    store = CentralStore(tmp_path)
    for release in releases:
        store.keep(release)
    return store


def test_what_is_in_force_is_remembered_for_its_gate(tmp_path: Path) -> None:
    store = store_with(tmp_path, RELEASE)
    active = Active("g", RELEASE.sha, takedown=Takedown(blank=("g",)), alerts=(Raised(ALERT, Instant(5), True),))
    assert store.activate(active)
    assert not store.activate(active), "nothing is written that is there"
    assert CentralStore(tmp_path).active("g") == active
    assert CentralStore(tmp_path).active("other") == Active("other")
    assert store.needed() == {"b" * 64, "c" * 64}


def test_a_damaged_file_is_taken_for_absent(tmp_path: Path) -> None:
    store = store_with(tmp_path, RELEASE)
    store.activate(Active("g", RELEASE.sha))
    for data in (b"", b"{}", b"\0" * 100, b'{"gate": 5}'):
        store.signal.write_bytes(data)
        assert store.active("g") == Active("g")
    store.activate(Active("g", RELEASE.sha))
    assert store.active("g").release == RELEASE.sha


def test_a_release_is_laid_out_whole(tmp_path: Path) -> None:
    store = store_with(tmp_path, RELEASE)
    text = tmp_path / "text"
    text.write_bytes(b"a: 1")
    folder = store.lay_out(RELEASE, lambda _sha: text)
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == {
        "x.yaml": b"a: 1",
        "m/a.jpg": b"",
    }
    assert store.lay_out(RELEASE, lambda _sha: tmp_path / "gone") == folder


def test_only_old_releases_that_nothing_names_are_forgotten(tmp_path: Path) -> None:
    others = [Release(letter * 64, 1, "", (), (), ()) for letter in "def"]
    store = store_with(tmp_path, RELEASE, *others)
    store.activate(Active("g", RELEASE.sha))
    store.await_(Pending(release=others[0].sha))
    old = time.time() - 7200
    for release in (RELEASE, *others[:2]):
        os.utime(tmp_path / "central/releases" / release.sha, (old, old))
    store.prune()
    kept = {path.name[0] for path in (tmp_path / "central/releases").iterdir()}
    assert kept == {"a", "d", "f"}


def test_alerts_end(tmp_path: Path) -> None:
    del tmp_path
    since, until = ALERT.stretch()
    raised = (Raised(ALERT, since),)
    assert without_ended(raised, Instant(until - 1)) == raised
    assert without_ended(raised, until) == ()


def test_what_plays_is_held_while_its_files_are_damaged(tmp_path: Path) -> None:
    store = CentralStore(tmp_path)
    assert not store.is_damaged("lao-cai-1"), "nothing is there yet"
    release = Release("ab" * 32, 1, "2026-11-01T00:00:00Z", (), (), ())
    store.keep(release)
    store.activate(Active("lao-cai-1", release=release.sha))
    assert not store.is_damaged("lao-cai-1")
    path = tmp_path / "central/releases" / release.sha / "release.json"
    path.write_bytes(b"{")
    assert store.is_damaged("lao-cai-1")
    store.keep(release)
    assert not store.is_damaged("lao-cai-1")
    (tmp_path / "central/active.json").write_bytes(bytes(100))
    assert store.is_damaged("lao-cai-1")

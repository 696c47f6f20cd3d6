import hashlib
import json
import re
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from player.core.codec import encode
from player.core.geometry import Rect, Size
from player.core.model import Item, Picture, Playlist, Show, Zone
from player.core.units import SECOND, Instant, Span
from player.library.shows import KEPT, ShowStore, StoredShow, assets_of, read_show


def show(title: str = "Chào mừng", items: int = 3) -> Show:
    entries = tuple(Item(f"{n:x}", f"Ảnh {n}", Picture(f"{n:064x}"), Span(8 * SECOND)) for n in range(items))
    playlist = Playlist("p", title, "main", "a.yaml", entries)
    return Show(
        "kim-thanh-2", "Asia/Ho_Chi_Minh", "vi", Size(1920, 1080), 60,
        (Zone("main", Rect(0, 0, 1920, 1080)),), (playlist,),
    )  # fmt: skip


def test_what_was_written_is_current(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    assert store.current() is None
    assert store.pointer() == ""
    assert store.write(show(), Instant(7)) == 1
    assert store.current() == StoredShow(1, Instant(7), show())
    assert (tmp_path / "current").readlink() == Path("shows/00000001.json")


def test_an_unchanged_show_keeps_its_number(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    assert [store.write(show()), store.write(show()), store.write(show("Hai")), store.write(show())] == [1, 1, 2, 3]


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "gone", "other format"])
def test_a_damaged_show_falls_back_to_the_newest_intact_one(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = ShowStore(tmp_path)
    for title in ("Một", "Hai", "Ba"):
        store.write(show(title))
    newest = tmp_path / "shows/00000003.json"
    text = newest.read_text()
    changed = {
        "empty": "", "cut": text[: len(text) // 2], "changed": text.replace("Ba", "Bá"),
        "other format": text.replace('"format":1', '"format":2'),
    }  # fmt: skip
    newest.unlink() if damage == "gone" else newest.write_text(changed[damage])
    stored = store.current()
    assert stored is not None
    assert (stored.number, stored.show) == (2, show("Hai"))
    assert damage == "gone" or "00000003.json is not used" in caplog.text
    number = store.write(show("Ba"))
    again = store.current()
    assert again is not None
    assert (again.number, again.show) == (number, show("Ba"))


def test_a_lost_link_costs_nothing(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"))
    store.write(show("Hai"))
    (tmp_path / "current").unlink()
    stored = store.current()
    assert stored is not None
    assert stored.show == show("Hai")


def test_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    for number in range(KEPT + 5):
        store.write(show(str(number)))
    assert len(list((tmp_path / "shows").iterdir())) == KEPT


def test_a_full_disk_leaves_the_earlier_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"))

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write(show("Hai"))
    monkeypatch.undo()
    stored = store.current()
    assert stored is not None
    assert stored.show == show("Một")
    assert len(list((tmp_path / "shows").iterdir())) == 1


def test_ten_thousand_items_survive(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    large = show(items=10_000)
    store.write(large)
    stored = store.current()
    assert stored is not None
    assert stored.show == large
    assert len(store.assets()) == len(assets_of(large)) == 10_000


def test_a_large_show_is_read_in_many_steps(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show(items=2_000))
    assert sum(1 for _step in store.reading()) >= 100
    stored = store.current()
    assert stored is not None
    assert stored.show == show(items=2_000)


def test_what_has_not_changed_is_the_same_value_when_it_is_read_again(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show())
    first = store.current()
    other = replace(show(), playlists=(*show().playlists, replace(show("Hai", items=4).playlists[0], id="q")))
    store.write(other)
    second = store.current()
    assert first is not None
    assert second is not None
    assert second.show == other
    assert second.show.playlists[0] is first.show.playlists[0]
    assert second.show.playlists[1].items[2] is first.show.playlists[0].items[2]


def test_a_show_as_earlier_versions_wrote_it_is_read(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show('"items":[] "playlists":[]'), Instant(7))
    path = tmp_path / "shows/00000001.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"") + b"\n")
    assert store.current() == StoredShow(1, Instant(7), show('"items":[] "playlists":[]'))
    assert store.write(show('"items":[] "playlists":[]')) == 1


def test_a_show_that_says_its_defaults_too_as_it_was_written_once_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    store = ShowStore(tmp_path)
    store.write(show(), Instant(7))
    whole = json.dumps(encode(show()), ensure_ascii=False, separators=(",", ":"))
    head = f'{{"format":1,"number":1,"made":7,"digest":"{hashlib.sha256(whole.encode()).hexdigest()}","show":\n'
    lines = re.sub(r'("playlists":\[|"items":\[)', r"\1\n", whole)
    lines = re.sub(r'(\]\},?)({"type":"Item"|\])', r"\1\n\2", lines)
    (tmp_path / "shows/00000001.json").write_text(f"{head}{lines}\n}}\n")
    assert store.current() == StoredShow(1, Instant(7), show())
    assert "not read by lines" not in caplog.text


def test_a_show_of_a_later_version_with_more_in_it_is_read(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(replace(show(), gate="x"))
    path = tmp_path / "shows/00000001.json"
    stored = json.loads(path.read_text())
    stored["signature"] = "…"
    path.write_text(json.dumps(stored))
    found = store.current()
    assert found is not None
    assert found.show.gate == "x"


def test_the_wall_gets_its_show_without_anything_heavy() -> None:
    code = "import sys, player.library.shows, player.library.wallsettings, player.library.locate; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pydantic", "yaml", "av", "PIL", "sqlite3", "holidays", "rich", "click"} & set(loaded)


def test_what_cannot_be_opened_for_want_of_handles_is_not_taken_for_damaged(tmp_path: Path) -> None:
    store = ShowStore(tmp_path)
    store.write(show())
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(OSError, match="Too many open files"):
            store.current()
        with pytest.raises(OSError, match="Too many open files"):
            store.assets()
        with pytest.raises(OSError, match="Too many open files"):
            read_show(tmp_path / "shows/00000001.json")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert store.current() is not None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'"number":2', b'"number":3'),
        (b'"number":2', b'"number":1e999'),
        (b'"made":7', b'"made":7e99'),
        (b'"made":7', b'"made":"7"'),
        (b'"made":7', b'"made":-7'),
        (b'{"format":1', b'{"more":"\\ud800","format":1'),
    ],
)
def test_what_stands_beside_the_show_is_checked_too(tmp_path: Path, was: bytes, now: bytes) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"), Instant(7))
    store.write(show("Hai"), Instant(7))
    path = tmp_path / "shows/00000002.json"
    data = path.read_bytes()
    assert was in data
    path.write_bytes(data.replace(was, now, 1))
    stored = store.current()
    assert stored is not None
    assert stored.number == (2 if b"more" in now else 1)
    assert store.write(show("Ba")) == 3


@pytest.mark.parametrize("how", ["folder", "deep"])
def test_what_comes_in_the_place_of_a_file_is_no_obstacle(tmp_path: Path, how: str) -> None:
    store = ShowStore(tmp_path)
    store.write(show("Một"), Instant(7))
    if how == "folder":
        (tmp_path / "current").unlink()
        (tmp_path / "current/x").mkdir(parents=True)
    else:
        (tmp_path / "shows/00000001.json").write_bytes(b"[" * 200_000)
    assert store.write(show("Hai"), Instant(7)) == 2
    assert store.current() == StoredShow(2, Instant(7), show("Hai"))

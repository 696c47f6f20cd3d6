"""The watched folder on a clock of the test's own."""

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.library.blobs import Blobs, GivesWay, NoSpace
from player.library.inbox import RETRY_AFTER, UNFINISHED_FOR
from player.library.inboxentries import State
from player.library.index import Index
from tests.library.folders import Clockwork, Drop, clockwork, tree


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


@pytest.fixture
def work(drop: Drop) -> Iterator[Clockwork]:
    with clockwork(drop) as work:
        work.after(0)
        yield work


def sha(work: Clockwork, name: str) -> str:
    content = work.inbox.entries[name].content
    assert content is not None
    return content.sha


def test_a_file_counts_when_it_has_stood_still(drop: Drop, work: Clockwork) -> None:
    path = drop.photo("a.jpg")
    work.after(0.1)
    assert work.states() == {"a.jpg": State.COPYING}
    work.after(1.0)
    os.utime(path)
    work.after(1.5)
    work.after(1.5)
    assert work.states() == {"a.jpg": State.COPYING}
    work.after(0.6)
    assert work.states() == {"a.jpg": State.GOOD}


def test_the_next_look_is_due_when_it_will_have_settled(drop: Drop, work: Clockwork) -> None:
    drop.photo("a.jpg")
    work.now += 0.5
    due = work.inbox.tend(work.now).due
    assert due is not None
    assert work.now + 1.5 <= due <= work.now + 2.0
    work.after(due - work.now)
    assert work.states() == {"a.jpg": State.GOOD}
    assert work.inbox.tend(work.now).due is None


def test_a_wrong_clock_cannot_make_a_file_older_than_it_has_been_watched(drop: Drop, work: Clockwork) -> None:
    os.utime(drop.photo("a.jpg"), (0, 0))
    work.after(0.1)
    work.after(1.8)
    assert work.states() == {"a.jpg": State.COPYING}


def test_a_slow_copy_with_short_and_long_pauses(drop: Drop, work: Clockwork) -> None:
    film = drop.film("film.mp4", 3).read_bytes()
    path = drop.inbox / "film.mp4"
    chance = random.Random(4)
    passed, written = 0.0, 0
    with path.open("wb") as copy:
        while written < len(film):
            copy.write(film[written : written + len(film) // 12 + 1])
            copy.flush()
            written += len(film) // 12 + 1
            for _ in range(chance.choice((1, 3, 9))):
                work.after(1.0)
                passed += 1
                assert work.states()["film.mp4"] in (State.COPYING, State.UNFINISHED) or written >= len(film)
    assert passed > 30
    work.after(3.0)
    assert work.states() == {"film.mp4": State.GOOD}
    assert [one.name for one in (drop.state / "incoming").iterdir()] == []
    assert len(list((drop.state / "blobs").glob("*/*"))) == 1, "half films are not kept"


def test_a_copy_cut_off_for_ever_is_refused_in_the_end(drop: Drop, work: Clockwork) -> None:
    film = drop.film("film.mp4", 2).read_bytes()
    drop.drop("film.mp4", film[: len(film) // 2])
    work.after(0)
    work.after(3)
    assert work.states() == {"film.mp4": State.UNFINISHED}
    assert "cut short" in work.reason("film.mp4")
    work.after(UNFINISHED_FOR + 1)
    assert work.states() == {"film.mp4": State.REFUSED}
    drop.drop("film.mp4", film)
    work.after(0)
    work.after(3)
    assert work.states() == {"film.mp4": State.GOOD}


@pytest.mark.parametrize(("data", "first"), [(b"", State.UNFINISHED), (b"\0" * 5000, State.UNFINISHED)])
def test_empty_files_and_space_set_aside_wait_a_while(drop: Drop, work: Clockwork, data: bytes, first: State) -> None:
    drop.drop("a.jpg", data)
    work.after(0)
    work.after(3)
    assert work.states() == {"a.jpg": first}
    work.after(UNFINISHED_FOR + 1)
    assert work.states() == {"a.jpg": State.REFUSED}


def test_a_changed_file_of_the_same_name_size_and_date_is_noticed(drop: Drop, work: Clockwork) -> None:
    path = drop.drop("a.txt", "một hai")
    work.after(0)
    work.after(3)
    before, status = sha(work, "a.txt"), path.stat()
    path.write_text("ba bốnx")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size != 0
    work.after(0.1)
    work.after(3)
    assert sha(work, "a.txt") != before


def test_a_change_that_cannot_be_seen_from_outside_is_found_when_it_is_read_again(drop: Drop, work: Clockwork) -> None:
    drop.drop("a.txt", "một")
    work.after(0)
    work.after(3)
    entry = work.inbox.entries["a.txt"]
    assert entry.content is not None
    assert work.inbox.verify("a.txt")
    (drop.inbox / "a.txt").write_text("hai")
    # As on a drive that keeps no change times: it looks as it did.
    entry.stamp = entry.stamp.of((drop.inbox / "a.txt").stat())
    before = entry.content.sha
    assert not work.inbox.verify("a.txt")
    work.after(0.1)
    assert sha(work, "a.txt") != before


def test_an_unchanged_file_is_not_read_again(drop: Drop, work: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        drop.photo(f"{number}.png", (number, 0, 0))
    work.after(0)
    work.after(3)
    opened = []
    monkeypatch.setattr(Blobs, "_steps", lambda _self, path: opened.append(path))
    work.after(30)
    work.after(30)
    assert opened == []
    assert set(work.states().values()) == {State.GOOD}


def test_what_was_known_before_a_restart_is_there_at_once(drop: Drop, work: Clockwork) -> None:
    for number in range(3):
        drop.photo(f"{number}.png", (number, 0, 0))
    drop.drop("bad.jpg", "text")
    # A file that was changed this very moment is not remembered.
    time.sleep(0.05)
    work.after(0)
    work.after(3)
    states = work.states()
    with clockwork(drop) as again:
        again.after(0)
        assert again.states() == states
        assert not again.inbox.starting


def test_renaming_and_moving_do_not_wait_and_deleting_is_at_once(drop: Drop, work: Clockwork) -> None:
    path = drop.photo("a.jpg")
    work.after(0)
    work.after(3)
    was = sha(work, "a.jpg")
    (drop.inbox / "Lễ hội").mkdir()
    path.rename(drop.inbox / "Lễ hội/b.jpg")
    work.after(0.1)
    assert work.states() == {"Lễ hội/b.jpg": State.GOOD}
    assert sha(work, "Lễ hội/b.jpg") == was
    shutil.rmtree(drop.inbox / "Lễ hội")
    work.after(0.1)
    assert work.states() == {}


def test_while_a_new_copy_settles_the_older_one_plays(drop: Drop, work: Clockwork) -> None:
    drop.photo("a.jpg", "red")
    work.after(0)
    work.after(3)
    was = sha(work, "a.jpg")
    drop.photo("a.jpg", "blue")
    work.after(0.1)
    assert work.states() == {"a.jpg": State.COPYING}
    assert sha(work, "a.jpg") == was
    work.after(3)
    assert sha(work, "a.jpg") != was


def test_emergencies_are_taken_in_first(drop: Drop, work: Clockwork) -> None:
    for number in range(30):
        drop.photo(f"{number}.png", (number, 0, 0))
    drop.photo("KHAN-CAP/x.png")
    work.after(0)
    work.now += 3
    tended = work.inbox.tend(work.now, budget=0.0)
    assert tended.urgent
    assert tended.waiting == 30
    assert work.states()["KHAN-CAP/x.png"] is State.GOOD


def test_a_long_film_does_not_hold_up_a_picture(drop: Drop, work: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("player.library.taking._LEAST_STEP", 0.001)
    with drop.film("film.mkv", 1).open("ab") as film:
        film.write(random.Random(1).randbytes(40 << 20))
    shutil.copyfile(film.name, drop.inbox / "film.mkv")
    work.after(0)
    work.now += 3
    tended = work.inbox.tend(work.now, budget=0.0)
    drop.photo("KHAN-CAP/x.png")
    assert tended.waiting == 1
    work.inbox.tend(work.now, budget=0.0)
    (copying,) = (drop.state / "incoming").iterdir()
    work.now += 3
    work.inbox.tend(work.now, budget=0.0)
    assert work.states()["KHAN-CAP/x.png"] is State.GOOD
    assert copying.exists() or work.states()["film.mkv"] is State.GOOD
    work.after(1)
    assert work.states()["film.mkv"] is State.GOOD


def test_a_full_disk_is_waited_for(drop: Drop, work: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Blobs, _path: Path) -> str:
        raise NoSpace("the disk is full")

    drop.photo("a.jpg")
    work.after(0)
    with monkeypatch.context() as patch:
        patch.setattr(Blobs, "admit", full)
        work.after(3)
        assert work.states() == {"a.jpg": State.HELD_UP}
        assert work.reason("a.jpg") == "the disk is full"
    work.after(RETRY_AFTER + 1)
    assert work.states() == {"a.jpg": State.GOOD}


def test_a_file_that_may_not_be_read_is_said_and_tried_again(
    drop: Drop, work: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.photo("a.jpg")
    really = os.open

    def forbidden(name: Path, *more: int) -> int:
        if name == path:
            raise PermissionError(13, "Permission denied")
        return really(name, *more)

    work.after(0)
    with monkeypatch.context() as patch:
        # Root, whom tests may run as, could read it whatever its mode.
        patch.setattr("player.library.blobs.os.open", forbidden)
        work.after(3)
        assert work.states() == {"a.jpg": State.REFUSED}
        assert "Permission denied" in work.reason("a.jpg")
    work.after(RETRY_AFTER + 1)
    assert work.states() == {"a.jpg": State.GOOD}


def test_a_folder_that_is_not_there_withdraws_nothing_until_it_is_back(drop: Drop, work: Clockwork) -> None:
    drop.photo("a.jpg")
    work.after(0)
    work.after(3)
    away = drop.inbox.rename(drop.folder / "away")
    work.after(1)
    assert "not there" in work.inbox.absent
    assert work.states() == {"a.jpg": State.GOOD}
    away.rename(drop.inbox)
    work.after(1)
    assert work.inbox.absent == ""
    assert work.states() == {"a.jpg": State.GOOD}
    (drop.inbox / "a.jpg").unlink()
    work.after(1)
    assert (work.inbox.absent, work.states()) == ("", {})


def test_names_of_all_sorts(drop: Drop, work: Clockwork) -> None:
    names = [
        "Ảnh đẹp.png".encode(), "nfd-e\u0301.png".encode(), b"two\nlines.png", b"\"quotes\" 'and' $(x) `y`.png",
        "😀👨\u200d👩\u200d👧.png".encode(), b"\xff\xfe\x80.png", b"x" * 251 + b".png", b"- -rf.png", b" a .png",
        b"%s%n.png",
    ]  # fmt: skip
    data = drop.photo("first.png").read_bytes()
    for name in names:
        (drop.inbox / os.fsdecode(name)).write_bytes(data)
    work.after(0)
    work.after(3)
    assert len(work.states()) == len(names) + 1
    assert set(work.states().values()) == {State.GOOD}


def test_nothing_in_the_folder_is_ever_changed(drop: Drop, work: Clockwork) -> None:
    drop.photo("a.jpg")
    drop.drop("bad.jpg", "text")
    drop.drop("empty.jpg", "")
    os.mkfifo(drop.inbox / "pipe.jpg")
    (drop.inbox / "link.jpg").symlink_to("/etc/passwd")
    (drop.inbox / "/".join("sâu" for _ in range(20))).mkdir(parents=True)
    before = tree(drop.inbox)
    work.after(0)
    work.after(3)
    work.after(UNFINISHED_FOR + 1)
    assert tree(drop.inbox) == before
    assert set(work.inbox.strange) == {"pipe.jpg", "link.jpg", "sâu/sâu/sâu/sâu/sâu/sâu"}


def test_the_index_takes_any_name(tmp_path: Path) -> None:
    from player.library.blobs import Stamp

    path = tmp_path / b"\xff.jpg".decode("utf-8", "surrogateescape")
    path.write_bytes(b"x")
    os.utime(path, (1, 1))
    time.sleep(0.03)
    stamp = Stamp.of(path.stat())._replace(ctime_ns=1)
    index = Index(tmp_path)
    index.remember(path, stamp, "ab")
    assert index.sha(path, stamp) == "ab"
    index.close()


def test_what_takes_long_gives_way_to_an_emergency_and_is_done_after_it(drop: Drop, work: Clockwork) -> None:
    drop.photo("a.png")
    work.after(0)
    work.now += 3
    work.inbox.tend(work.now, budget=0.0)
    assert not work.inbox.is_urgent(work.now + 1)
    drop.photo("KHAN-CAP/x.png")
    assert not work.inbox.is_urgent(work.now + 2), "it is still being copied"
    assert work.inbox.is_urgent(work.now + 5)
    blobs = work.intake.blobs
    blobs.urgent = lambda: work.inbox.is_urgent(work.now + 6)
    with pytest.raises(GivesWay):
        blobs.admit(drop.inbox / "a.png")
    assert list((drop.state / "incoming").iterdir()) == []
    drop.photo("b.png", "blue")
    work.now += 10
    work.inbox.tend(work.now)
    assert work.states()["KHAN-CAP/x.png"] is State.GOOD, "an emergency gives way to nothing"
    assert not work.inbox.is_urgent(work.now + 1)
    (drop.inbox / "KHAN-CAP/x.png").unlink()
    assert work.inbox.is_urgent(work.now + 2), "one that is withdrawn is urgent too"
    work.after(3)
    assert work.states() == {"a.png": State.GOOD, "b.png": State.GOOD}

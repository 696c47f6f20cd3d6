"""The two switches of a blackout, and what a hostile or clumsy hand may do to them."""

import os
from pathlib import Path

import pytest

from player.core.units import Instant, seconds
from player.library.blackout import Blackout, By, Switches

AT = Instant(1_790_000_000_000_000)


@pytest.fixture
def switches(tmp_path: Path) -> Switches:
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    return Switches(tmp_path / "state", tmp_path / "run")


def again(switches: Switches) -> Switches:
    """As another process, or one after a reboot, sees them."""
    return Switches(switches.lasting.parent, switches.passing.parent)


def test_the_command_begins_one_that_lasts_and_keeps_its_beginning(switches: Switches) -> None:
    assert switches.look() is None
    switches.switch_on(AT)
    switches.switch_on(Instant(AT + seconds(60)))
    assert switches.look() == again(switches).look() == Blackout(AT, By.COMMAND, lasting=True)
    switches.switch_off()
    assert switches.look() is None
    switches.switch_off()


def test_a_touched_file_is_one_and_is_made_to_last(switches: Switches) -> None:
    switches.passing.touch()
    os.utime(switches.passing, (AT // 1_000_000, AT // 1_000_000))
    assert switches.look() == Blackout(AT, By.FILE, lasting=False)
    switches.make_last()
    assert switches.look() == Blackout(AT, By.FILE, lasting=True)
    # A reboot empties the run folder.
    switches.passing.unlink()
    assert again(switches).look() == Blackout(AT, By.FILE, lasting=True)
    switches.make_last()
    switches.switch_off()
    assert again(switches).look() is None


def test_a_blackout_that_has_just_been_ended_is_not_made_to_last(
    switches: Switches, monkeypatch: pytest.MonkeyPatch
) -> None:
    switches.touch()
    write = os.fsync

    def ended_meanwhile(handle: int) -> None:
        again(switches).switch_off()
        write(handle)

    monkeypatch.setattr(os, "fsync", ended_meanwhile)
    switches.make_last()
    monkeypatch.undo()
    assert again(switches).look() is None


def test_whatever_lies_there_is_a_blackout_and_can_be_ended(switches: Switches) -> None:
    target = switches.passing.parent / "target"
    for make in (
        lambda path: path.mkdir(),
        lambda path: path.symlink_to(target),
        os.mkfifo,
        lambda path: path.write_bytes(b"[" * 5000),
        lambda path: path.write_bytes(b'{"since": -5, "by": ["x"]}'),
        lambda path: path.write_bytes(b'{"since": 1e999}'),
    ):
        for path in (switches.passing, switches.lasting):
            make(path)
            found = switches.look()
            assert found is not None
            assert found.by is By.FILE
            found.values()
            switches.switch_off()
            assert switches.look() is None
    assert not target.exists()


def test_a_date_beyond_all_calendars_does_no_harm(switches: Switches) -> None:
    switches.touch()
    for year in (-(2**40), 2**33, 2**43):
        try:
            os.utime(switches.passing, (year, year))
        except OverflowError:
            continue
        found = switches.look()
        assert found is not None
        assert str(found.values()["since"]).endswith("Z")


def test_a_disk_that_fails_leaves_things_as_they_are(switches: Switches, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path) -> os.stat_result:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(os, "lstat", broken)
    assert switches.look() is None
    monkeypatch.undo()
    switches.switch_on(AT)
    assert switches.look() is not None
    monkeypatch.setattr(os, "lstat", broken)
    assert switches.look() == Blackout(AT, By.COMMAND, lasting=True)

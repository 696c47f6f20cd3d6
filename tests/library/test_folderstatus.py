"""What operators are told of their files."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from player.core.model import Show
from player.core.units import Instant, instant_of
from player.library.folderstatus import status_text
from player.library.inboxentries import State
from player.library.inboxitems import Seen
from player.library.watching import FolderView
from player.library.workshop import Made
from tests.library.folders import Drop

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 2) -> Instant:
    return instant_of(datetime(2026, 9, day, hour, minute, second, tzinfo=TIMEZONE))


def told(made: Made, now: Instant) -> dict[str, str]:
    """What is said of each file."""
    assert made.show is not None
    assert made.folder is not None
    lines = status_text(made.folder, made.show, now).splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if line.startswith("  "))


def test_what_plays_tells_its_next_time(drop: Drop) -> None:
    drop.photo("a__40m.png", "red")
    drop.photo("b__40m.png", "blue")
    drop.photo("c__13h-14h.png", "green")
    drop.photo("d__2026-09-04..2026-09-05.png", "white")
    drop.photo("e__2026-12-01..2026-12-31.png", "black")
    drop.photo("f__2026-01-01..2026-01-31.png", "grey")
    made = drop.made()
    said = told(made, at(7, day=7))
    assert said["a__40m.png"] == "on the wall now, again at 08:00"
    said = told(made, at(0, 10, day=7))
    assert said["a__40m.png"] == "on the wall now, again at 01:20"
    assert said["b__40m.png"] == "plays, next at 00:40"
    assert said["c__13h-14h.png"].startswith("plays, next at 13:")
    assert said["d__2026-09-04..2026-09-05.png"] == "over since 05/09/2026; it may be deleted"
    assert said["e__2026-12-01..2026-12-31.png"] == "waits until 01/12/2026"
    assert said["f__2026-01-01..2026-01-31.png"] == "over since 31/01/2026; it may be deleted"
    early = told(made, at(7, day=2))["d__2026-09-04..2026-09-05.png"]
    assert early.startswith("plays, next at 0")
    assert early.endswith(" 04/09/2026")


def test_closed_hours_and_emergencies_are_said_first(drop: Drop) -> None:
    drop.write("config.yaml", drop.config.read_text() + 'hours: {time: "06:00-22:00"}\n')
    drop.photo("a.png")
    drop.photo("KHAN-CAP/lũ.png", "blue")
    made = drop.made()
    assert made.show is not None
    assert made.folder is not None
    assert status_text(made.folder, made.show, at(23)).startswith(
        "The wall is closed now; it opens at 06:00 03/09/2026."
    )
    assert status_text(made.folder, made.show, at(8)).startswith("EMERGENCY: nothing but KHAN-CAP")
    assert told(made, at(23))["a.png"] == "plays, next at 06:00 03/09/2026"


def test_every_state_is_told(drop: Drop) -> None:
    drop.photo("a.png")
    made = drop.made()
    assert made.show is not None
    show: Show = made.show
    seen = tuple(Seen(f"{state.value}.x", state, "" if state is State.GOOD else "because") for state in State)
    view = FolderView(drop.inbox, "", seen, (("pipe", "no file"),))
    text = status_text(view, show, at(8))
    for state in State:
        assert text.count(f"  {state.value}.x: ") == 1
    assert text.index("REFUSED") < text.index("WAITING") < text.index("PLAYING") < text.index("CAPTIONS")
    assert "  pipe: no file" in text
    assert "refused.x: because" in text
    assert "unfinished.x: waiting: still being copied? (because)" in text
    assert "beside.x: goes with because" in text


def test_an_empty_folder_says_what_it_is_for(drop: Drop) -> None:
    made = drop.made()
    assert made.show is not None
    assert made.folder is not None
    assert "Put pictures" in status_text(made.folder, made.show, at(8))

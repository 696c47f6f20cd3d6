"""What is read of a gate, and the sentences that say why."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from player.config.language import speaking
from player.core.model import SCREEN, Level, Playlist, Start, Zone
from player.core.plan import Inventory, plan
from player.core.rundown import Timetable
from player.core.units import SECOND, Instant
from player.core.why import why
from player.library.gatefacts import Facts, FactsReader, Frames, frames_of, missing_of
from player.library.shows import ShowStore
from player.library.whywords import explain
from tests.core.making import at, item, playlist, show, times

TOUR = playlist("Giới thiệu", [item("Sa Pa", 60), item("Bắc Hà", 60)], [times("07:00", "18:30", "12345")])
RULES = playlist("Nội quy", [item("xếp hàng")], [times("06:00", "22:00")])


def told(moment: str, *playlists: Playlist, language: str = "vi", zone: str = "main") -> list[str]:
    of = show(*playlists)
    of = replace(of, zones=(*of.zones, Zone(SCREEN, of.zones[0].rect, hide_when_empty=True)))
    timetable, now = Timetable(of), at(moment)
    planned = next(one for one in plan(timetable, Inventory(), now).zones if one.zone == zone)
    with speaking(language):
        return explain(why(timetable, planned, Inventory(), now), timetable.tz, now)


def test_the_sentences_of_an_ordinary_item() -> None:
    assert told("08-31 10:00:30", TOUR, RULES) == [
        "Mục này thuộc «Giới thiệu», danh sách phát mức “thông thường”, lấy từ tệp playlists.",
        "Giờ chiếu: T2–T6 · 07:00–18:30; đang mở đến 18:30.",
        "Luân phiên với «Nội quy».",
    ]


def test_the_sentences_of_an_emergency() -> None:
    storm = playlist("Storm", [item("rain")], level=Level.EMERGENCY, zone=SCREEN, until=at("08-31 12:00"))
    assert told("08-31 10:00", TOUR, storm, language="en", zone=SCREEN)[1:] == [
        "It may play until 12:00.",
        "It covers the whole wall until it ends.",
    ]


def test_nothing_to_show_and_a_spot() -> None:
    assert told("08-31 23:00", TOUR, language="en") == ["No playlist of this zone is open now."]
    spot = playlist("Wash", [item("hands", 20)], [times("10:00", "12:00")], every=10, start=Start.HARD)
    assert "It comes in between, once every 10 min." in told("08-31 10:10:05", RULES, spot, language="en")


# From files


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text("gate: x\n")
    ShowStore(tmp_path / "state").write(show(TOUR, RULES), at("08-31 06:00"))
    (tmp_path / "state/run").mkdir()
    return tmp_path


def facts(gate: Path, moment: str, **wall: object) -> Facts:
    said = {"pid": os.getpid(), "show": {"number": 1}, "zones": [], **wall}
    (gate / "state/run/wall.json").write_text(json.dumps(said))
    return FactsReader(gate / "config.yaml").read(at(moment))


def cue(name: str, start: Instant, seconds: float) -> dict[str, object]:
    begins = datetime.fromtimestamp(start / SECOND, UTC)
    ends = begins + timedelta(seconds=seconds)
    now = {"id": name, "playlist_id": "Giới thiệu", "start": begins.isoformat(), "end": ends.isoformat(), "offset": 0}
    return {"zone": "main", "now": now}


def test_what_the_wall_shows_goes_before_what_was_planned(gate: Path) -> None:
    zone = facts(gate, "08-31 10:00:30", zones=[cue("Bắc Hà", at("08-31 10:00"), 90)]).zones[0]
    assert zone.why.item is not None
    assert (zone.why.item.id, zone.why.carried, zone.why.until) == ("Bắc Hà", True, at("08-31 10:01:30"))


def test_what_the_wall_passes_over_is_stood_in_for(gate: Path) -> None:
    shown = [cue("Bắc Hà", at("08-31 10:00"), 60)]
    zone = facts(gate, "08-31 10:00:30", zones=shown, passed_over=["Sa Pa"]).zones[0]
    assert zone.why.missing is not None
    assert (zone.why.missing.id, zone.why.carried) == ("Sa Pa", False)


@pytest.mark.parametrize(
    "zones",
    [
        [{"zone": "main", "now": None}],
        [{"zone": "main", "now": {"id": "gone", "playlist_id": "gone", "start": "x", "end": "y"}}],
        [{"zone": "main", "now": {"id": "Sa Pa", "start": "yesterday"}}],
        [cue("Bắc Hà", at("08-31 09:00"), 60)],
    ],
)
def test_what_the_wall_says_and_cannot_be_so_is_not_believed(gate: Path, zones: list[object]) -> None:
    zone = facts(gate, "08-31 10:00:30", zones=zones).zones[0]
    assert zone.why.item is not None
    assert (zone.why.item.id, zone.why.carried) == ("Sa Pa", False)


def test_another_show_is_read_when_it_comes(gate: Path) -> None:
    reader = FactsReader(gate / "config.yaml")
    assert reader.read(at("08-31 10:00")).stored is not None
    ShowStore(gate / "state").write(show(RULES), at("08-31 10:00"))
    found = reader.read(at("08-31 10:00:30")).stored
    assert found is not None
    assert (found.number, len(found.show.playlists)) == (2, 1)


def test_a_gate_without_anything_has_facts_all_the_same(gate: Path) -> None:
    shutil.rmtree(gate / "state")
    found = FactsReader(gate / "config.yaml").read(at("08-31 10:00"))
    assert (found.stored, found.zones, found.wall.running, found.disk) == (None, (), False, None)


def test_the_tally_in_a_few_figures() -> None:
    frames = {"presented": 100, "missed": 1, "intervals_ms": [0, 0, 98, 0, 2]}
    assert frames_of({"frames": frames}) == Frames(100, 1, 3, 5)
    assert frames_of({}) == Frames()
    assert missing_of({"troubles": [{"id": "a"}, {"item": "old"}], "passed_over": ["b"]}) == {"a", "b"}

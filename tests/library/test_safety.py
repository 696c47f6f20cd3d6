"""Films that flash, in a real gate: what is said of them, and what is shown by which policy."""

import threading
from pathlib import Path

import pytest

from player.config.items import PICTURE_SPAN
from player.core.geometry import Size
from player.core.model import Film, Fit, Surround
from player.core.units import SECOND, Instant
from player.library.blobs import Blobs
from player.library.central import Active, CentralStore, Release
from player.library.examiner import Examiner, Known
from player.library.folderstatus import status_text
from player.library.index import Index
from player.library.safety import share_that_matters
from player.library.workshop import Made, Workshop
from player.trust.manifest import Entry
from tests.library.folders import Drop
from tests.library.gate import CONFIG, Gate, titles
from tests.media.media import FAST, ffmpeg, make_strobe

REFUSE = "safety: {flashing: refuse}\n"
FLASHES = "flashes 8 times a second from 00:00 to 00:0"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """With a film that flashes, one that does not, and a picture."""
    gate = Gate(tmp_path)
    make_strobe(gate.playlists / "media/strobe.mp4")
    gate.film("calm.mp4")
    gate.picture("1.png")
    gate.playlist("a.yaml", "{video: media/strobe.mp4, fit: cover}", "{video: media/calm.mp4}", "{image: media/1.png}")
    return gate


def watched(shop: Workshop) -> Made:
    """As `make`, once all films are known."""
    shop.examine(shop.make().unexamined)
    made = shop.make()
    shop.store(made)
    return made


def said(made: Made) -> list[str]:
    return [str(one) for one in made.flashing]


def test_a_film_that_flashes_is_told_and_shown(gate: Gate) -> None:
    with gate.workshop() as shop:
        made = shop.make()
        assert len(made.unexamined) == 2
        assert not made.flashing
        made = watched(shop)
    assert not made.unexamined
    assert not made.faults
    assert titles(made) == ["media/strobe.mp4", "media/calm.mp4", "media/1.png"]
    [told] = said(made)
    assert told.startswith(f"playlists/a.yaml: a.yaml: media/strobe.mp4: {FLASHES}")
    assert told.endswith("over 100 % of the picture")
    assert told in map(str, made.notes)
    known = gate.make()
    assert not known.unexamined
    assert known.flashing == made.flashing


def test_by_a_road_nothing_is_shown_before_it_is_known_to_be_good(gate: Gate) -> None:
    gate.write("config.yaml", CONFIG + REFUSE)
    with gate.workshop() as shop:
        made = shop.make()
        assert titles(made) == ["media/1.png"]
        assert not made.faults
        assert [one.partition(".mp4: ")[2] for one in said(made)] == ["is watched for flashes before it is shown"] * 2
        shop.store(made)
        shop.tidy()
        made = watched(shop)
        assert titles(made) == ["media/calm.mp4", "media/1.png"]
        [fault] = made.faults
        assert f"media/strobe.mp4: is not shown here, because it {FLASHES}" in fault.message
        shop.tidy()
        gate.write("config.yaml", CONFIG)
        made = shop.make()
        assert titles(made) == ["media/strobe.mp4", "media/calm.mp4", "media/1.png"]
        films = (
            [item.content for item in made.show.playlists[0].items if isinstance(item.content, Film)]
            if made.show
            else []
        )
        assert all(Blobs(gate.state).has(film.asset) for film in films)


def test_what_an_item_cuts_off_does_not_count(gate: Gate) -> None:
    late = gate.playlists / "media/late.mp4"
    strobe = gate.playlists / "media/strobe.mp4"
    ffmpeg("-i", str(strobe), "-vf", "tpad=start_duration=3", *FAST, str(late))
    gate.playlist("a.yaml", "{video: media/late.mp4, for: 2s, fit: cover}", "{video: media/late.mp4, fit: cover}")
    with gate.workshop() as shop:
        [told] = said(watched(shop))
    assert "from 00:03 to 00:05" in told


def test_a_film_in_a_small_zone_is_too_small_to_matter(gate: Gate) -> None:
    gate.write("config.yaml", CONFIG + REFUSE)
    gate.write("playlists/a.yaml", "title: a\nzone: ticker\nitems:\n  - {video: media/strobe.mp4, fit: cover}\n")
    with gate.workshop() as shop:
        made = watched(shop)
    assert titles(made) == ["media/strobe.mp4"]
    assert not made.flashing


def test_what_both_agencies_signed_is_subject_to_it_too(gate: Gate) -> None:
    central = 'sources: {central: {url: "http://127.0.0.1:9/", root: root.json}}\n'
    gate.write("config.yaml", CONFIG + REFUSE + central)
    store, blobs = CentralStore(gate.state), Blobs(gate.state)
    names = ("a.yaml", "media/strobe.mp4", "media/calm.mp4", "media/1.png")
    paths = [gate.playlists / name for name in names]
    entries = tuple(
        Entry(name, blobs.admit(path), path.stat().st_size) for name, path in zip(names, paths, strict=True)
    )
    release = Release("a" * 64, 1, "2026-12-01", ("k",), (), entries)
    store.keep(release)
    store.activate(Active("kim-thanh-2", release.sha))
    with gate.workshop() as shop:
        assert titles(shop.make()) == ["media/1.png"]
        made = watched(shop)
    assert titles(made) == ["media/calm.mp4", "media/1.png"]
    assert [f"media/strobe.mp4: is not shown here, because it {FLASHES}" in str(one) for one in made.faults] == [True]


@pytest.mark.parametrize("policy", ["", REFUSE], ids=["report", "refuse"])
def test_operators_are_told_of_their_own_films(tmp_path: Path, policy: str) -> None:
    drop = Drop(tmp_path)
    drop.write("config.yaml", drop.config.read_text() + policy)
    make_strobe(drop.inbox / "nhay.mp4")
    drop.photo("1.png")
    with drop.workshop() as shop:
        shop.make()
        shop.settle()
        first = shop.make()
        made = watched(shop)
        view = shop.view()
    assert made.show is not None
    assert view == made.folder
    assert view is not None
    text = status_text(view, made.show, Instant(1_800_000_000 * SECOND))
    if policy:
        assert first.folder is not None
        assert first.show is not None
        assert "nhay.mp4: is watched for flashes before it is shown" in status_text(
            first.folder, first.show, Instant(1)
        )
        assert f"REFUSED: something is to be done (1)\n  nhay.mp4: is not shown here, because it {FLASHES}" in text
        assert [str(one).partition(": ")[0] for one in made.faults] == ["inbox/nhay.mp4"]
        assert titles(made) == ["1.png"]
    else:
        assert f"; {FLASHES}" in text
        assert [one.partition(": ")[0] for one in said(made)] == ["inbox/nhay.mp4"]
        assert not made.faults


def test_pictures_in_quick_succession_are_noted(gate: Gate) -> None:
    gate.playlist("a.yaml", "{image: media/1.png, for: 0.2s}", "{image: media/1.png, for: 0.2s}")
    assert [one for one in map(str, gate.make().notes) if "less than a third of a second" in one]
    assert PICTURE_SPAN > SECOND


def test_a_film_that_cannot_be_watched_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(4000))
    blobs, index = Blobs(tmp_path), Index(tmp_path)
    sha = blobs.admit(tmp_path / "bad.mp4")
    examiner = Examiner(blobs, Known(index), threading.Event())
    try:
        assert examiner.examine(sha)
        found = examiner.known.findings(sha)
    finally:
        examiner.close()
        index.close()
    assert found is not None
    assert found.trouble


def test_a_film_is_left_off_and_gone_on_with(tmp_path: Path) -> None:
    film = make_strobe(tmp_path / "long.mp4", seconds=10.0)
    blobs, index = Blobs(tmp_path), Index(tmp_path)
    examiner = Examiner(blobs, Known(index), threading.Event())
    sha = blobs.admit(film)
    try:
        assert not examiner.examine(sha, until=0.0)
        assert examiner.examine(sha)
        assert examiner.examine(sha, until=0.0), "it is known now"
        assert not examiner.examine("0" * 64), "there is none"
    finally:
        examiner.close()
        index.close()


FULL = Size(1920, 1080)


@pytest.mark.parametrize(
    ("film", "size", "zone", "share"),
    [
        (Film("", SECOND), FULL, FULL, 0.25),
        (Film("", SECOND), FULL, Size(960, 1080), 1.0),
        (Film("", SECOND, Fit.CONTAIN, Surround.BLUR), FULL, Size(960, 1080), 0.5),
        (Film("", SECOND, Fit.COVER), FULL, Size(960, 1080), 0.25),
        (Film("", SECOND, Fit.STRETCH), FULL, Size(960, 1080), 0.5),
        (Film("", SECOND, Fit.COVER), FULL, Size(960, 500), 2.0),
    ],
)
def test_the_share_of_a_film_that_is_a_quarter_of_the_canvas(film: Film, size: Size, zone: Size, share: float) -> None:
    assert share_that_matters(film, size, zone, FULL) == pytest.approx(share, rel=0.01)

"""Banners compiled: ways, texts from files and feeds, and the time that they take."""

from pathlib import Path

import pytest

from player.core.model import Banner, Direction, Item
from player.core.units import SECOND
from player.library.feeds import FeedCopy, FeedStore
from tests.library.gate import CONFIG, Gate

HEAD = "title: b\nzone: ticker\nitems:\n"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


def items(gate: Gate) -> list[Item]:
    made = gate.make()
    assert made.show is not None
    assert not made.faults
    return [item for playlist in made.show.playlists for item in playlist.items]


def banner_of(item: Item) -> Banner:
    assert isinstance(item.content, Banner)
    return item.content


def test_an_upward_banner_is_measured_in_its_zones_width(gate: Gate) -> None:
    text = "Chào mừng quý khách đến Lào Cai. " * 3
    gate.write("playlists/b.yaml", f"{HEAD}  - {{banner: {text}, direction: up, speed: 30}}\n")
    (item,) = items(gate)
    upward = banner_of(item)
    assert (upward.direction, upward.height, upward.across, upward.step) == (Direction.UP, 36, 320, 1)
    assert item.span == upward.width * SECOND // 30
    gate.write(
        "config.yaml",
        CONFIG.replace("ticker: {at: [0, 80%], size: [100%, 20%]", "ticker: {at: [0, 80%], size: [50%, 20%]"),
    )
    narrow = banner_of(items(gate)[0])
    assert narrow.across == 160
    assert narrow.width > upward.width


def test_lines_become_paragraphs_upwards_and_one_line_to_the_left(gate: Gate) -> None:
    text = "        Giờ mở cửa:\n          7:00  đến 18:00\n"
    gate.write("playlists/b.yaml", f"{HEAD}  - banner: |\n{text}  - direction: up\n    banner: |\n{text}")
    left, upward = (banner_of(item) for item in items(gate))
    assert left.text == "Giờ mở cửa: 7:00 đến 18:00"
    assert upward.text == "Giờ mở cửa:\n7:00 đến 18:00"


def test_a_banner_before_another_kind_of_item_has_time_to_leave(gate: Gate) -> None:
    gate.write(
        "playlists/b.yaml", HEAD + "  - {banner: Một, speed: 60}\n  - {banner: Hai, speed: 60}\n  - {notice: Ba}\n"
    )
    first, second, _notice = items(gate)
    assert first.span == banner_of(first).width // 2 * SECOND // 30
    assert second.span >= (banner_of(second).width + 320) // 2 * SECOND // 30
    again = items(gate)[1]
    assert again.span == second.span


def test_a_text_file_is_one_banner_and_read_anew_when_it_changes(gate: Gate) -> None:
    path = gate.write("playlists/media/tin.txt", "Tin một\r\n\r\nTin hai\r\n")
    gate.write("playlists/b.yaml", HEAD + "  - {banner: {file: media/tin.txt, lang: vi}, speed: 60}\n")
    (item,) = items(gate)
    assert item.title == "media/tin.txt"
    assert banner_of(item).text.split() == ["Tin", "một", "Tin", "hai"]
    path.write_bytes(b"\xef\xbb\xbf" + b"Tin ba")
    assert banner_of(items(gate)[0]).text == "Tin ba"


def test_a_text_file_that_becomes_empty_keeps_what_it_said(gate: Gate) -> None:
    path = gate.write("playlists/media/tin.txt", "Tin một")
    gate.write("playlists/b.yaml", HEAD + "  - {banner: {file: media/tin.txt}}\n")
    items(gate)
    path.write_text(" \n")
    made = gate.make()
    assert "shows nothing" in str(made.faults[0])
    assert made.show is not None
    assert banner_of(made.show.playlists[0].items[0]).text == "Tin một"


def test_a_feed_is_as_many_titles_as_are_wanted_and_nothing_until_it_is_fetched(gate: Gate) -> None:
    url = "https://example.com/tin.rss"
    gate.write("playlists/b.yaml", f'{HEAD}  - {{banner: {{feed: "{url}", items: 2}}}}\n  - {{banner: Chào}}\n')
    assert [item.title for item in items(gate)] == ["Chào"]
    assert gate.make().feeds == (url,)
    FeedStore(gate.state).keep(FeedCopy(url, ("Một", "Hai", "Ba")))
    assert banner_of(items(gate)[0]).text == "Một\nHai"


def test_the_titles_stay_while_the_playlist_has_a_fault(gate: Gate) -> None:
    url = "https://example.com/tin.rss"
    text = f'{HEAD}  - {{banner: {{feed: "{url}"}}}}\n'
    gate.write("playlists/b.yaml", text)
    FeedStore(gate.state).keep(FeedCopy(url, ("Một",)))
    items(gate)
    gate.write("playlists/b.yaml", text + "wrong: key\n")
    made = gate.make()
    assert made.show is not None
    assert banner_of(made.show.playlists[0].items[0]).text == "Một"

"""Decoders as the wall meets them: real children of a real nursery, with pictures in shared memory."""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from player.core.geometry import Size
from player.core.model import Banner, Caption, Content, Film, Notice, Picture
from player.core.units import Span, seconds
from player.media.channel import Channel, Hangup, Message
from player.media.decoder import TILE_WIDTH, Decoder
from player.media.jobs import Job
from player.media.nursery import Nursery
from player.media.sharing import AHEAD, SOUND_FRAME, Layout, SharedMemory
from player.media.text.crawl import Strip
from tests.endtoend.films import make_film

SIZE = Size(320, 180)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


def job(content: Content, path: Path | str = "", size: Size = SIZE, offset: Span = Span(0)) -> Job:
    return Job(content, str(path), size, offset, language="en")


def listen(decoder: Decoder, enough: Callable[[list[Message]], bool], limit: float = 30) -> list[Message]:
    """What the decoder says until `enough`, or until it is gone."""
    said: list[Message] = []
    deadline = time.monotonic() + limit
    while not enough(said) and not decoder.gone:
        assert time.monotonic() < deadline, said
        select.select([decoder.fileno()], [], [], 1)
        said += decoder.messages()
    return said


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def until(condition: Callable[[], bool], limit: float = 10) -> bool:
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def frames_of(said: list[Message]) -> list[Message]:
    return [message for message in said if message[0] == "frame"]


def test_a_picture_comes_in_the_byte_order_of_the_screen(nursery: Nursery, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (200, 100, 50)).save(tmp_path / "plain.png")
    decoder = Decoder(nursery, job(Picture("x"), tmp_path / "plain.png"))
    assert listen(decoder, bool) == [["still", True]]
    blue, green, red, _ = decoder.memory.slot(0)[:4]
    assert (red, green, blue) == (200, 100, 50)
    decoder.close()


def test_a_file_that_cannot_be_shown_is_refused_with_its_reason(nursery: Nursery, tmp_path: Path) -> None:
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    decoder = Decoder(nursery, job(Picture("x"), tmp_path / "torn.jpg"))
    (verb, reason), *_ = listen(decoder, bool)
    assert verb == "failed"
    assert "copy it again" in reason
    decoder.close()


@pytest.mark.parametrize(("name", "words"), [("gone.jpg", "copy it here again"), ("loop.jpg", "cannot be opened")])
def test_a_file_that_is_not_there_is_no_crash(nursery: Nursery, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    decoder = Decoder(nursery, job(Picture("x"), tmp_path / name))
    (verb, reason), *_ = listen(decoder, bool)
    decoder.close()
    assert verb == "failed"
    assert words in reason


def test_a_film_fills_the_slots_that_it_may_have_and_goes_on_when_they_are_given_back(
    nursery: Nursery, tmp_path: Path
) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=2 * 30, fps=30, size=SIZE)
    decoder = Decoder(nursery, job(Film("x", seconds(2)), tmp_path / "film.mp4"))
    slots = decoder.layout.slots
    said = frames_of(listen(decoder, lambda said: len(frames_of(said)) == AHEAD))
    for slot in range(AHEAD, slots):
        decoder.tell("free", slot)
    said += frames_of(listen(decoder, lambda said: len(frames_of(said)) == slots - AHEAD))
    assert sorted(slot for _, slot, _ in said) == list(range(slots))
    assert [round(at * 30 / 1e6) for _, _, at in said] == list(range(slots))
    decoder.tell("free", said[0][1])
    (_, slot, at), *more = frames_of(listen(decoder, lambda said: len(frames_of(said)) == 1))
    assert (slot, round(at * 30 / 1e6), more) == (said[0][1], slots, [])
    decoder.close()


def test_a_films_caption_has_a_slot_of_its_own(nursery: Nursery, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=30, fps=30, size=SIZE)
    film = Film("x", seconds(1), caption=Caption("Sa Pa"))
    decoder = Decoder(nursery, job(film, tmp_path / "film.mp4"))
    for slot in range(AHEAD, decoder.layout.slots - 1):
        decoder.tell("free", slot)
    said = listen(decoder, lambda said: len(frames_of(said)) == decoder.layout.slots - 1)
    assert [slot for verb, slot, *_ in said if verb == "overlay"] == [decoder.layout.slots - 1]
    assert sorted(slot for _, slot, _ in frames_of(said)) == list(range(decoder.layout.slots - 1))
    decoder.close()


def test_a_film_begins_again_at_its_end_and_its_times_count_on(nursery: Nursery, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=1 * 30, fps=30, size=SIZE)
    decoder = Decoder(nursery, job(Film("x", seconds(1)), tmp_path / "film.mp4", offset=seconds(0.9)))
    seen: list[int] = []
    while len(seen) < 12:
        for _, slot, at in frames_of(listen(decoder, lambda said: bool(frames_of(said)))):
            seen.append(round(at * 30 / 1e6))
            decoder.tell("free", slot)
    assert seen == list(range(27, 27 + len(seen)))
    decoder.close()


def test_a_decoder_ends_when_the_wall_closes_it(nursery: Nursery, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=1 * 30, fps=30, size=SIZE)
    decoder = Decoder(nursery, job(Film("x", seconds(1)), tmp_path / "film.mp4"))
    listen(decoder, lambda said: bool(frames_of(said)))
    os.kill(decoder.pid, signal.SIGSTOP)  # one that hangs must end as well
    decoder.close()
    assert until(lambda: is_gone(decoder.pid))


def test_the_death_of_a_decoder_is_noticed_and_its_last_picture_stays(nursery: Nursery, tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=1 * 30, fps=30, size=SIZE)
    decoder = Decoder(nursery, job(Film("x", seconds(1)), tmp_path / "film.mp4"))
    said = frames_of(listen(decoder, lambda said: bool(frames_of(said))))
    before = bytes(decoder.memory.slot(said[0][1]))
    os.kill(decoder.pid, signal.SIGKILL)
    listen(decoder, lambda _: decoder.gone)
    decoder.tell("free", said[0][1])
    assert any(before)
    assert bytes(decoder.memory.slot(said[0][1])) == before
    decoder.close()


def test_tiles_are_those_of_the_strip(nursery: Nursery) -> None:
    words = "Chào mừng quý khách · 欢迎光临 · ຍິນດີຕ້ອນຮັບ · សូមស្វាគមន៍ " * 3
    strip = Strip(words, Banner(words, 1, 60, 2).style, 60)
    decoder = Decoder(nursery, job(Banner(words, strip.width, 60, 2), size=Size(640, 60)))
    decoder.tell("tile", 2, 1)
    said = listen(decoder, lambda said: len(said) == 2)
    assert said == [["strip", strip.width], ["tile", 1, 2]]
    assert bytes(decoder.memory.slot(1)) == strip.tile(2 * TILE_WIDTH, TILE_WIDTH).pixels
    decoder.close()


def test_a_nursery_that_died_is_replaced(tmp_path: Path) -> None:
    nursery = Nursery()
    try:
        first = nursery.pid
        os.kill(first, signal.SIGKILL)
        Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
        assert until(lambda: Path(f"/proc/{first}/stat").read_text().split()[2] == "Z")
        decoder = Decoder(nursery, job(Picture("x"), tmp_path / "plain.png"))
        assert listen(decoder, bool) == [["still", True]]
        assert nursery.pid != first
        decoder.close()
    finally:
        nursery.close()


def test_no_decoder_outlives_its_nursery(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", 1, frames=1 * 30, fps=30, size=SIZE)
    nursery = Nursery()
    decoder = Decoder(nursery, job(Film("x", seconds(1)), tmp_path / "film.mp4"))
    listen(decoder, lambda said: bool(frames_of(said)))
    nursery.close()
    assert until(lambda: is_gone(decoder.pid))
    decoder.close()


def test_a_long_text_reaches_the_decoder(nursery: Nursery) -> None:
    text = "Cửa khẩu quốc tế. " * 12_000
    decoder = Decoder(nursery, job(Notice("Dài", text)))
    assert listen(decoder, bool) == [["still", True]]
    decoder.close()


def test_sound_written_around_the_end_of_the_ring_is_read_back_whole() -> None:
    memory = SharedMemory.create(Layout(Size(2, 2), 1, 100, 0))
    samples = bytes(range(240))
    memory.write_sound(970, samples)
    assert memory.read_sound(970, len(samples) // SOUND_FRAME) == samples


def test_shared_memory_keeps_its_size() -> None:
    """The wall would be killed reading beyond the end of a block that a decoder has cut short."""
    memory = SharedMemory.create(Layout(Size(2, 2), 1, 100, 0))
    for size in (0, 1 << 20):
        with pytest.raises(PermissionError):
            os.ftruncate(memory.handle, size)
    memory.forget_handle()


@pytest.mark.parametrize("rubbish", [b"\xff\xfe", b"{}", b"[]", b'{"frame": 1}', b"[", b"[" * 50_000])
def test_rubbish_on_the_line_counts_as_hanging_up(rubbish: bytes) -> None:
    ours, theirs = Channel.pair()
    with theirs:
        theirs.send(rubbish)
        with pytest.raises(Hangup):
            ours.receive(wait=True)
    ours.close()


def test_a_line_that_nobody_reads_counts_as_hung_up_and_never_blocks() -> None:
    ours, theirs = Channel.pair()
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with theirs, pytest.raises(Hangup):
        say_for_ever(ours)
    ours.close()


def say_for_ever(channel: Channel) -> None:
    while True:
        channel.send("free", 1)


def test_a_decoder_that_never_stops_talking_is_given_up(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall listens between two frames."""
    decoder = Decoder(nursery, job(Notice("title", "text")))
    with monkeypatch.context() as patch:
        patch.setattr(Channel, "receive", lambda _self, wait: (["sound", 0, 0], []) if not wait else None)
        assert len(list(decoder.messages())) < 10_000
    assert decoder.gone
    decoder.close()

"""The sound of films: the right samples at the right time, without a hole."""

import pytest

from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.core.units import SECOND, Span, seconds
from player.media.film import Film
from tests.media.media import CLICK, FAST, film, onsets, remade

AAC = (*FAST, "-c:a", "aac", "-b:a", "96k")
CODINGS = {
    "aac.mp4": AAC,
    "aac.ts": AAC,
    "aac.mkv": AAC,
    "mp3.mp4": (*FAST, "-c:a", "libmp3lame"),
    "mp2.mpg": ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2"),
    "opus.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
    "vorbis.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "wma.wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "pcm.mov": (*FAST, "-c:a", "pcm_s16le"),
    "pcm.avi": (*FAST, "-bf", "0", "-c:a", "pcm_s16le"),
    "surround.mp4": (*AAC, "-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=0*c0|c4=c0|c5=c0"),
    "slow.mp4": (*AAC, "-ar", "22050"),
    "fine.mkv": (*FAST, "-c:a", "flac", "-ar", "96000"),
}
EARLY, LATE = 0.045, 0.125
"""Seconds by which sound may lead and lag (ITU-R BT.1359-1)."""


def listen(path: str, until: float, step: float = 0.1, **how: object) -> bytes:
    """What is heard from the offset until `until`, or the end, asked for step by step."""
    reel = Film(path, Size(64, 48), Fit.STRETCH, Surround.PLAIN, sound=True, **how)  # type: ignore[arg-type]
    assert reel.has_sound
    heard = bytearray()
    while reel.sound_position < seconds(until):
        position = reel.sound_position
        samples = reel.next_sound(min(Span(position + seconds(step)), seconds(until)))
        if samples is None:
            break
        assert reel.sound_position == pytest.approx(position + len(samples) // 4 * SECOND / 48_000, abs=25)
        heard += samples
    reel.close()
    return bytes(heard)


@pytest.mark.parametrize("name", CODINGS)
def test_sound_is_in_step_with_the_picture(name: str) -> None:
    heard = listen(film(name, frames=75, coding=CODINGS[name], sound=True), 2.9)

    assert len(heard) == int(2.9 * 48_000) * 4
    clicks = [place / 48_000 for place in onsets(heard)]
    assert len(clicks) == 3
    assert all(second - EARLY / 2 < click - CLICK < second + LATE / 4 for second, click in enumerate(clicks))


@pytest.mark.parametrize("name", CODINGS)
def test_sound_resumes_where_it_was(name: str) -> None:
    path = film(name, frames=75, coding=CODINGS[name], sound=True)

    through = onsets(listen(path, 2.9))
    resumed = onsets(listen(path, 2.9, offset=seconds(0.7)))

    assert [place + int(0.7 * 48_000) for place in resumed] == pytest.approx(through[1:], abs=300)


def test_sound_of_a_film_that_loops() -> None:
    """Its sound is a little shorter than its pictures, and must not creep."""
    source = film("aac.mp4", frames=75, coding=AAC, sound=True)
    path = remade("short-sound.mp4", source, "-c:v", "copy", "-af", "atrim=end=2.5", "-c:a", "aac")

    heard = listen(path, 11.5, loop=True, offset=seconds(0.5))

    assert len(heard) == 11 * 48_000 * 4
    times = [place / 48_000 + 0.5 for place in onsets(heard)]
    assert times == pytest.approx([second + CLICK for second in range(1, 12)], abs=0.02)


def test_a_gap_is_silence() -> None:
    source = film("aac.mkv", frames=75, coding=AAC, sound=True)
    path = remade("gap.mkv", source, "-c:v", "copy", "-af", "aselect='not(between(t,0.75,1.75))'", "-c:a", "flac")

    assert [place / 48_000 for place in onsets(listen(path, 2.9))] == pytest.approx([0.25, 2.25], abs=0.01)


def test_sound_that_begins_late_and_sound_that_begins_early() -> None:
    source = film("aac.mkv", frames=75, coding=AAC, sound=True)
    late = remade(
        "late-sound.mkv", source, "-itsoffset", "0.5", "-i", source, "-map", "0:v", "-map", "1:a", "-c", "copy"
    )
    early = remade(
        "early-sound.mkv", source, "-itsoffset", "0.5", "-i", source, "-map", "1:v", "-map", "0:a", "-c", "copy"
    )

    assert [place / 48_000 for place in onsets(listen(late, 2.9))] == pytest.approx([0.75, 1.75, 2.75], abs=0.02)
    assert [place / 48_000 for place in onsets(listen(early, 2.4))] == pytest.approx([0.75, 1.75], abs=0.02)


def test_all_the_sound_comes_and_then_none() -> None:
    heard = listen(film("pcm.mov", frames=75, coding=CODINGS["pcm.mov"], sound=True), 60, step=7)

    assert len(heard) == pytest.approx(3 * 48_000 * 4, abs=48_000 * 4 * 0.05)


def test_a_silent_film_has_no_sound() -> None:
    reel = Film(film("h264.mp4", frames=30, coding=FAST), Size(64, 48), Fit.STRETCH, Surround.PLAIN, sound=True)

    assert not reel.has_sound
    assert reel.next_sound(seconds(1)) is None
    reel.close()


def test_sound_that_nobody_asked_for_is_not_decoded() -> None:
    reel = Film(film("aac.mp4", frames=75, coding=AAC, sound=True), Size(64, 48), Fit.STRETCH, Surround.PLAIN)

    assert reel.has_sound
    assert reel.next_sound(seconds(1)) is None
    reel.close()

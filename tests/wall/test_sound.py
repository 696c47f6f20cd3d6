"""The sound card is the wall's by day only."""

import time
from collections.abc import Callable

import pygame
import pytest

from player.library.wallsettings import WallSettings
from player.media.nursery import Nursery
from player.wall.sound import REST, Speaker
from player.wall.volume import Volume


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_at_night_the_card_is_closed_and_opened_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    nursery = Nursery()
    speaker = Speaker(nursery, Volume(WallSettings()))
    try:
        until(pygame.mixer.get_init)
        speaker.attend(mute=True, clock=100)
        # A moment of darkness is no night.
        speaker.attend(mute=False, clock=100 + REST)
        speaker.attend(mute=True, clock=101 + REST)
        speaker.attend(mute=True, clock=100 + 2 * REST)
        assert pygame.mixer.get_init()
        speaker.attend(mute=True, clock=102 + 2 * REST)
        until(lambda: not pygame.mixer.get_init())
        speaker.lost()
        speaker.attend(mute=True, clock=103 + 2 * REST)
        speaker.attend(mute=False, clock=104 + 2 * REST)
        until(pygame.mixer.get_init)
        assert speaker.fault == ""
    finally:
        speaker.close()
        nursery.close()

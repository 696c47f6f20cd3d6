"""`python -m player.cli.examinations.trial OUTPUT CANVAS FPS`: draws for a second as the wall does, and prints as
JSON how evenly the frames reached the screen."""

import json
import sys
import time

import pygame

from player.core.geometry import Rect, Size
from player.core.pacing import frame_index, frame_instant
from player.core.units import SECOND, Instant
from player.wall.screen import Screen, open_screen
from player.wall.tally import Tally

LENGTH = 90
"""Frames; at 60 a second, one and a half seconds."""

_BAR = 64


def main(arguments: list[str]) -> None:
    output, canvas, fps = arguments[0], Size(*map(int, arguments[1].split("x"))), int(arguments[2])
    screen = open_screen(output, canvas)
    tally = Tally()
    try:
        _draw(screen, tally, fps)
    finally:
        screen.close()
    print(json.dumps({**tally.describe(), "output": screen.output}))


def _draw(screen: Screen, tally: Tally, fps: int) -> None:
    """A bar that goes across; the whole canvas is drawn and presented for each frame: the most there can be."""
    whole = Rect(0, 0, *screen.canvas)
    first = frame_index(_now(), fps) + 1
    for _turn in range(LENGTH):
        frame = frame_index(_now(), fps) + 1
        time.sleep(max(0.0, (frame_instant(frame, fps) - _now()) / SECOND))
        screen.surface.fill((11, 37, 69))
        place = (frame - first) * screen.canvas.width // LENGTH
        screen.surface.fill((255, 255, 255), pygame.Rect(place, 0, _BAR, screen.canvas.height))
        screen.present([whole])
        tally.note(_now(), frame, moving=True)
        screen.news()


def _now() -> Instant:
    return Instant(time.time_ns() // 1000)


if __name__ == "__main__":
    main(sys.argv[1:])

"""A stand-in for the program: draws numbered frames, sixty a second, on the screen that it is given.

Numbers after the count are of frames that it leaves black, as a bad player would.
"""

import sys
import time

import pygame

from tests.endtoend.barcode import Code
from tests.endtoend.films import coded_frame

SIZE = (320, 180)


def main(count: int, black: set[int]) -> None:
    pygame.display.init()
    window = pygame.display.set_mode(SIZE, pygame.NOFRAME)
    pygame.mouse.set_visible(False)
    frames = [pygame.surfarray.make_surface(coded_frame(SIZE, Code(7, n)).swapaxes(0, 1)) for n in range(count)]
    for number in black:
        frames[number].fill("black")
    start = time.monotonic()
    for number, frame in enumerate(frames):
        time.sleep(max(0, start + number / 60 - time.monotonic()))
        window.blit(frame, (0, 0))
        pygame.display.flip()
    print("drawn", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), {int(number) for number in sys.argv[2:]})

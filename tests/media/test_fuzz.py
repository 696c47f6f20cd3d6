"""Damaged files, many and in every way: each is shown or refused with a sentence; nothing crashes or hangs."""

import random
from pathlib import Path

import pytest
from PIL import Image

from player.core.geometry import Size
from player.media.limits import MEMORY
from tests.media.media import FAST, film, made
from tests.media.test_animation import animated
from tests.media.test_images import saved
from tests.media.test_limits import run_child
from tests.media.test_pages import document

SMALL = Size(112, 64)
MUTATIONS = 12


def sources() -> list[str]:
    noise = Image.effect_noise((60, 40), 90).convert("RGB")
    pictures = [
        saved(f"small.{ending}", noise) for ending in ("jpg", "png", "webp", "gif", "bmp", "tif", "avif", "heic")
    ]
    sounding = (*FAST, "-c:a", "aac")
    films = [
        film(f"small.{ending}", frames=20, size=SMALL, coding=sounding, sound=True) for ending in ("mp4", "mkv", "ts")
    ]
    films.append(film("small.avi", frames=20, size=SMALL, coding=("-c:v", "mpeg4", "-c:a", "mp2"), sound=True))
    films.append(film("small.webm", frames=20, size=SMALL, coding=("-c:v", "libvpx", "-c:a", "libopus"), sound=True))
    films.append(film("small.wmv", frames=20, size=SMALL, coding=("-c:v", "wmv2", "-c:a", "wmav2"), sound=True))
    return [
        *pictures,
        *films,
        animated("small-moving.gif", [50] * 5),
        animated("small-moving.webp", [50] * 5),
        document("quarters.pdf"),
    ]


def mutated(data: bytes, dice: random.Random) -> bytes:
    out = bytearray(data)
    way = dice.randrange(5)
    if way == 0:
        return bytes(out[: dice.randrange(len(out))])
    if way == 1:
        at = dice.randrange(len(out))
        del out[at : at + dice.randrange(1, 64)]
        return bytes(out)
    reach = min(len(out), 400) if way == 2 else len(out)
    for _ in range(dice.choice((1, 3, 20, 200))):
        at = dice.randrange(reach)
        out[at] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256), out[at] ^ (1 << dice.randrange(8))))
    if way == 4:
        at = dice.randrange(len(out))
        out[at:at] = out[max(0, at - 50) : at]
    return bytes(out)


@pytest.mark.parametrize("seed", range(1))
def test_damaged_files_are_shown_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    paths = []
    for source in sources():
        data = Path(source).read_bytes()
        for number in range(MUTATIONS):
            name = f"fuzz{seed}-{number}-{Path(source).name}"
            piece = mutated(data, dice)
            paths.append(made(name, lambda path, piece=piece: path.write_bytes(piece)))  # type: ignore[misc]

    done = run_child(str(MEMORY), *paths)

    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"{lines[-1:]} {done.stderr}"
    assert len(lines) == len(paths) + 2
    assert all(" shown: " in line or " refused: " in line for line in lines[:-2])
    assert sum(" refused: " in line for line in lines) > len(paths) // 5

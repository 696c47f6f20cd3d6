"""The canvas in parts on a real screen: each where the list says, turned and mirrored, and a banner over the folds."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from player.core.mapping import TURNS, Flip
from tests.endtoend.crawl import advances, strip_rows
from tests.endtoend.daemon import Daemon
from tests.endtoend.recorder import Recorder, row
from tests.endtoend.shows import write_show
from tests.endtoend.test_banner import SPEED, STEP, long_text
from tests.endtoend.xserver import Pixels, XServer

TILE = (24, 16)
KINDS = list(product(TURNS, Flip))


def display(canvas: tuple[int, int], *mapping: dict[str, Any]) -> dict[str, Any]:
    return {"canvas": "{}x{}".format(*canvas), "output": "auto", "fps": 60, "mapping": list(mapping)}


def expected(picture: Pixels, size: tuple[int, int], mapping: list[dict[str, Any]]) -> Pixels:
    """What the screen is to show, put together by numpy."""
    output = np.zeros((size[1], size[0], 3), np.uint8)
    for patch in mapping:
        x, y, width, height = patch["from"]
        piece = picture[y : y + height, x : x + width]
        if patch["flip"] == "horizontal":
            piece = piece[:, ::-1]
        elif patch["flip"] == "vertical":
            piece = piece[::-1]
        piece = np.rot90(piece, -(patch["rotate"] // 90))
        left, top = patch["to"]
        output[top : top + piece.shape[0], left : left + piece.shape[1]] = piece
    return output


def test_every_part_is_where_it_should_be_turned_and_mirrored(screen: XServer, tmp_path: Path) -> None:
    canvas = (TILE[0] * len(KINDS), TILE[1])
    mapping = [
        {
            "from": [TILE[0] * number, 0, *TILE],
            "to": [10 + number % 4 * 40, 20 + number // 4 * 40],
            "rotate": rotate,
            "flip": str(flip),
        }
        for number, (rotate, flip) in enumerate(KINDS)
    ]
    picture = np.random.default_rng(3).integers(0, 256, (canvas[1], canvas[0], 3), np.uint8)
    show = write_show(tmp_path / "show", display=display(canvas, *mapping))
    Image.fromarray(picture).save(show.media / "a.png")
    show.write_playlist("a", [{"image": "media/a.png", "for": "1h"}])
    wanted = expected(picture, screen.size, mapping)
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: np.array_equal(screen.framebuffer.picture(), wanted), "picture in its parts")

        # Another list is taken up at once; one that makes no sense changes nothing.
        mapping[0]["to"], mapping[1]["to"] = mapping[1]["to"], mapping[0]["to"]
        moved = expected(picture, screen.size, mapping)
        text = show.config.read_text()
        old = text[text.index("display:") : text.index("layout:")]
        show.config.write_text(text.replace(old, _yaml(canvas, mapping)))
        daemon.wait_for(lambda: np.array_equal(screen.framebuffer.picture(), moved), "picture in its new parts")
        show.config.write_text(show.config.read_text().replace("rotate: 270", "rotate: 45"))
        daemon.wait_for(lambda: "rotate" in daemon.log and "270" in daemon.log, "what is wrong with it")
        assert np.array_equal(screen.framebuffer.picture(), moved)
        said = show.wall_says("output")
        assert (said["mapped"], said["cut_off"], said["shrunk"]) == (len(KINDS), [], False)


def _yaml(canvas: tuple[int, int], mapping: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"  - {{from: {patch['from']}, to: {patch['to']}, rotate: {patch['rotate']}, flip: {patch['flip']}}}\n"
        for patch in mapping
    )
    return f"display:\n  canvas: {canvas[0]}x{canvas[1]}\n  mapping:\n{rows}"


def test_a_folded_banner_goes_on_over_every_fold_at_every_step(screen: XServer, tmp_path: Path) -> None:
    """Three strips of 160 pixels below one another, the middle one upside down, as strips that are folded lie."""
    canvas, left, tops = (480, 40), 20, (10, 50, 90)
    mapping = [
        {"from": [160 * number, 0, 160, 40], "to": [left, top], "rotate": 180 * (number % 2)}
        for number, top in enumerate(tops)
    ]
    layout = {"ticker": {"at": [0, 0], "size": ["100%", "100%"]}}
    show = write_show(tmp_path / "show", layout=layout, display=display(canvas, *mapping))
    show.write_playlist("a", [{"banner": long_text(300), "speed": SPEED}], zone="ticker")
    line = 20
    there, back, again = (
        row(tops[0] + line, left, left + 160),
        row(tops[1] + 39 - line, left, left + 160),
        row(tops[2] + line, left, left + 160),
    )
    points = (
        np.concatenate([there[0], back[0], again[0]]),
        np.concatenate([there[1], back[1][::-1], again[1]]),
    )
    with Daemon(show, screen.display) as daemon:
        daemon.wait_for(lambda: _inked(screen, left, tops), "banner on all three strips")
        with Recorder(screen, tmp_path / "seen", points) as recorder:
            daemon.play(4)
    rows = strip_rows(recorder.recording)
    found = advances(rows, STEP)
    print(f"{len(rows)} pictures: {found}")
    assert found.other == 0
    assert found.exact > 80


def _inked(screen: XServer, left: int, tops: tuple[int, ...]) -> bool:
    pixels = screen.framebuffer.pixels
    ends = [pixels[top : top + 40, x : x + 40] for top in tops for x in (left, left + 120)]
    return all(bool((end.max(axis=2) > 200).any()) for end in ends)

"""Every picture against one that somebody has looked at. Drawn anew by `python -m tests.media.text.make_golden`."""

from pathlib import Path

import pytest

from player.media.text.colours import Colour, luminance
from tests.media.text.ink import dark_ink, f1_in_place, light_ink, load
from tests.media.text.make_golden import FOLDER, golden_pictures

ALIKE = 0.98
PICTURES = golden_pictures()


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_the_golden_one(name: str, tmp_path: Path) -> None:
    drawn, golden = PICTURES[name](), load(FOLDER / f"{name}.png")
    assert drawn.size == golden.size
    corner = golden.getpixel((0, 0))
    assert isinstance(corner, tuple)
    ink = dark_ink if luminance(Colour(*corner)) > 0.4 else light_ink
    alike = f1_in_place(ink(drawn), ink(golden))
    drawn.save(tmp_path / f"{name}.png")
    assert alike >= ALIKE, f"ink F1 {alike:.3f}; drawn: {tmp_path / name}.png, golden: {FOLDER / name}.png"


def test_no_golden_picture_is_left_over() -> None:
    assert {file.stem for file in FOLDER.glob("*.png")} == set(PICTURES)

"""Runs to pixels: where the ink lies, and that none is lost."""

import unicodedata

import pytest

from player.media.text.characters import clean
from player.media.text.fonts import installed_fonts
from player.media.text.itemise import Run, itemise
from player.media.text.lettering import set_line, vertical
from player.media.text.shaping import Shaper, Stamp
from tests.media.text.cases import CASES, MIXED

EM = 48
STACKED = "Ế Ậ Ỗ Ẫ ស្ត្រី ង្គ្រោះ ញ្ញុំ ที่ ปู้ ฎู นี้ ນ້ຳ ທີ່ ຍື້ มุ่ ကြွေး ꪵꪣꪫ"


@pytest.fixture(scope="module")
def shaper() -> Shaper:
    return Shaper(EM)


def runs(text: str, bold: bool = False) -> list[Run]:
    return itemise(clean(text), installed_fonts(), bold=bold)


def stamps(text: str, shaper: Shaper) -> list[Stamp]:
    return [shaper.stamp(run) for run in runs(text)]


def base_run(text: str) -> Run:
    return Run(text, installed_fonts().base(), "Latn")


def test_ink_left_of_the_pen_stays_there(shaper: Shaper) -> None:
    assert shaper.stamp(base_run("j")).left < 0
    assert shaper.stamp(base_run("nj")).left > 0


def test_ink_above_the_ascent_leaves_the_baseline_alone(shaper: Shaper) -> None:
    plain, towered = shaper.stamp(base_run("A")), shaper.stamp(base_run("A" + "\u0301" * 5))
    assert towered.image.height > 1.5 * plain.image.height
    assert towered.top + towered.image.height == plain.top + plain.image.height


@pytest.mark.parametrize("face", ["NotoSans-Regular", "NotoSans-Bold"])
def test_advance_is_the_pens_and_not_the_inks(face: str, shaper: Shaper) -> None:
    run = Run("jf", installed_fonts().base(face.endswith("Bold")), "Latn")
    spaced = Run("jfjf", run.face, "Latn")
    assert shaper.advance(spaced) == 2 * shaper.advance(run)


@pytest.mark.parametrize("name", CASES)
def test_room_for_a_line_holds_its_ink(name: str, shaper: Shaper) -> None:
    room = vertical(runs(CASES[name]), EM)
    for stamp in stamps(CASES[name], shaper):
        assert -stamp.top <= room.above
        assert stamp.top + stamp.image.height <= room.below


def test_room_holds_stacked_marks(shaper: Shaper) -> None:
    for run in runs(STACKED):
        room, stamp = vertical([run], EM), shaper.stamp(run)
        assert -stamp.top <= room.above, run.text
        assert stamp.top + stamp.image.height <= room.below, run.text


def test_stamps_are_whole(shaper: Shaper) -> None:
    """SDL_ttf clips nothing: a run drawn with room around it has the same ink."""
    for run in runs(STACKED):
        if run.text.isspace():
            continue
        alone, padded = shaper.stamp(run), shaper.stamp(Run(f" {run.text} ", run.face, run.script))
        assert alone.image.tobytes() == padded.image.tobytes(), run.text


def test_nfc_and_nfd_are_one_picture(shaper: Shaper) -> None:
    composed = [stamp.image.tobytes() for stamp in stamps(CASES["vietnamese"], shaper)]
    decomposed = [stamp.image.tobytes() for stamp in stamps(unicodedata.normalize("NFD", CASES["vietnamese"]), shaper)]
    assert composed == decomposed


def test_flag_is_scaled_to_the_line_and_coloured(shaper: Shaper) -> None:
    (flag,) = stamps("🇻🇳", shaper)
    assert flag.image.mode == "RGBA"
    assert EM < flag.image.width < 1.4 * EM
    middle = flag.image.getpixel((flag.image.width // 2, flag.image.height // 2))
    field = flag.image.getpixel((flag.image.width // 8, flag.image.height // 3))
    assert isinstance(middle, tuple)
    assert isinstance(field, tuple)
    assert min(middle[:2]) > 200 > 120 > middle[2]
    assert field[0] > 180 > 90 > field[1]


def test_bold_without_a_bold_face_is_heavier(shaper: Shaper) -> None:
    def weight(bold: bool) -> int:
        return sum(sum(shaper.stamp(run).image.histogram()[128:]) for run in runs("ꪎꪳꪒ", bold))

    assert weight(True) > 1.2 * weight(False)


def test_a_line_sets_runs_one_after_the_other(shaper: Shaper) -> None:
    line = set_line(runs("Chào ") + runs("ខ្មែរ  "), shaper)
    first, second = line.runs[0], line.runs[1]
    assert (first.x, second.x) == (0, shaper.advance(first.run))
    assert line.width == second.x + shaper.advance(second.run)


def test_right_to_left_words_stand_the_other_way_round(shaper: Shaper) -> None:
    line = set_line(runs("Kim שלום עולם Lao"), shaper)
    assert [placed.run.text.strip() for placed in line.runs if placed.run.text.strip()] == [
        "Kim",
        "עולם",
        "שלום",
        "Lao",
    ]


def test_lines_of_the_same_faces_are_as_tall() -> None:
    assert vertical(runs("aeo"), EM) == vertical(runs("ỄẬgq"), EM)
    assert vertical(runs(MIXED), EM).above >= vertical(runs("a"), EM).above


def test_many_runs_keep_memory_bounded() -> None:
    shaper = Shaper(16)
    for number in range(2000):
        shaper.stamp(base_run(f"n{number}"))
    assert shaper.stamp.cache_info().currsize <= 1000

"""Notices: everything inside, nothing cut unless it must be, and said when it was."""

import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from player.core.geometry import Size
from player.core.model import Edge, Notice, Style
from player.media.text.layout import LEGIBLE_EM
from player.media.text.notice import draw_notice, lay_out
from tests.media.text.cases import NOTICES
from tests.media.text.ink import picture

SIZES = [Size(1920, 1080), Size(1080, 1920), Size(1920, 200), Size(640, 360), Size(320, 160), Size(192, 192)]
TINY = [Size(1, 1), Size(2, 300), Size(300, 2), Size(16, 16), Size(64, 32), Size(96, 64)]
ENDLESS = replace(NOTICES["vietnamese"], text=NOTICES["vietnamese"].text * 60)


def flat(notice: Notice, size: Size) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """The light of a notice in white on black, whose ground is a gradient no lighter than 30."""
    white = replace(notice, style=Style(ink="#FFFFFF", ground="#000000"))
    return np.asarray(picture(draw_notice(white, size)).convert("L"))


@pytest.mark.parametrize("size", [*SIZES, *TINY])
@pytest.mark.parametrize("name", NOTICES)
def test_is_opaque_and_of_the_zones_size(name: str, size: Size) -> None:
    drawn = draw_notice(NOTICES[name], size)
    assert drawn.size == size
    assert drawn.opaque
    assert set(drawn.pixels[3::4]) == {255}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NOTICES)
def test_nothing_stands_in_the_margins(name: str, size: Size) -> None:
    light = flat(NOTICES[name], size)
    margin = max(1, min(size) // 50)
    assert (light > 200).any()
    for rim in (light[:margin], light[-margin:], light[:, :margin], light[:, -margin:]):
        assert rim.max() < 60


@pytest.mark.parametrize("size", SIZES[:4])
@pytest.mark.parametrize("name", NOTICES)
def test_a_usual_notice_fits_and_can_be_read(name: str, size: Size) -> None:
    layout = lay_out(NOTICES[name], size)
    assert layout.fits
    assert layout.em >= LEGIBLE_EM


@pytest.mark.parametrize("size", SIZES)
def test_blocks_do_not_meet(size: Size) -> None:
    for notice in (*NOTICES.values(), ENDLESS):
        layout = lay_out(notice, size)
        assert len(layout.blocks) == 2
        (title, above), (body, below) = layout.blocks
        beside = below.x >= above.x + title.width
        assert beside or below.y + body.lines[0][1] - body.room.above >= above.y + title.lines[-1][1]
        assert below.y + body.height <= size.height


@pytest.mark.parametrize("size", SIZES)
def test_too_much_text_is_cut_with_an_ellipsis_and_said(size: Size) -> None:
    layout = lay_out(ENDLESS, size)
    assert not layout.fits
    body = layout.blocks[-1][0]
    assert body.lines[-1][0].runs[-1].run.text.endswith("…")
    for line, _ in body.lines:
        assert line.width <= size.width


def test_larger_zones_have_larger_letters() -> None:
    sizes = [lay_out(NOTICES["khmer"], Size(160 * n, 90 * n)).em for n in range(2, 13)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 4 * sizes[0]


def test_size_of_the_style_is_kept_when_it_fits() -> None:
    notice = replace(NOTICES["english"], style=Style(size=0.05))
    assert lay_out(notice, Size(1000, 600)).em == 30


@pytest.mark.parametrize("text", [("Chào mừng", ""), ("", "Chào mừng quý khách"), ("", ""), ("\u200b", " \n ")])
def test_title_or_text_alone(text: tuple[str, str]) -> None:
    notice = Notice(*text)
    assert lay_out(notice, Size(640, 360)).fits
    assert bool((flat(notice, Size(640, 360)) > 200).any()) == bool("".join(text).strip(" \n\u200b"))


def test_a_word_wider_than_the_zone_is_cut_between_letters() -> None:
    layout = lay_out(Notice("", "Nghiêng" * 30), Size(200, 200))
    assert len(layout.blocks[0][0].lines) > 3
    assert all(line.width <= 200 for line, _ in layout.blocks[0][0].lines)


def test_titles_break_into_even_lines() -> None:
    layout = lay_out(Notice("Chào mừng quý khách đến với tỉnh Lào Cai", ""), Size(640, 360))
    widths = [line.width for line, _ in layout.blocks[0][0].lines]
    assert len(widths) > 1
    assert min(widths) > 0.5 * max(widths)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1"])
def test_a_bright_picture_is_calmed_until_letters_stand_out(mode: str) -> None:
    bright = Image.effect_noise((90, 40), 200).convert("RGB").point(lambda value: min(255, value + 100)).convert(mode)
    plain = np.asarray(picture(draw_notice(Notice("", ""), Size(320, 180), bright)).convert("L"))
    assert plain.max() < 150
    assert plain.std() > 1
    assert draw_notice(NOTICES["lao"], Size(320, 180), bright).size == (320, 180)


def test_nfc_and_nfd_are_one_picture() -> None:
    notice = NOTICES["vietnamese"]
    apart = replace(
        notice, title=unicodedata.normalize("NFD", notice.title), text=unicodedata.normalize("NFD", notice.text)
    )
    assert draw_notice(apart, Size(640, 360)) == draw_notice(notice, Size(640, 360))


@given(
    st.text(max_size=80),
    st.text(max_size=200),
    st.sampled_from([*TINY, Size(160, 90), Size(300, 40)]),
    st.sampled_from(Edge),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_text_makes_a_notice(title: str, text: str, size: Size, edge: Edge) -> None:
    drawn = draw_notice(Notice(title, text, style=Style(edge=edge)), size)
    assert drawn.size == size

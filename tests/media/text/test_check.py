"""What the intake says of texts."""

import pytest

from player.core.geometry import Size
from player.core.model import Banner, Caption, Clock, Notice, Picture, Style
from player.media.text.check import LONG_BANNER, size_troubles, troubles, unreadable
from tests.media.text.cases import CASES, MIXED, NOTICES

ZONE = Size(1920, 108)


def banner(text: str, style: Style | None = None) -> Banner:
    return Banner(text, width=1000, height=ZONE.height, step=2, style=style or Style())


@pytest.mark.parametrize("text", [*CASES.values(), MIXED, "a\u200bb\u200dc\n\r\n\td", ""])
def test_the_gates_scripts_are_readable(text: str) -> None:
    assert unreadable(text) == ()
    assert troubles(text) == []


def test_characters_that_no_font_has_are_named_once_with_their_line() -> None:
    text = "một\nhai \U00012000 ba \U00012001\U00012000\n\nbốn\x07"
    assert unreadable(text) == ("\U00012000", "\U00012001")
    found = troubles(text)
    assert [trouble.line for trouble in found] == [2, 4]
    assert "U+12000 CUNEIFORM SIGN A, U+12001" in found[0].message
    assert "U+0007" in found[1].message


def test_only_some_of_many_characters_are_named() -> None:
    (trouble,) = troubles("".join(map(chr, range(0x12000, 0x12020))))
    assert trouble.message.count("U+12") == 5
    assert "27 more" in trouble.message


def test_good_content_is_passed() -> None:
    assert size_troubles(NOTICES["khmer"], Size(640, 360)) == []
    assert size_troubles(banner(MIXED), ZONE) == []
    assert size_troubles(Picture("0" * 64, caption=Caption("Sa Pa")), Size(640, 360)) == []
    assert size_troubles(Picture("0" * 64), Size(640, 360)) == []
    assert size_troubles(Clock(), Size(640, 360)) == []


def test_text_that_is_cut_or_too_small_is_told() -> None:
    (cut, small) = size_troubles(Notice("Quy định", NOTICES["vietnamese"].text * 40), Size(320, 180))
    assert "too long" in cut
    assert "12 pixels" in small
    assert "16" in small
    (small,) = size_troubles(banner("Chào"), Size(640, 20))
    assert "too small" in small
    assert size_troubles(Picture("0" * 64, caption=Caption("Sa Pa " * 90)), Size(320, 180))


def test_an_endless_banner_is_told() -> None:
    (message,) = size_troubles(banner("Chào mừng " * 10_000), ZONE)
    assert "100000" in message
    assert str(LONG_BANNER) in message


def test_pale_letters_are_told_unless_over_a_picture() -> None:
    pale = Style(ink="#777777", ground="#666666")
    (message,) = size_troubles(banner("Chào", pale), ZONE)
    assert "#777777" in message
    assert size_troubles(Clock(pale), ZONE)
    assert size_troubles(Notice("Chào", "", style=pale, asset="0" * 64), Size(640, 360)) == []
    assert size_troubles(banner("Chào", Style(ground="#FFFFFF00")), ZONE) == []

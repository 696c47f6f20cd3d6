"""Which face draws what, and where lines may break."""

import unicodedata
from pathlib import Path

import pytest

from player.media.text.characters import clean
from player.media.text.fonts import installed_fonts
from player.media.text.itemise import Run, itemise


def runs(text: str, lang: str = "", bold: bool = False) -> list[Run]:
    return itemise(clean(text), installed_fonts(), lang, bold)


def files(text: str, lang: str = "", bold: bool = False) -> list[tuple[str, str]]:
    return [(run.text, Path(run.face.path).name) for run in runs(text, lang, bold)]


def test_digits_and_spaces_are_the_base_faces_everywhere() -> None:
    assert files("ក 12 ກ 3") == [
        ("ក", "NotoSansKhmer-Regular.ttf"),
        (" ", "NotoSans-Regular.ttf"),
        ("12 ", "NotoSans-Regular.ttf"),
        ("ກ", "NotoSansLao-Regular.ttf"),
        (" ", "NotoSans-Regular.ttf"),
        ("3", "NotoSans-Regular.ttf"),
    ]


def test_quotation_marks_are_those_of_what_they_quote() -> None:
    chinese = dict(files("gọi là “金城” nhé"))
    assert chinese["“金"] == chinese["城”"] == "NotoSansCJK-Regular.ttc"
    assert {file for _, file in files("gọi là “Kim” nhé")} == {"NotoSans-Regular.ttf"}


def test_native_digits_and_marks_stay_with_their_script() -> None:
    assert files("១៨។") == [("១៨។", "NotoSansKhmer-Regular.ttf")]


def test_marks_stay_with_their_letter_when_decomposed() -> None:
    assert runs(unicodedata.normalize("NFD", "Ế Ậ Ỗ đường")) == runs("Ế Ậ Ỗ đường")


def test_flags_and_families_are_one_picture_each() -> None:
    found = files("🇻🇳👨‍👩‍👧1️⃣")
    assert {file for _, file in found} == {"NotoColorEmoji.ttf"}
    assert "".join(text for text, _ in found) == "🇻🇳👨‍👩‍👧1️⃣"


def test_each_run_has_its_script() -> None:
    assert {run.text.strip(): run.script for run in runs("Chào ខ្មែរ ລາວ ไทย 直 2026 ꪼꪕ")} == {
        "Chào": "Latn",
        "ខ្មែរ": "Khmr",
        "": "Latn",
        "ລາວ": "Laoo",
        "ไทย": "Thai",
        "直": "Hani",
        "2026": "Latn",
        "ꪼꪕ": "Tavt",
    }


def test_bold_takes_bold_faces_and_makes_up_for_missing_ones() -> None:
    assert files("Chào", bold=True) == [("Chào", "NotoSans-Bold.ttf")]
    assert [run.face.embolden for run in runs("Chào ꪼꪕ", bold=True)] == [False, True]


@pytest.mark.parametrize(
    ("lang", "index"), [("zh", 2), ("", 2), ("zh-TW", 3), ("zh-Hant-HK", 3), ("zh-HK", 4), ("ja", 0), ("ko", 1)]
)
def test_han_face_follows_the_language(lang: str, index: int) -> None:
    assert [run.face.index for run in runs("直", lang)] == [index]


@pytest.mark.parametrize(
    ("text", "least"),
    [("ຍິນດີຕ້ອນຮັບສູ່ປະເທດລາວ", 3), ("សូមរៀបចំលិខិតឆ្លងដែនឱ្យរួចរាល់", 4), ("กรุณาเตรียมหนังสือเดินทาง", 3), ("欢迎光临", 4)],
)
def test_scripts_without_spaces_can_be_wrapped(text: str, least: int) -> None:
    assert len(runs(text)) >= least
    assert all(run.breakable for run in runs(text)[:-1])


def test_no_break_before_closing_punctuation() -> None:
    assert [run.text for run in runs("光临，城。")] == ["光", "临，", "城。"]


def test_invisible_spaces_break_lines_and_show_nothing() -> None:
    assert [run.text for run in runs("กา\u200bขา")] == ["กา", "ขา"]


def test_what_no_face_has_is_left_out() -> None:
    assert [run.text for run in runs("a\U00012000b")] == ["ab"]
    assert runs("\U00012000") == []

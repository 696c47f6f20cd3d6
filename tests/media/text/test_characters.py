"""Scripts, clusters and what may be drawn."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.media.text.characters import clean, cluster_script, clusters, controls, is_picture, one_line, script_of
from tests.media.text import make_tables

TABLES = "player/media/text/tables.py"


@pytest.mark.parametrize(
    ("character", "script"),
    [
        *(("a", "Latn"), ("Ế", "Latn"), ("я", "Cyrl"), ("直", "Hani"), ("ກ", "Laoo"), ("ក", "Khmr"), ("ก", "Thai")),
        *(("ꪎ", "Tavt"), ("𖬌", "Hmng"), ("𞄀", "Hmnp"), ("7", "Zyyy"), (" ", "Zyyy"), ("\u0301", "Zinh")),
        ("\uffff", "Zzzz"),
    ],
)
def test_script_of_a_character(character: str, script: str) -> None:
    assert script_of(character) == script


def test_scripts_agree_with_the_names_of_characters() -> None:
    names = {"KHMER LETTER": "Khmr", "LAO LETTER": "Laoo", "TAI VIET LETTER": "Tavt", "CJK UNIFIED": "Hani"}
    for code in range(0x3400, 0xB000):
        name = unicodedata.name(chr(code), "")
        for start, script in names.items():
            assert not name.startswith(start) or script_of(chr(code)) == script


@pytest.mark.skipif(not make_tables.SCRIPTS.exists(), reason="the Unicode Character Database is not installed")
def test_tables_are_those_of_the_database() -> None:
    made = make_tables.module()
    with open(TABLES, encoding="utf-8") as file:
        kept = file.read()
    if made.splitlines()[0] == kept.splitlines()[0]:
        assert made == kept


def test_sequences_are_single_characters_and_pictures() -> None:
    found = clusters("🇻🇳👨‍👩‍👧👍🏽1️⃣❤️")
    assert found == ["🇻🇳", "👨‍👩‍👧", "👍🏽", "1️⃣", "❤️"]
    assert all(is_picture(cluster) for cluster in found)


@pytest.mark.parametrize("cluster", ["1", "#", "a", "☎", "©", "❤\ufe0e", "直"])
def test_text_is_no_picture(cluster: str) -> None:
    assert not is_picture(cluster)


def test_marks_follow_their_letter() -> None:
    assert cluster_script("\u200dក") == "Khmr"
    assert cluster_script("\u0301") == "Zyyy"


def test_controls_go_and_are_named() -> None:
    text = "a\x07b\u202ec\ud800d\ue000e\tf\r\ng"
    assert clean(text) == "abcde f\ng"
    assert controls(text) == ("\x07", "\u202e", "\ud800", "\ue000")


def test_lines_of_a_banner_become_one() -> None:
    assert one_line("  Một \n\n hai\r\nba ", " • ") == "Một • hai • ba"


@given(st.text())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_clean_text_stays_clean_and_composed(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert clean(unicodedata.normalize("NFD", text)) == cleaned
    assert "".join(clusters(cleaned)) == cleaned

"""Text files as operators save them."""

import contextlib
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.faults import ContentFault
from player.media.text.legacy import from_tcvn3, from_vni, legacy_encoding, vietnamese_share
from player.media.text.textfiles import read_text

MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc"
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam. §éc lËp - Tù do - H¹nh phóc"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Ñoäc laäp - Töï do - Haïnh phuùc"
HOURS = "Giờ mở cửa khẩu: 7 giờ 30\r\nMời quý khách xếp hàng, giữ trật tự"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """As Windows saves it: letters with their shape composed, tones as marks behind them."""
    result = bytearray()
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        result += (letter + "".join(part for part in parts if part in _TONES)).encode("cp1258")
    return bytes(result)


@pytest.mark.parametrize("text", [MOTTO, HOURS])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1258", "nfd"]
)
def test_what_editors_write_is_read(encoding: str, text: str) -> None:
    if encoding == "windows-1258":
        data = windows_1258(text)
    elif encoding == "nfd":
        data = unicodedata.normalize("NFD", text).encode()
    else:
        data = text.encode(encoding)
    assert read_text(data) == text


def test_a_mark_for_either_order_of_bytes() -> None:
    assert read_text(b"\xfe\xff" + HOURS.encode("utf-16-be")) == HOURS
    assert read_text(b"\xff\xfe" + HOURS.encode("utf-16-le")) == HOURS


@pytest.mark.parametrize(
    "other", ["欢迎光临", "\r\n\r\n  欢迎光临 ", " · 欢迎 · ຍິນດີຕ້ອນຮັບ · សូមស្វាគមន៍", " ยินดีต้อนรับ", "!", "  \n "]
)
def test_vietnamese_beside_other_scripts_and_short_texts_are_left_alone(other: str) -> None:
    for text in (f"Chào mừng quý khách{other}", f"{HOURS}{other}", f"{other}Chào"):
        assert read_text(text.encode()) == text
    assert read_text(other.encode()) == other


@pytest.mark.parametrize("text", ["", "Welcome", "欢迎 ຍິນດີ សូម ที่ 🇻🇳", "Café Zürich, Ångström, año, naïve", "Hà Giang"])
def test_other_languages_are_left_alone(text: str) -> None:
    assert read_text(text.encode()) == text


@pytest.mark.parametrize(("text", "encoding"), [(TCVN3, "TCVN3"), (VNI, "VNI"), (VNI.upper(), "VNI")])
def test_old_encodings_are_refused_with_advice(text: str, encoding: str) -> None:
    for data in (text.encode("latin-1"), text.encode("utf-8"), text.encode("utf-16")):
        with pytest.raises(ContentFault, match=f"{encoding}.*UniKey.*UTF-8"):
            read_text(data)


def test_old_encodings_spell_what_they_should() -> None:
    assert from_tcvn3(TCVN3) == MOTTO
    assert from_vni(VNI) == MOTTO
    assert legacy_encoding(MOTTO) == ""
    assert vietnamese_share(MOTTO) == 1.0
    assert vietnamese_share(VNI) < 0.5


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "UTF-8"),
        (b"text\x00with\x00zeros", "not a text file"),
        (b"\xff\xfea", "damaged after 0 bytes"),
        ("Café Zürich".encode("cp1252"), "unknown"),
        ("Добро".encode("cp1251"), "UTF-8"),
        (b"\xef\xbb\xbfabc\xff", "damaged after 3 bytes"),
        (bytes(range(256)), "UTF-8"),
        (b"\x00" * 64, "not a text file"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ContentFault, match=says):
        read_text(data)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_are_a_text_or_a_fault(data: bytes) -> None:
    with contextlib.suppress(ContentFault):
        assert "\0" not in read_text(data)

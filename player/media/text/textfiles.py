"""Text files as operators save them: UTF-8, Notepad's UTF-16, Windows-1258; older ones refused with advice."""

import codecs
import re
import unicodedata

from player.config.language import _
from player.core.faults import ContentFault
from player.media.text.legacy import legacy_encoding, vietnamese_share

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 20_000
_PLAUSIBLE = 0.6
_SIX_ON_END = re.compile(rb"[\x80-\xff]{6}")


def read_text(data: bytes) -> str:
    """The text of a file's bytes, in NFC, without a byte order mark.

    Raises ContentFault for TCVN3, VNI and what is no text at all; the message says how to save the file.
    """
    text = _decoded(data)
    if "\0" in text:
        raise ContentFault(_("this is not a text file; save the text as UTF-8"))
    _refuse_legacy(text[:_LOOKED_AT])
    return unicodedata.normalize("NFC", text)


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if encoding := _unmarked_utf16(data):
        return _strict(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _windows(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = _("the text is damaged after {count} bytes; save it again as UTF-8")
        raise ContentFault(message.format(count=error.start)) from error


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark has a zero beside each Latin letter; which side tells the order."""
    start = data[:_LOOKED_AT]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if len(start) < 4 or len(data) % 2 or max(even, odd) <= len(start) // 8 or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _windows(data: bytes) -> str:
    """Bytes that are not UTF-8: Windows-1258 when that spells Vietnamese, and nothing else can be meant."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        text = ""
    share = vietnamese_share(text[:_LOOKED_AT])
    _refuse_legacy(data[:_LOOKED_AT].decode("latin-1"), share)
    if share >= _PLAUSIBLE and not _could_be_chinese(data[:_LOOKED_AT]):
        return text
    raise ContentFault(_("the encoding of this file is unknown; save it as UTF-8 (in Notepad: Save As, Encoding)"))


def _could_be_chinese(data: bytes) -> bool:
    """GBK and Big5 have two bytes beyond ASCII for each character. Vietnamese words, of which half the letters and more
    are plain ones, never have six on end."""
    letters = data.translate(None, b" \t\r\n")
    plain = sum(byte < 0x80 for byte in letters)
    return plain * 3 < len(letters) or bool(_SIX_ON_END.search(data))


def _refuse_legacy(text: str, rival: float = 0.0) -> None:
    encoding = legacy_encoding(text, rival)
    if encoding:
        message = _(
            "this text is written in {encoding}, from before Unicode; convert it with UniKey "
            "(Ctrl+Shift+F6: from {encoding} to Unicode) and save it as UTF-8"
        )
        raise ContentFault(message.format(encoding=encoding))

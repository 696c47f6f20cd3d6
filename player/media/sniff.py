"""What a file is by its first bytes, and whether it is all there."""

import os
from enum import Enum
from typing import BinaryIO

from player.config.language import _
from player.core.faults import ContentFault, Unfinished
from player.media.refusal import refusing


class Kind(Enum):
    PICTURE = "picture"
    FILM = "film"
    PAGES = "pages"


_HEAD = 1024
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PICTURE_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"moof", b"meta", b"sidx", b"styp"}
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def sniff(path: str) -> Kind:
    """The kind of the file at `path`. Raises ContentFault if it is nothing that can be shown."""
    with refusing(_("the file cannot be read: copy it again"), OSError), open(path, "rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise Unfinished(_("the file is empty: copy it again"))
    if not any(head):
        raise Unfinished(_("the file holds only zeros, its copying failed: copy it again"))
    kind = _kind(head)
    if kind is None:
        raise ContentFault(_stranger(head))
    return kind


def check_whole(path: str) -> None:
    """Raises Unfinished if the file ends before its own format says that it does."""
    with refusing(_("the file cannot be read: copy it again"), OSError), open(path, "rb") as file:
        promised = _promised_size(file)
        size = os.fstat(file.fileno()).st_size
    if promised > size:
        raise Unfinished(
            _("the file is cut short, {size} of {promised} bytes are here: copy it again").format(
                size=size, promised=promised
            )
        )


def _kind(head: bytes) -> Kind | None:
    if b"%PDF-" in head:
        return Kind.PAGES
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.PICTURE
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
        return Kind.PICTURE
    return None if _is_text(head) or head.startswith(_OFFICE) else Kind.FILM


def _stranger(head: bytes) -> str:
    if head.startswith(_OFFICE):
        return _("this is an office document or an archive: export it as PDF, or unpack it")
    if head.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        return _("this is a web page, not a picture or film: download the file itself again")
    return _("this is text, not a picture or film: give it a name that ends in .txt, or copy the right file")


def _is_text(head: bytes) -> bool:
    """Letters only: no control characters but those of plain text, and valid UTF-8 but for a letter cut at the end."""
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        head[:-4].decode("utf-8") if len(head) == _HEAD else head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == _HEAD and error.start >= len(head) - 8
    return True


def _promised_size(file: BinaryIO) -> int:
    """How long the file should be at least, or 0 if its format does not say."""
    head = file.read(64)
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"AVI "):
        return int.from_bytes(head[4:8], "little") + 8
    if head[4:8] in _BOXES:
        return _boxes_end(file)
    if head[:4] == _EBML:
        return _segment_end(file)
    return 0


def _boxes_end(file: BinaryIO) -> int:
    """The end of the last top-level box of an MP4 or MOV (ISO/IEC 14496-12, 4.2)."""
    end, total = 0, os.fstat(file.fileno()).st_size
    while end + 8 <= total:
        file.seek(end)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length == 0 or not header[4:8].isascii():  # to the end of the file; or padding after the last box
            return end
        if length < 8:
            return end
        end += length
    return end


def _segment_end(file: BinaryIO) -> int:
    """The end of a Matroska or WebM segment (RFC 8794, RFC 9559), if it has a size."""
    file.seek(4)
    length = _ebml_size(file)
    if length is None:
        return 0
    file.seek(length, os.SEEK_CUR)
    if file.read(4) != _SEGMENT:
        return 0
    length = _ebml_size(file)
    return 0 if length is None else file.tell() + length


def _ebml_size(file: BinaryIO) -> int | None:
    """A variable-length size; None when it is unknown, as in a live recording."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    extra = 8 - first[0].bit_length()
    value = first[0] & (0x7F >> extra)
    rest = file.read(extra)
    if len(rest) < extra:
        return None
    value = value << (8 * extra) | int.from_bytes(rest, "big")
    return None if value == (1 << (7 * (extra + 1))) - 1 else value

"""What a file is found to be, and the sentences with which one is refused."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.units import MINUTE, SECOND, Span
from player.media.probe import Bounds, Facts, probe
from player.media.sniff import Kind, sniff
from tests.media.media import FAST, changed, film, made, pdf, quarters, remade
from tests.media.test_animation import animated
from tests.media.test_images import bomb, saved
from tests.media.test_pages import document

SOUND = (*FAST, "-c:a", "aac")


def test_facts_of_a_picture() -> None:
    exif = Image.Exif()
    exif[274] = 6

    assert probe(saved("plain.png", quarters())) == Facts("picture", Size(400, 200), codec="png")
    assert probe(saved("sideways.jpg", quarters(), exif=exif)) == Facts("picture", Size(200, 400), codec="jpeg")


def test_facts_of_a_document() -> None:
    assert probe(document("quarters.pdf")) == Facts("pages", Size(200, 100), pages=2, codec="pdf")


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "mov"])
def test_facts_of_a_film(ending: str) -> None:
    facts = probe(film(f"sounding.{ending}", frames=50, coding=SOUND, sound=True))

    assert facts.kind == "film"
    assert facts.size == (320, 240)
    assert facts.span == pytest.approx(2 * SECOND, abs=2000)
    assert (facts.has_sound, facts.codec, facts.fps) == (True, "h264", 25)


def test_a_film_is_as_large_as_it_is_seen() -> None:
    turned = remade("quarter.mp4", film("h264.mp4", frames=30, coding=FAST), "-c", "copy", "-metadata:s:v", "rotate=90")
    wide = film("wide.mp4", frames=5, size=Size(720, 576), coding=(*FAST, "-aspect", "16:9"))

    assert probe(turned).size == (240, 320)
    assert probe(wide).size == (1024, 576)


def test_an_animation_is_a_film() -> None:
    facts = probe(animated("moving.gif", [100, 300, 50, 200]))

    assert (facts.kind, facts.span, facts.codec, facts.has_sound) == ("film", 650_000, "gif", False)
    assert facts.fps == pytest.approx(4 / 0.65)


def test_a_file_is_what_it_is_whatever_its_name() -> None:
    assert probe(made("picture.mp4", lambda path: quarters().save(path, format="PNG"))).kind == "picture"
    assert sniff(document("quarters.pdf")) is Kind.PAGES
    assert sniff(film("h264.mp4", frames=30, coding=FAST)) is Kind.FILM


def page_count(pages: int) -> str:
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages)]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * pages
    return made(f"pages{pages}.pdf", lambda path: path.write_bytes(pdf(objects)))


def lying_mp4() -> str:
    """An MP4 of 1.2 s whose headers all promise ten hours."""

    def lie(data: bytes) -> bytes:
        out = bytearray(data)
        for box, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
            place = data.index(box) + at
            scale = 1000 if box != b"mdhd" else struct.unpack_from(">I", data, place - 4)[0]
            struct.pack_into(">I", out, place, 36_000 * scale)
        return bytes(out)

    return changed("lying.mp4", film("h264.mp4", frames=30, coding=FAST), lie)


def test_a_lying_header_is_measured() -> None:
    assert probe(lying_mp4()).span == pytest.approx(1.2 * SECOND, abs=1000)


SECRET = "secret.png"
REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "empty": (lambda: made("empty.mp4", lambda path: path.write_bytes(b"")), "empty"),
    "zeros": (lambda: made("zeros.jpg", lambda path: path.write_bytes(bytes(5000))), "zeros"),
    "text": (lambda: made("text.mp4", lambda path: path.write_text("Chào mừng quý khách\n" * 99)), "this is text"),
    "web": (lambda: made("web.jpg", lambda path: path.write_text("<!DOCTYPE html><html>")), "web page"),
    "office": (
        lambda: made("office.pdf", lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100))),
        "export it as PDF",
    ),
    "noise": (
        lambda: made("noise.mp4", lambda path: path.write_bytes(bytes(range(256)) * 40)),
        "no film that is known",
    ),
    "playlist": (lambda: made("list.mp4", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")), "text"),
    "folder": (lambda: os.path.dirname(saved("plain.png", quarters())), "not a file"),
    "gone": (lambda: "/nowhere/film.mp4", "gone"),
    "bomb": (lambda: made("bomb.png", bomb), r"50000 x 50000"),
    "cut mp4": (lambda: cut(film("front.mp4", frames=50, coding=(*FAST, "-movflags", "+faststart"))), "cut short"),
    "cut mkv": (lambda: cut(film("h264.mkv", frames=30, coding=FAST)), "cut short"),
    "cut avi": (lambda: cut(film("mpeg4-short.avi", frames=30, coding=("-c:v", "mpeg4"))), "cut short"),
    "cut webp": (lambda: cut(saved("lossy.webp", quarters())), "cut short"),
    "headless mp4": (lambda: cut(film("h264.mp4", frames=30, coding=FAST)), "cut short"),
    "sound": (lambda: remade("only.mp4", film("s.mp4", coding=SOUND, sound=True), "-vn", "-c:a", "copy"), "only sound"),
    "pages": (lambda: page_count(501), "501 pages"),
    "locked away": (lambda: locked_away(SECRET), "may not be read|cannot be read"),
}


def cut(path: str) -> str:
    source = Path(path)
    return made(f"half-{source.name}", lambda half: half.write_bytes(source.read_bytes()[: source.stat().st_size // 2]))


def locked_away(name: str) -> str:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = made(name, lambda path: quarters().save(path))
    os.chmod(path, 0)
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_shown_is_refused_with_the_reason(name: str) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(ContentFault, match=reason):
        probe(make())


def test_bounds_are_kept() -> None:
    source = film("h264.mp4", frames=30, coding=FAST)

    with pytest.raises(ContentFault, match="too big"):
        probe(source, Bounds(size=1000))
    with pytest.raises(ContentFault, match="minutes"):
        probe(source, Bounds(span=Span(SECOND)))
    with pytest.raises(ContentFault, match="minutes"):
        probe(animated("moving.gif", [100, 300, 50, 200]), Bounds(span=Span(SECOND // 2)))
    with pytest.raises(ContentFault, match="400 x 200"):
        probe(saved("plain.png", quarters()), Bounds(pixels=1000))
    with pytest.raises(ContentFault, match="2 pages"):
        probe(document("quarters.pdf"), Bounds(pages=1))
    assert probe(source, Bounds(span=MINUTE)).kind == "film"

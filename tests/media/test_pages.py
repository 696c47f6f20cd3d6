"""Pages of PDF documents."""

from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.media.pages import draw_page
from tests.media.media import corners, made, near, pdf

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
QUARTERS = b"1 0 0 rg 0 50 100 50 re f 0 1 0 rg 100 50 100 50 re f 0 0 1 rg 0 0 100 50 re f"
"""Red and green above blue and bare paper, on a page of 200 x 100 points."""


def document(name: str, page: bytes = b"", content: bytes = QUARTERS, *more: bytes) -> str:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % (b"/AcroForm << /Fields [6 0 R] >>" if more else b""),
        b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R %b >>" % page,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 300] >>",
        *more,
    ]
    return made(name, lambda path: path.write_bytes(pdf(objects)))


def draw(path: str, number: int = 0, size: Size = Size(400, 200), fit: Fit = Fit.CONTAIN) -> Image.Image:  # noqa: B008
    image = draw_page(path, number, size, fit, Surround.PLAIN)
    assert (image.mode, image.size) == ("RGB", size)
    return image


def same(image: Image.Image, *colours: tuple[int, int, int]) -> bool:
    return all(near(a, b, 2) for a, b in zip(corners(image), colours, strict=True))


def test_a_page_fills_its_zone_sharply() -> None:
    image = draw(document("quarters.pdf"), size=Size(1000, 500))

    assert same(image, RED, GREEN, BLUE, WHITE)
    assert near(image.getpixel((498, 100)), RED, 2)  # type: ignore[arg-type]
    assert near(image.getpixel((501, 100)), GREEN, 2)  # type: ignore[arg-type]


def test_a_page_is_turned_as_it_says() -> None:
    assert same(draw(document("turned.pdf", b"/Rotate 90"), size=Size(200, 400)), BLUE, RED, WHITE, GREEN)


def test_a_page_covers_contains_and_stretches() -> None:
    path = document("quarters.pdf")

    covering = draw(path, size=Size(100, 100), fit=Fit.COVER)
    assert same(covering, RED, GREEN, BLUE, WHITE)
    contained = draw(path, size=Size(100, 100))
    assert near(contained.getpixel((50, 10)), (0, 0, 0), 0)  # type: ignore[arg-type]
    assert same(contained.crop((0, 25, 100, 75)), RED, GREEN, BLUE, WHITE)
    assert same(draw(path, size=Size(100, 300), fit=Fit.STRETCH), RED, GREEN, BLUE, WHITE)
    blurred = draw_page(path, 0, Size(100, 100), Fit.CONTAIN, Surround.BLUR)
    assert blurred.getpixel((20, 10)) != (0, 0, 0)


def test_what_is_not_printed_is_paper() -> None:
    assert draw(document("quarters.pdf"), 1, Size(100, 300)).getextrema() == ((255, 255),) * 3


def test_glass_shows_the_paper() -> None:
    page = b"/Resources << /ExtGState << /G << /ca 0.5 >> >> >>"
    image = draw(document("glass.pdf", page, b"/G gs 1 0 0 rg 0 0 200 100 re f"))

    assert near(image.getpixel((200, 100)), (255, 128, 128), 3)  # type: ignore[arg-type]


def test_filled_in_forms_are_drawn() -> None:
    appearance = b"0 0 1 rg 0 0 100 50 re f"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Lan) /Rect [0 0 100 50] /F 4 /P 3 0 R"
        b" /AP << /N 7 0 R >> >>"
    )
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 100 50] /Length %d >>\nstream\n%b\nendstream" % (
        len(appearance),
        appearance,
    )
    image = draw(document("form.pdf", b"/Annots [6 0 R]", b"", field, form))

    blue = image.getpixel((100, 150))
    assert isinstance(blue, tuple)
    assert blue[2] > blue[0] + 40


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(ContentFault, match="no page 3: the document has 2"):
        draw(document("quarters.pdf"), 2)


def test_documents_that_cannot_be_shown() -> None:
    whole = Path(document("quarters.pdf")).read_bytes()
    with pytest.raises(ContentFault, match="damaged"):
        draw(made("words.pdf", lambda path: path.write_bytes(b"%PDF-1.7\n" + b"words " * 100)))
    with pytest.raises(ContentFault, match="gone"):
        draw("/nowhere/at-all.pdf")
    with pytest.raises(ContentFault, match="damaged"):
        draw(made("short.pdf", lambda path: path.write_bytes(whole[: len(whole) // 3])))


def test_a_locked_document_is_refused() -> None:
    """Encrypted with RC4 under a password that nobody gave (ISO 32000-1, 7.6)."""
    whole = Path(document("quarters.pdf")).read_bytes()
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >> /ID [<00><00>] /Root" % (
        b"1f" * 32,
        b"2e" * 32,
    )
    path = made("locked.pdf", lambda path: path.write_bytes(whole.replace(b"/Root", lock)))

    with pytest.raises(ContentFault, match="password"):
        draw(path)


def test_the_document_is_closed_again() -> None:
    path = document("quarters.pdf")
    for _ in range(50):
        draw(path, size=Size(40, 20))
    with PdfDocument(path) as again:
        assert len(again) == 2

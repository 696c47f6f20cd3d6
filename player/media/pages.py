"""Pages of a PDF, drawn at the resolution of the zone. JavaScript in them is never run."""

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from player.config.language import _
from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.media.framing import Framing, frame
from player.media.images import blurred
from player.media.refusal import refusing

MAX_PAGES = 500
"""A longer document is refused: it would hold its zone for hours."""

_FLAGS = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER


def draw_page(
    path: str, number: int, size: Size, fit: Fit, surround: Surround, background: str = "#000000"
) -> Image.Image:
    """Page `number`, counted from 0, on white paper, as RGB of exactly `size`. Raises ContentFault."""
    with open_document(path) as document:
        pages = len(document)
        if not 0 <= number < pages:
            raise ContentFault(
                _("there is no page {number}: the document has {pages}").format(number=number + 1, pages=pages)
            )
        page = document[number]
        width, height = _paper(page)
        framing, whole = _framing(width, height, size, fit)
        shown = _render(document, page, framing, whole)
        if shown.size == size:
            return shown
        canvas = blurred(shown, size) if surround is Surround.BLUR else Image.new("RGB", size, background)
        canvas.paste(shown, (framing.place.x, framing.place.y))
        return canvas


@contextmanager
def open_document(path: str) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF at `path`; errors raised within become ContentFault."""
    damaged = _("the PDF is damaged or cut short: copy it again, or export it anew as PDF")
    with refusing(damaged, pypdfium2.PdfiumError, OSError, ValueError):
        document = _opened(path)
        try:
            document.init_forms()
            yield document
        finally:
            document.close()


def page_size(document: pypdfium2.PdfDocument) -> Size:
    """The size of the first page in points (1/72 inch)."""
    width, height = _paper(document[0])
    return Size(max(1, round(width)), max(1, round(height)))


def _opened(path: str) -> pypdfium2.PdfDocument:
    with open(path, "rb"):  # PDFium would not say why a file cannot be read
        pass
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise ContentFault(_("the PDF is locked with a password: save it again without one")) from error
        raise


def _paper(page: pypdfium2.PdfPage) -> tuple[float, float]:
    """Width and height in points, as turned by the page's own rotation."""
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise ContentFault(_("the page has no size: export the PDF anew"))
    return width, height


def _framing(width: float, height: float, size: Size, fit: Fit) -> tuple[Framing, Size]:
    """Where the page goes, and how large the whole of it is drawn, in pixels."""
    scale = 10_000 / max(width, height)  # a page has no pixels; these only carry its shape
    paper = Size(max(1, round(width * scale)), max(1, round(height * scale)))
    framing = frame(paper, size, fit)
    return framing, framing.scale(paper)


def _render(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, framing: Framing, whole: Size) -> Image.Image:
    """The part of the page that is seen; the rest of a cropped page is never drawn."""
    width, height = framing.place.size
    left, top = (whole.width - width) // 2, (whole.height - height) // 2
    pixels = bytearray(width * height * 4)
    shared = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGRx, shared, width * 4)
    if not bitmap:
        raise MemoryError
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        where = (-left, -top, whole.width, whole.height, 0, _FLAGS)
        raw.FPDF_RenderPageBitmap(bitmap, page, *where)
        if document.formenv:
            raw.FPDF_FFLDraw(document.formenv, bitmap, page, *where)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Image.frombytes("RGB", (width, height), bytes(pixels), "raw", "RGBX", width * 4, 1)

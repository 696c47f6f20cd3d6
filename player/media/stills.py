"""Whatever stands still, drawn once: pictures, pages, notices and the clock, with their captions."""

from PIL import Image

from player.core.geometry import Size
from player.core.model import Caption, Clock, Fit, Notice, Page, Picture, Surround
from player.media import images
from player.media.jobs import Bitmap, CardSheet, Job, Slate
from player.media.text import caption as captions
from player.media.text import clock, notice, slate


def draw(job: Job) -> Bitmap:
    """The whole picture of a job that does not move. Raises ContentFault."""
    match job.content:
        case Picture() as picture:
            image = images.draw_picture(job.path, room(job, picture.fit), picture.fit, picture.surround)
            return _finished(image, picture.caption, job)
        case Page() as page:
            from player.media import pages

            image = pages.draw_page(job.path, page.number, room(job, page.fit), page.fit, page.surround)
            return _finished(image, page.caption, job)
        case Notice() as words:
            background = images.draw_picture(job.path, job.clear, Fit.COVER, Surround.PLAIN) if job.path else None
            bitmap = notice.draw_notice(words, job.clear, background)
            return _finished(Image.frombuffer("RGB", job.clear, bitmap.pixels, "raw", "BGRX", 0, 1), None, job)
        case Clock(style=style):
            return clock.draw_clock(style, job.size, job.at, job.timezone, job.language)
        case Slate(title=title):
            return slate.draw_slate(title, job.language, job.size)
        case CardSheet() as sheet:
            from player.media.cards.draw import draw_card

            return draw_card(sheet, job.language, job.size)
        case other:
            raise TypeError(f"{type(other).__name__} does not stand still")


def caption(words: Caption, job: Job) -> tuple[Bitmap, int]:
    """A caption as an overlay of the full width, and the row of the zone at which it begins."""
    overlay, top = captions.draw_caption(words, job.clear)
    return overlay, job.band[0] + top


def room(job: Job, fit: Fit) -> Size:
    """What a picture is fitted to: one that is to be seen whole keeps clear of what covers the zone, others do not."""
    return job.clear if fit is Fit.CONTAIN else job.size


def _finished(image: Image.Image, words: Caption | None, job: Job) -> Bitmap:
    """At the zone's size, with its caption."""
    if image.size != job.size:
        image = _extended(image, job)
    if words is not None:
        overlay, top = caption(words, job)
        layer = Image.frombytes("RGBA", overlay.size, overlay.pixels, "raw", "BGRA")
        image.paste(layer, (0, top), layer)
    return Bitmap(job.size, image.tobytes("raw", "BGRX"))


def _extended(image: Image.Image, job: Job) -> Image.Image:
    """Put into the clear part of the zone; its first and last rows go on behind what covers the rest."""
    width, height = image.size
    whole = Image.new("RGB", job.size)
    above, below = job.band
    if above:
        whole.paste(image.crop((0, 0, width, 1)).resize((width, above)), (0, 0))
    if below:
        whole.paste(image.crop((0, height - 1, width, height)).resize((width, below)), (0, above + height))
    whole.paste(image, (0, above))
    return whole

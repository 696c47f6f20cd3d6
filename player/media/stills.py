"""Whatever stands still, drawn once: pictures, pages, notices and the clock, with their captions."""

from PIL import Image

from player.core.geometry import Size
from player.core.model import Caption, Clock, Fit, Notice, Page, Picture, Surround
from player.media import images, pages
from player.media.jobs import Bitmap, Job, Slate
from player.media.text import caption as captions
from player.media.text import clock, notice, slate


def draw(job: Job) -> Bitmap:
    """The whole picture of a job that does not move. Raises ContentFault."""
    match job.content:
        case Picture() as picture:
            image = images.draw_picture(job.path, job.size, picture.fit, picture.surround)
            return _captioned(image, picture.caption, job.size)
        case Page() as page:
            image = pages.draw_page(job.path, page.number, job.size, page.fit, page.surround)
            return _captioned(image, page.caption, job.size)
        case Notice() as words:
            background = images.draw_picture(job.path, job.size, Fit.COVER, Surround.PLAIN) if job.path else None
            return notice.draw_notice(words, job.size, background)
        case Clock(style=style):
            return clock.draw_clock(style, job.size, job.at, job.timezone, job.language)
        case Slate(title=title):
            return slate.draw_slate(title, job.language, job.size)
        case other:
            raise TypeError(f"{type(other).__name__} does not stand still")


def caption(words: Caption, size: Size) -> tuple[Bitmap, int]:
    """A caption as an overlay of the full width, and the row at which it begins."""
    return captions.draw_caption(words, size)


def _captioned(image: Image.Image, words: Caption | None, size: Size) -> Bitmap:
    if words is not None:
        overlay, top = caption(words, size)
        layer = Image.frombytes("RGBA", overlay.size, overlay.pixels, "raw", "BGRA")
        image.paste(layer, (0, top), layer)
    return Bitmap(size, image.tobytes("raw", "BGRX"))

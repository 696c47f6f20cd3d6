"""Pictures: whatever a camera or program wrote, upright, in its colours, filling its zone."""

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms

from player.core.faults import ContentFault
from player.core.geometry import Size
from player.core.model import Fit, Surround
from player.media.images import draw_picture
from tests.media.media import corners, made, near, quarters

# To write some; the program registers it when it meets one.
pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ZONE = Size(200, 100)


def saved(name: str, image: Image.Image, **how: object) -> str:
    return made(name, lambda path: image.save(path, **how))  # type: ignore[arg-type]


def draw(path: str, size: Size = ZONE, fit: Fit = Fit.STRETCH, surround: Surround = Surround.PLAIN) -> Image.Image:
    image = draw_picture(path, size, fit, surround)
    assert image.mode == "RGB"
    assert image.size == size
    return image


def shows_quarters(image: Image.Image, by: int = 12) -> bool:
    return all(near(a, b, by) for a, b in zip(corners(image), (RED, GREEN, BLUE, WHITE), strict=True))


FILES: dict[str, tuple[Callable[[Image.Image], Image.Image], dict[str, object]]] = {
    "plain.jpg": (lambda image: image, {"quality": 95}),
    "progressive.jpg": (lambda image: image, {"quality": 95, "progressive": True}),
    "plain.png": (lambda image: image, {}),
    "palette.png": (lambda image: image.quantize(16), {}),
    "alpha.png": (lambda image: image.convert("RGBA"), {}),
    "lossy.webp": (lambda image: image, {"quality": 95}),
    "lossless.webp": (lambda image: image, {"lossless": True}),
    "plain.gif": (lambda image: image, {}),
    "plain.bmp": (lambda image: image, {}),
    "strips.tif": (lambda image: image, {"compression": "tiff_lzw", "tiffinfo": {278: 16}}),
    "jpeg.tif": (lambda image: image, {"compression": "jpeg", "quality": 95}),
    "cmyk.tif": (lambda image: image.convert("CMYK"), {}),
    "cmyk.jpg": (lambda image: image.convert("CMYK"), {"quality": 95}),
    "plain.avif": (lambda image: image, {"quality": 95, "subsampling": "4:4:4"}),
    "plain.heic": (lambda image: image, {"quality": 95, "chroma": 444}),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file(name: str) -> None:
    change, how = FILES[name]
    path = saved(name, change(quarters()), **how)

    assert shows_quarters(draw(path))
    assert shows_quarters(draw(path, Size(640, 320)))


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(ending: str, orientation: int) -> None:
    """EXIF says how the camera was held; the file is made by undoing what it says."""
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    image = quarters()
    stored = image if undo is None else image.transpose(undo)
    exif = Image.Exif()
    exif[274] = orientation
    path = saved(f"turned{orientation}.{ending}", stored, exif=exif, quality=95)

    assert shows_quarters(draw(path, fit=Fit.CONTAIN), by=40)


def test_a_profile_is_obeyed() -> None:
    """A profile that has red and green exchanged: a strange camera, but what it means is certain."""
    path = saved("strange.png", quarters(), icc_profile=_exchanged_profile())

    found = corners(draw(path))
    assert near(found[0], GREEN, 40)
    assert near(found[1], RED, 40)
    assert near(found[3], WHITE)


def _exchanged_profile() -> bytes:
    """sRGB's own profile with the places of its red and green primaries exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = data[green + 4 : green + 12], data[red + 4 : red + 12]
    return bytes(data)


def test_a_broken_profile_costs_nothing_but_itself() -> None:
    assert shows_quarters(draw(saved("noprofile.png", quarters(), icc_profile=b"not a profile at all")))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I", "I;16", "F", "P", "PA", "RGBA", "YCbCr", "LAB"])
def test_every_mode_of_pixels(mode: str) -> None:
    """A grey ramp comes out as a grey ramp."""
    ramp = Image.linear_gradient("L").rotate(90)
    if mode == "I":
        image = ramp.convert("I").point(lambda value: value * 257)
    elif mode == "I;16":
        image = Image.frombytes("I;16", ramp.size, b"".join(struct.pack("<H", value * 257) for value in ramp.tobytes()))
    elif mode == "F":
        image = ramp.convert("F").point(lambda value: value * (1 / 255))
    elif mode == "LAB":
        to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
        converted = ImageCms.applyTransform(ramp.convert("RGB"), to_lab)
        assert converted is not None
        image = converted
    else:
        image = ramp.convert("LA").convert("PA") if mode == "PA" else ramp.convert(mode)
    ending = "tif" if mode in ("I", "F", "LAB", "YCbCr", "PA") else "png"
    path = saved(f"ramp-{mode.replace(';', '')}.{ending}", image)

    row = draw(path, Size(256, 16)).crop((0, 8, 256, 9))
    levels = [row.getpixel((x, 0)) for x in (16, 64, 128, 192, 240)]
    assert all(isinstance(level, tuple) and max(level) - min(level) <= 4 for level in levels)
    greys = [level[0] for level in levels if isinstance(level, tuple)]
    expected = [ramp.getpixel((x, 8)) for x in (16, 64, 128, 192, 240)]
    if mode == "1":
        assert greys[0] > 200 > 60 > greys[-1] or greys[0] < 60 < 200 < greys[-1]
    else:
        assert greys == pytest.approx(expected, abs=6)


def test_what_shows_through_is_the_background() -> None:
    image = quarters().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    path = saved("glass.png", image)

    assert near(draw_picture(path, ZONE, Fit.COVER, Surround.PLAIN, "#204060").getpixel((50, 50)), (0x20, 0x40, 0x60))  # type: ignore[arg-type]


def test_cover_fills_and_crops_the_middle() -> None:
    found = draw(saved("plain.png", quarters()), Size(100, 100), Fit.COVER)

    assert near(found.getpixel((10, 10)), RED)  # type: ignore[arg-type]
    assert near(found.getpixel((90, 90)), WHITE)  # type: ignore[arg-type]


def test_contain_keeps_all_and_surrounds_it() -> None:
    plain = draw_picture(saved("plain.png", quarters()), Size(200, 200), Fit.CONTAIN, Surround.PLAIN, "#102030")
    blurred = draw_picture(saved("plain.png", quarters()), Size(200, 200), Fit.CONTAIN, Surround.BLUR)

    for image in (plain, blurred):
        assert shows_quarters(image.crop((0, 50, 200, 150)))
    assert near(plain.getpixel((100, 20)), (0x10, 0x20, 0x30), 0)  # type: ignore[arg-type]
    red, green, blue = blurred.getpixel((20, 20))  # type: ignore[misc]
    assert 60 < red < 200
    assert max(green, blue) < 60


def test_the_same_file_gives_the_same_pixels() -> None:
    path = saved("noise.png", Image.effect_noise((500, 400), 80).convert("RGB"))

    first = draw(path, Size(321, 123), Fit.CONTAIN, Surround.BLUR)
    assert first.tobytes() == draw(path, Size(321, 123), Fit.CONTAIN, Surround.BLUR).tobytes()


def test_a_large_picture_is_made_small_without_seams() -> None:
    """Large pictures are converted strip by strip; a smooth ramp shows every seam."""
    ramp = Image.linear_gradient("L").resize((6001, 3001))
    path = saved("large.png", ramp.convert("RGBA"), compress_level=1)

    column = draw(path, Size(300, 150)).convert("L").crop((150, 0, 151, 150)).tobytes()
    steps = [b - a for a, b in pairwise(column)]
    assert min(steps) >= 0
    assert max(steps) <= 3


def test_detail_survives_being_made_small() -> None:
    """A fine chessboard becomes even grey, not a moiré pattern."""
    board = Image.frombytes("L", (1600, 1600), bytes([0, 255] * 800 + [255, 0] * 800) * 800)
    levels = draw(saved("chess.png", board), Size(100, 100)).tobytes()

    assert max(levels) - min(levels) < 12


def bomb(path: Path, width: int = 50_000, height: int = 50_000) -> None:
    """A PNG whose header promises far more than there is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def test_a_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(ContentFault, match=r"50000 x 50000.*120 million"):
        draw(made("bomb.png", bomb))


@pytest.mark.parametrize("name", [name for name in FILES if name not in ("plain.bmp",)])
def test_a_picture_that_is_cut_short_is_refused(name: str) -> None:
    change, how = FILES[name]
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    data = Path(saved(f"noise-{name}", change(noise), **how)).read_bytes()
    path = made(f"cut-{name}", lambda path: path.write_bytes(data[: len(data) * 6 // 10]))

    with pytest.raises(ContentFault, match=r"cut short|damaged"):
        draw(path)


def test_a_file_that_is_gone_and_one_that_is_no_picture() -> None:
    with pytest.raises(ContentFault, match="gone"):
        draw("/nowhere/at-all.jpg")
    with pytest.raises(ContentFault, match="damaged"):
        draw(made("words.jpg", lambda path: path.write_text("words")))

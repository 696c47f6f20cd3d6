"""Our letters against those of Pango and of Chromium with the same fonts. Skipped only where neither is installed."""

import html
import shutil
import subprocess
from pathlib import Path

import pygame.font
import pytest
from PIL import Image

from player.core.model import Style
from player.media.text.crawl import Strip
from player.media.text.fonts import installed_fonts
from tests.media.text.cases import CASES, FAMILIES, MIXED, PICTURES
from tests.media.text.ink import Ink, dark_ink, f1, light_ink, picture

EM = 64
HEIGHT = 3 * EM
ALIKE = 0.98
BLACK_ON_WHITE = Style(ink="#000000", ground="#FFFFFF", size=1 / 3)

PANGO = shutil.which("pango-view")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_pango = pytest.mark.skipif(PANGO is None, reason="pango-view (Debian: pango1.0-tools) is not installed")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def ours(text: str, lang: str = "", bold: bool = False) -> Ink:
    style = Style(ink="#000000", ground="#FFFFFF", size=BLACK_ON_WHITE.size, bold=bold)
    strip = Strip(text, style, HEIGHT, separator="", lang=lang)
    assert strip.em == EM
    return dark_ink(picture(strip.tile(-EM, strip.width + 2 * EM)))


def pango(
    text: str, folder: Path, families: tuple[str, ...] = FAMILIES, language: str = "zh-cn", weight: str = ""
) -> Ink:
    assert PANGO
    file = folder / "pango.png"
    font = f"{', '.join(families)} {weight} {EM}px"
    options = ["--no-display", "-q", "--dpi=72", "--hinting=full", "--antialias=gray", "--margin=20"]
    subprocess.run([PANGO, *options, f"--language={language}", f"--font={font}", "-o", file, "-t", text], check=True)
    with Image.open(file) as image:
        return dark_ink(image)


@needs_pango
@pytest.mark.parametrize("name", CASES)
def test_each_script_comes_out_as_pango_draws_it(name: str, tmp_path: Path) -> None:
    assert f1(ours(CASES[name]), pango(CASES[name], tmp_path)) >= ALIKE


@needs_pango
@pytest.mark.parametrize("name", ["vietnamese", "chinese", "lao", "khmer", "thai"])
def test_bold_is_the_real_bold_face(name: str, tmp_path: Path) -> None:
    bold = pango(CASES[name], tmp_path, weight="Bold")
    assert f1(ours(CASES[name], bold=True), bold) >= ALIKE
    assert f1(ours(CASES[name], bold=False), bold) < ALIKE


@needs_pango
@pytest.mark.parametrize(
    ("lang", "family"),
    [("zh", "SC"), ("", "SC"), ("vi", "SC"), ("zh-TW", "TC"), ("zh-Hant", "TC"), ("ja", "JP"), ("ko", "KR")],
)
def test_han_letters_take_the_form_of_their_language(lang: str, family: str, tmp_path: Path) -> None:
    text = "直骨门門角浅化海述"
    assert f1(ours(text, lang), pango(text, tmp_path, ("Noto Sans", f"Noto Sans CJK {family}"), "en")) >= ALIKE


@needs_pango
@pytest.mark.parametrize(("word", "script"), [("ស្ត្រី", "Khmr"), ("ស្វាគមន៍", "Khmr"), ("น้ำ", "Thai"), ("ນ້ຳ", "Laoo")])
def test_without_the_script_khmer_thai_and_lao_would_fail(word: str, script: str, tmp_path: Path) -> None:
    face = installed_fonts().face(word[0], script)
    assert face is not None
    pygame.font.init()
    font = pygame.font.Font(face.path, EM)
    theirs = pango(word, tmp_path)
    assert f1(_rendered(font, word), theirs) < ALIKE
    font.set_script(script)
    assert f1(_rendered(font, word), theirs) >= ALIKE


def _rendered(font: pygame.font.Font, text: str) -> Ink:
    surface = font.render(text, True, "black")
    raw = surface.get_buffer().raw
    image = Image.frombytes("RGBA", surface.get_size(), raw, "raw", "BGRA", surface.get_pitch())
    return light_ink(image.getchannel("A"))


@needs_chromium
def test_every_word_comes_out_as_a_browser_draws_it(tmp_path: Path) -> None:
    words = [word for text in (*CASES.values(), MIXED) for word in text.split() if word != "·"]
    rows = browser_rows(words, tmp_path)
    shares = {word: f1(ours(word), row) for word, row in zip(words, rows, strict=True)}
    assert {word: share for word, share in shares.items() if share < ALIKE} == {}


def browser_rows(words: list[str], folder: Path) -> list[Ink]:
    """Each word as Chromium draws it, in rows of one screenshot."""
    assert CHROMIUM
    families = ", ".join(f"'{family}'" for family in (*FAMILIES, PICTURES))
    rows = "".join(f"<div>{html.escape(word)}</div>" for word in words)
    look = f"div {{height: {HEIGHT}px; white-space: pre; font: {EM}px {families}; padding-left: {EM}px}}"
    page, shot = folder / "page.html", folder / "page.png"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><html lang=zh-Hans><style>body {{margin: 0}} {look}</style>{rows}"
    )
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text"]
    options += ["--font-render-hinting=full", "--force-device-scale-factor=1", f"--user-data-dir={folder / 'profile'}"]
    options += [f"--window-size=1400,{HEIGHT * len(words) + 200}", f"--screenshot={shot}", page.as_uri()]
    subprocess.run([CHROMIUM, *options], check=True, capture_output=True, timeout=120)
    with Image.open(shot) as image:
        return [dark_ink(image.crop((0, HEIGHT * row, 1400, HEIGHT * (row + 1)))) for row in range(len(words))]

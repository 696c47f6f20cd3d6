"""The page in a real browser: it asks for nothing, complains of nothing, and prints on A4."""

import subprocess
from pathlib import Path

import pypdfium2
import pytest

from player.config.language import use
from player.report.page import as_html
from tests.publish.chromium import PROGRAM, QUIET, render
from tests.report.gates import EVIL, QUARTER, delivered, report_on

A4 = (595, 842)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printed")
    use("vi")
    (folder / "report.html").write_bytes(as_html(report_on(delivered(folder), QUARTER)))
    return folder / "report.html"


@pytest.mark.skipif(not PROGRAM, reason="Chromium is not installed")
def test_it_asks_for_nothing_and_complains_of_nothing(page: Path) -> None:
    console, asked = render(page, page.with_suffix(".png"), (390, 1200))
    assert console == []
    assert asked == []


@pytest.mark.skipif(not PROGRAM, reason="Chromium is not installed")
def test_it_prints_on_a4(page: Path) -> None:
    assert PROGRAM
    pdf = page.with_suffix(".pdf")
    profile = f"--user-data-dir={page.parent / 'profile'}"
    command = [PROGRAM, *QUIET, profile, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=90, check=True)
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes = {tuple(map(round, sheet.get_size())) for sheet in document}
        text = " ".join(sheet.get_textpage().get_text_range() for sheet in document)
    finally:
        document.close()
    assert sizes == {A4}
    assert len(text) > 1000
    assert "Khi không chiếu gì, và vì sao" in text
    assert EVIL in text

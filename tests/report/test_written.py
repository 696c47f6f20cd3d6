"""The same report as CSV, XLSX and HTML: what is read back, and what an evil title does (nothing)."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from player.config.language import use
from player.report.figures import Report
from player.report.flat import as_csv, harmless
from player.report.page import as_html
from player.report.period import Period
from player.report.workbook import as_xlsx
from tests.report.gates import EVIL, FORMULA, QUARTER, delivered, report_on


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_on(delivered(tmp_path_factory.mktemp("province")), QUARTER, ("item", "gate"))


def test_csv_is_read_back(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(report, report.answers["item",]))))
    sa_pa = next(row for row in rows if row["title"] == "Sa Pa")
    assert (sa_pa["plays"], sa_pa["shown_seconds"]) == ("4", "52800.000")
    assert sa_pa["first_shown"] == "2026-12-01T06:00:00+07:00"
    assert f"'{FORMULA}" in {row["title"] for row in rows}
    assert all(not row["title"].startswith(("=", "+", "-", "@")) for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_csv_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1").startswith("'")
    assert harmless("Sa Pa") == "Sa Pa"


def test_xlsx_has_typed_columns(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(report)))
    assert book.sheetnames == ["Overview", "By item", "By day", "By theme", "By language", "By agency", "By level",
                               "By gate", "By item + By gate", "Gaps", "Verification"]  # fmt: skip
    items = book["By item"]
    rows = {row[0].value: row for row in items.iter_rows(min_row=2)}
    sa_pa = rows["Sa Pa"]
    assert isinstance(sa_pa[3].value, int)
    assert sa_pa[5].value == timedelta(seconds=52800)
    assert sa_pa[5].number_format == "[h]:mm:ss"
    assert sa_pa[7].value == datetime(2026, 12, 1, 6)  # noqa: DTZ001
    assert rows[FORMULA][0].data_type == rows[EVIL][0].data_type == "s"
    assert (items.freeze_panes, items.auto_filter.ref) == ("A2", f"A1:I{len(rows) + 1}")
    assert book["By day"]["A2"].value.date() == date(2026, 12, 1)
    assert book["Gaps"]["D2"].number_format == "[h]:mm:ss"
    with zipfile.ZipFile(io.BytesIO(as_xlsx(report))) as parts:
        assert sum(name.startswith("xl/charts/chart") for name in parts.namelist()) == 3
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(report: Report, tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").write_bytes(as_xlsx(report))
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "csv",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "report.xlsx")], check=True, timeout=120)
    assert "Lào Cai" in (tmp_path / "report.csv").read_text("utf-8", "replace")


class _Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_shows_a_title_as_text_and_needs_nothing_from_elsewhere(report: Report) -> None:
    page = _Page(as_html(report).decode())
    assert EVIL in page.text
    assert FORMULA in page.text
    tags = {tag for tag, _attributes in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object"}
    assert not any({"src", "href", "onclick"} & attributes.keys() for _tag, attributes in page.tags)
    style = re.findall(r"url\(|@import", as_html(report).decode())
    assert style == []
    assert sum(tag == "svg" for tag, _attributes in page.tags) >= 4


def test_html_speaks_the_language_in_use(report: Report) -> None:
    use("vi")
    text = as_html(report).decode()
    assert '<html lang="vi">' in text
    for said in ("Báo cáo nhật ký phát", "01/10/2026 – 31/12/2026", "mất điện hoặc máy tắt", "Tiếng Trung"):
        assert said in text
    use("en")
    text = as_html(report).decode()
    for said in ("Play log report", "2026-10-01 – 2026-12-31", "no power, or computer off", "the decoder crashed"):
        assert said in text


def test_html_of_no_plays_at_all(report: Report, tmp_path: Path) -> None:
    folder = delivered(tmp_path)
    empty = report_on(folder, Period(date(2025, 1, 1), date(2026, 1, 2)))
    assert "There are no plays in this period." in as_html(empty).decode()
    assert as_xlsx(empty)
    assert report.total.plays

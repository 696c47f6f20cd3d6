"""The page that editors sign by: what is on it, and what must never be."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from player.cli.publish.review import command
from player.core.faults import ContentFault, TrustFault
from player.publish.changes import ADDED, CHANGED, REMOVED, of_files
from player.publish.gates import add_gate
from player.trust.manifest import Entry
from tests.endtoend.films import make_film, make_picture
from tests.endtoend.shows import ShowFolder, write_show
from tests.media.media import make_strobe
from tests.publish.chromium import PROGRAM, render
from tests.publish.site import GATE, NAMES, A, B, Made, make_site

ROLE = f"gate-{GATE}"
EVIL = "<script>alert(1)</script><img src=http://127.0.0.1:9/x.png>"
LAYOUT = {
    "main": {"at": [0, 0], "size": ["100%", "90%"]},
    "ticker": {"at": [0, "90%"], "size": ["100%", "10%"], "hide_when_empty": True},
}


class Page(HTMLParser):
    """What a page says and shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    show = write_show(tmp_path / "show", (640, 360), LAYOUT, gate=GATE, title="Cửa khẩu Kim Thành")
    make_picture(show.media / "sapa.jpg", 1)
    make_film(show.media / "phim.mp4", 2, 90, beeps=frozenset([30]))
    show.write_playlist(
        "main",
        [
            {"image": "media/sapa.jpg", "for": "8s", "caption": "Ruộng bậc thang", "tags": {"lang": "vi"}},
            {"video": "media/phim.mp4", "sound": True},
            {"notice": {"title": f"Giờ mở cửa {EVIL}", "text": "07:00 – 18:30\n\nmỗi ngày", "lang": "vi"}, "for": "9s"},
            {"image": "media/sapa.jpg", "for": "5s", "until": "2026-01-31"},
        ],
        title=f"Giới thiệu {EVIL}",
    )
    show.write_playlist("ticker", [{"banner": "Chào mừng quý khách · 欢迎 · ຍິນດີຕ້ອນຮັບ", "speed": 60}], zone="ticker")
    return show


@pytest.fixture
def province(tmp_path: Path, show: ShowFolder) -> Made:
    made = make_site(tmp_path, gates=())
    add_gate(made.site, GATE, show.config, made.now)
    made.sign()
    made.release()
    return made


def review(province: Made, output: Path, *options: str) -> str:
    arguments = ["--site", str(province.site.root), "--output", str(output), *options]
    assert command.main(arguments, standalone_mode=False) == 0
    return output.read_text("utf-8")


def test_it_shows_all_and_says_who_signs(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    province.stage(show.path / "playlists")
    province.sign(A)
    html = review(province, tmp_path / "review.html", "--language", "en")
    page = Page(html)
    assert "Cửa khẩu Kim Thành" in page.text
    for words in ("Ruộng bậc thang", "07:00 – 18:30", "Chào mừng quý khách · 欢迎 · ຍິນດີຕ້ອນຮັບ", "language: vi"):
        assert words in page.text
    assert f"{NAMES[A]} has signed" in page.text
    assert f"{NAMES[B]} has not signed yet" in page.text
    assert "Nothing is live yet" in page.text
    assert "with sound, 100 %" in page.text
    assert "media/sapa.jpg had its last day on 2026-01-31" in page.text
    pictures = page.all("img")
    # A picture of each of three stills, three of the film, one of the banner, two or three of the whole wall.
    assert 9 <= len(pictures) <= 11
    assert all((one["src"] or "").startswith("data:image/jpeg;base64,") for one in pictures)
    digits = "".join(re.findall(r"<span>([0-9a-f]{4})</span>", html))
    assert digits == next(iter(province.drafts.metadata(ROLE).signed.targets.values())).hashes["sha256"]


def test_a_film_that_flashes_is_the_first_thing_said(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    make_strobe(show.media / "nhay.mp4", seconds=4.0)
    show.write_playlist("main", [{"image": "media/sapa.jpg"}, {"video": "media/nhay.mp4"}], title="Giới thiệu")
    province.stage(show.path / "playlists")
    html = review(province, tmp_path / "review.html", "--language", "en")
    said = "flashes 8 times a second from 00:00 to 00:04 over 100 % of the picture"
    assert f"<ul>\n<li>no. 2, media/nhay.mp4: this film {said}</li>" in html
    assert f'<p class="problem">{said}</p>' in html


def test_nothing_in_it_is_from_elsewhere_or_runs(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    province.stage(show.path / "playlists")
    html = review(province, tmp_path / "review.html")
    page = Page(html)
    assert EVIL in page.text
    assert not page.all("script")
    assert not page.all("link")
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action", "data"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "url(" not in html
    assert "@import" not in html


def test_what_changes(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    province.stage(show.path / "playlists")
    province.sign()
    province.release()
    make_picture(show.media / "moi.jpg", 7)
    make_picture(show.media / "sapa.jpg", 8)
    (show.path / "playlists/ticker.yaml").unlink()
    show.write_playlist(
        "main",
        [
            {"image": "media/sapa.jpg", "for": "12s", "caption": "Ruộng bậc thang", "tags": {"lang": "vi"}},
            {"notice": {"title": f"Giờ mở cửa {EVIL}", "text": "07:00 – 19:00\n\nmỗi ngày", "lang": "vi"}, "for": "9s"},
            {"image": "media/moi.jpg"},
        ],
        title=f"Giới thiệu {EVIL}",
        when=[{"time": "06:00-22:00"}],
    )
    province.stage(show.path / "playlists")
    page = Page(review(province, tmp_path / "review.html", "--language", "en"))
    for words in (
        "media/sapa.jpg changed another file; time on the wall: 8 s → 12 s",
        "− 07:00 – 18:30 gone",
        "+ 07:00 – 19:00 new",
        "+ media/moi.jpg new",
        "− media/phim.mp4 gone",
        "when: always → 06:00–22:00",
        "− ticker gone",
        "− ticker.yaml gone",
    ):
        assert words in page.text, words


def test_a_changed_file_is_refused(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    province.stage(show.path / "playlists")
    blobs = {path.stat().st_size: path for path in (province.site.drafts / "blob").iterdir()}
    victim = blobs[(show.media / "sapa.jpg").stat().st_size]
    data = bytearray(victim.read_bytes())
    victim.unlink()
    data[-3] ^= 1
    victim.write_bytes(data)
    output = tmp_path / "review.html"
    with pytest.raises(TrustFault, match=r"media/sapa\.jpg"):
        review(province, output)
    assert not output.exists()
    victim.unlink()
    with pytest.raises(TrustFault, match=r"media/sapa\.jpg"):
        review(province, output)


def test_a_changed_list_is_refused(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    province.stage(show.path / "playlists")
    target = province.site.drafts / f"{ROLE}/target.json"
    target.write_bytes(target.read_bytes().replace(b'"files":', b'"files": '))
    with pytest.raises(TrustFault, match="target"):
        review(province, tmp_path / "review.html")


@pytest.mark.parametrize("role", ["targets", "gate-nowhere"])
def test_what_cannot_be_seen(tmp_path: Path, show: ShowFolder, province: Made, role: str) -> None:
    province.stage(show.path / "playlists")
    with pytest.raises(ContentFault, match=ROLE):
        review(province, tmp_path / "review.html", role)


def test_on_another_machine(tmp_path: Path, show: ShowFolder, province: Made) -> None:
    """The folder of drafts is all that is needed."""
    province.stage(show.path / "playlists")
    carried = tmp_path / "stick/drafts"
    shutil.copytree(province.site.drafts, carried)
    here, there = tmp_path / "here.html", tmp_path / "there.html"
    review(province, here)
    assert command.main(["--drafts", str(carried), "--output", str(there)], standalone_mode=False) == 0
    shown = [[one["src"] for one in Page(path.read_text("utf-8")).all("img")] for path in (here, there)]
    assert len(shown[0]) == len(shown[1])
    assert sum(one == other for one, other in zip(*shown, strict=True)) >= len(shown[0]) - 3


def test_templates(tmp_path: Path, province: Made) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "dong-cua.yaml").write_text(
        "title: Đóng cửa khẩu\ntemplate: dong-cua\nslots: {ly-do: 120}\nlongest: 6h\n"
        'items:\n  - {notice: {title: Tạm đóng, text: "Lý do: {ly-do}", lang: vi}, for: 10s}\n',
        "utf-8",
    )
    province.stage_templates(folder)
    page = Page(review(province, tmp_path / "review.html", "templates", "--language", "en"))
    for words in ("Alert templates", "Đóng cửa khẩu", "dong-cua", "at most 6 h", "ly-do, up to 120 letters", "[ly-do]"):
        assert words in page.text, words
    assert len(page.all("img")) == 1


def test_files_that_are_only_renamed() -> None:
    old = [Entry("a.jpg", "1" * 64, 5), Entry("b.jpg", "2" * 64, 5), Entry("c.jpg", "3" * 64, 5)]
    new = [Entry("a.jpg", "4" * 64, 6), Entry("d.jpg", "2" * 64, 5), Entry("e.jpg", "5" * 64, 7)]
    found = [(change.kind, change.name) for change in of_files(old, new)]
    assert found == [(CHANGED, "a.jpg"), (REMOVED, "c.jpg"), (CHANGED, "d.jpg"), (ADDED, "e.jpg")]


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("size", [(1280, 1600), (500, 1600)])
def test_in_a_browser(tmp_path: Path, show: ShowFolder, province: Made, size: tuple[int, int]) -> None:
    province.stage(show.path / "playlists")
    output, picture = tmp_path / "review.html", tmp_path / "review.png"
    review(province, output)
    console, asked = render(output, picture, size)
    assert console == []
    assert asked == []
    with Image.open(picture) as image:
        assert image.size == size
        assert len(image.convert("RGB").getcolors(1 << 24) or []) > 1000


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_the_browser_would_tell(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>", "utf-8")
    console, asked = render(page, tmp_path / "bad.png", (500, 300))
    assert len(console) == 1
    assert asked == ["http://127.0.0.1:9/x.png"]

"""Finding fonts, and saying which are missing."""

import shutil
from pathlib import Path

import pytest

from player.core.faults import DisplayFault
from player.media.text.fonts import Fonts, MissingFont, font_folders, installed_fonts, missing_fonts
from player.media.text.sfnt import FaceFile, FontError, coverage


def file_of(cluster: str, script: str) -> Path:
    face = installed_fonts().face(cluster, script)
    assert face is not None
    return Path(face.path)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only one searched."""
    monkeypatch.setattr("player.media.text.fonts.font_folders", lambda: (tmp_path,))
    return tmp_path


def test_nothing_is_missing_for_the_gates_languages() -> None:
    assert missing_fonts(["vi", "zh-CN", "lo", "km", "th", "en", "blt", "hmn"]) == ()


def test_missing_fonts_are_named_with_their_package(only: Path) -> None:
    shutil.copy(file_of("a", "Latn"), only)
    missing = Fonts().missing(["vi", "km", "zh"])
    assert MissingFont("NotoSansKhmer-Regular.ttf", "fonts-noto-core") in missing
    assert MissingFont("NotoSansCJK-Bold.ttc", "fonts-noto-cjk") in missing
    assert MissingFont("NotoColorEmoji.ttf", "fonts-noto-color-emoji") in missing
    assert "NotoSans-Regular.ttf" not in {font.file for font in missing}
    assert not any("Thai" in font.file for font in missing)


def test_without_any_font_the_message_says_what_to_install(only: Path) -> None:
    assert not list(only.iterdir())
    with pytest.raises(DisplayFault, match="apt-get install fonts-noto-core"):
        Fonts().base()


def test_a_broken_font_file_is_passed_over(only: Path) -> None:
    shutil.copy(file_of("a", "Latn"), only)
    good = file_of("ក", "Khmr").read_bytes()
    (only / "NotoSansKhmer-Regular.ttf").write_bytes(good[:200])
    (only / "NotoSansLao-Regular.ttf").write_bytes(b"")
    (only / "NotoSansThai-Regular.ttf").write_bytes(b"no font at all" * 50)
    fonts = Fonts()
    assert [fonts.face(cluster, script) for cluster, script in (("ក", "Khmr"), ("ກ", "Laoo"), ("ก", "Thai"))] == [
        None
    ] * 3
    assert fonts.face("a", "Latn")


def test_earlier_folders_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "named" / "deep"
    own.mkdir(parents=True)
    shutil.copy(file_of("a", "Latn"), own)
    monkeypatch.setenv("GATEPLAYER_FONTS", str(tmp_path / "named"))
    assert font_folders()[0] == tmp_path / "named"
    assert Path(Fonts().base().path).parent == own
    assert Path(Fonts((own,)).base().path).parent == own


def test_coverage_is_that_of_the_file() -> None:
    khmer = coverage(str(file_of("ក", "Khmr")))
    assert "ក" in khmer
    assert "ก" not in khmer
    assert "\U00012000" not in khmer
    with pytest.raises(FontError):
        coverage(__file__)


def test_a_face_of_a_collection_reads_like_a_file() -> None:
    path = str(file_of("直", "Hani"))
    with FaceFile(path, 2) as face:
        head = face.read(16)
        face.seek(-4, 2)
        assert len(face.read()) == 4
        face.seek(0)
        assert face.read(16) == head
        face.seek(14)
        assert face.read(2) == head[14:]
        assert face.tell() == 16
    whole = Path(path).read_bytes()
    assert head[:12] == whole[:12]
    assert head[12:] == whole[20:24]


def test_a_face_of_the_gate_is_preferred_for_all_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serif = Path("/usr/share/fonts/truetype/noto")
    shutil.copy(serif / "NotoSerif-Regular.ttf", tmp_path / "Tinh-Regular.ttf")
    shutil.copy(serif / "NotoSerif-Bold.ttf", tmp_path / "Tinh-Bold.ttf")
    monkeypatch.setenv("GATEPLAYER_FONTS", str(tmp_path))
    fonts = Fonts()
    assert Path(fonts.base().path).name == "Tinh-Regular.ttf"
    assert Path(fonts.base(bold=True).path).name == "Tinh-Bold.ttf"
    khmer = fonts.face("ក", "Khmr")
    assert khmer is not None
    assert Path(khmer.path).name == "NotoSansKhmer-Regular.ttf"


def test_a_face_of_the_gate_without_latin_letters_does_not_draw_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy("/usr/share/fonts/truetype/noto/NotoSerifLao-Regular.ttf", tmp_path / "Lao.ttf")
    monkeypatch.setenv("GATEPLAYER_FONTS", str(tmp_path))
    fonts = Fonts()
    lao = fonts.face("ກ", "Laoo")
    assert lao is not None
    assert Path(lao.path).name == "Lao.ttf"
    assert Path(fonts.base().path).name == "NotoSans-Regular.ttf"

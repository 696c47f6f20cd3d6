from pathlib import Path

import pytest

from player.core.geometry import Rect, Size
from player.core.loudness import Loudness, VolumeTime
from player.core.mapping import Flip, Patch
from player.core.model import Window
from player.library import wallsettings
from player.library.locate import config_file, run_dir, state_dir
from player.library.naturally import natural_key
from player.library.wallsettings import WallSettings


def test_numbers_count_and_vietnamese_letters_have_their_places() -> None:
    names = [
        "ảnh 10.jpg",
        "ảnh 2.jpg",
        "Ảnh 1.jpg",
        "đèo.jpg",
        "dốc.jpg",
        "em.jpg",
        "ăn.jpg",
        "an.jpg",
        "ân.jpg",
        "9.jpg",
    ]
    expected = [
        "9.jpg",
        "an.jpg",
        "Ảnh 1.jpg",
        "ảnh 2.jpg",
        "ảnh 10.jpg",
        "ăn.jpg",
        "ân.jpg",
        "dốc.jpg",
        "đèo.jpg",
        "em.jpg",
    ]
    assert sorted(names, key=natural_key) == expected


def test_tones_decide_between_otherwise_equal_names() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(["mã", "mạ", "mả", "ma", "má", "mà"], key=natural_key) == tones
    assert sorted(["má 2", "ma 10"], key=natural_key) == ["má 2", "ma 10"]


def test_names_of_other_scripts_and_odd_digits_sort_too() -> None:
    names = ["²", "欢迎", "ຍິນດີ", "٣", "a٣", "", "x²"]
    assert sorted(sorted(names), key=natural_key) == sorted(sorted(names, reverse=True), key=natural_key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "state"),
        ("gate: a\nstate: /var/lib/gateplayer\n", "/var/lib/gateplayer"),
        ("state: 'thư mục # 1'  # here\n", "thư mục # 1"),
        ('state: "a b"\n', "a b"),
        ("state: data   # the disk\n", "data"),
        ("display:\n  state: no\n", "state"),
        ("state:\n", "state"),
        ("state: [broken\nlanguage: vi\n", "[broken"),
        ("\ufeffstate: x\r\n", "x"),
    ],
)
def test_the_state_folder_is_found_without_yaml(tmp_path: Path, text: str, expected: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(text, "utf-8")
    assert state_dir(config) == tmp_path / expected


def test_no_config_means_the_default(tmp_path: Path) -> None:
    assert state_dir(tmp_path / "config.yaml") == tmp_path / "state"


def test_which_config_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEPLAYER_CONFIG", "/srv/gate.yaml")
    assert config_file(Path("/x.yaml")) == Path("/x.yaml")
    assert config_file() == Path("/srv/gate.yaml")
    Path("config.yaml").write_text("gate: a")
    assert config_file() == Path("config.yaml")


def test_the_run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert run_dir(tmp_path / "config.yaml") == tmp_path / "state/run"
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/gateplayer")
    assert run_dir(tmp_path / "config.yaml") == Path("/run/gateplayer")


FOLDED = (Patch(Rect(0, 0, 320, 192), 5, 7, 90, Flip.VERTICAL), Patch(Rect(320, 0, 320, 192), 400, 0))


def test_wall_settings_cross_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    assert wallsettings.read(tmp_path) is None
    night = (Window(start=22 * 60, end=6 * 60),)
    sound = Loudness(0.5, (VolumeTime(night, 0.2),), night, None, 1.0)
    settings = WallSettings(
        "kim-thanh-2", "Cửa khẩu", "vi", "Asia/Ho_Chi_Minh", "x11", Size(640, 192), 50, sound, 3, FOLDED
    )
    assert wallsettings.write(tmp_path, settings)
    assert not wallsettings.write(tmp_path, settings)
    assert wallsettings.read(tmp_path) == settings
    (tmp_path / wallsettings.NAME).write_bytes(b'{"volume": "loud"')
    assert wallsettings.read(tmp_path) is None
    assert wallsettings.write(tmp_path, settings)

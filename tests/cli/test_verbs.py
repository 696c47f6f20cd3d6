"""The verbs as a technician calls them, in this process; `run` and the daemons have tests of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from player.agent.assemble import once
from player.cli import main
from player.config.language import language_in_use, use
from player.library.files import sole
from player.library.locate import state_dir
from player.library.shows import ShowStore
from player.library.wallsettings import WallSettings
from player.library.wallsettings import read as read_settings
from tests.library.gate import CONFIG, Gate


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    gate = Gate(tmp_path)
    gate.picture("1.png", "red")
    gate.picture("2.png", "blue")
    gate.playlist("a.yaml", "{image: media/1.png, for: 10s}", "{image: media/2.png, for: 5s}", title="Giới thiệu")
    before = language_in_use()
    yield gate
    use(before)


def call(gate: Gate, verb: str, *more: str) -> int:
    return main([verb, "--config", str(gate.config), *more])


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_check_of_good_files(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("playlists/b.yaml", "title: b\nzone: ticker\nitems: [{banner: Chào, speed: 100}]")
    assert call(gate, "check") == 0
    told = capsys.readouterr().out
    assert "No faults. Playlists: 2, items: 3." in told
    assert "3 pixels a frame (90 a second)" in told
    assert "\x1b" not in told
    assert ShowStore(gate.state).current() is None


def test_check_lists_all_faults_of_config_playlists_and_media_sorted(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    (gate.playlists / "media/2.png").write_bytes(b"hello")
    gate.playlist("b.yaml", "{image: media/absent.png}")
    gate.playlist("c.yaml", "{image: media/1.png, fro: 3s}")
    assert call(gate, "check") == 2
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("playlists/a.yaml:6:5: media/2.png: ")
    assert told[1].startswith("playlists/b.yaml:5:")
    assert told[2].startswith("playlists/c.yaml:5:")
    assert "did you mean from?" in told[2]
    assert told[-1].startswith("Faults: 3.")
    assert call(gate, "check", "--json") == 2
    (summary,) = lines(capsys.readouterr().out)
    assert [fault["line"] for fault in summary["faults"]] == [6, 5, 5]
    assert (summary["playlists"], summary["items"]) == (1, 1)


def test_check_speaks_the_language_of_the_config(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("config.yaml", CONFIG.replace("language: en", "language: vi"))
    assert call(gate, "check") == 0
    assert "Không có lỗi." in capsys.readouterr().out
    assert main(["check", f"--config={gate.config}", "--wrong"]) == 2
    assert "Không có tùy chọn" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["check", "plan", "snapshot"])
def test_a_missing_config_is_said_and_nothing_is_made_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    assert main([verb, "--config", str(tmp_path / "confgi.yaml")]) == 2
    told = capsys.readouterr()
    assert "confgi.yaml: " in told.out + told.err
    assert list(tmp_path.iterdir()) == []


def test_plan_of_a_day_tiles_it(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("config.yaml", CONFIG + 'hours: {time: "07:00-08:00"}\n')
    assert call(gate, "plan", "--day", "2026-09-02", "--zone", "main", "--json") == 0
    told = lines(capsys.readouterr().out)
    assert len(told) == 480
    assert {"zone", "start", "end", "offset", "item", "playlist", "source", "level"} <= told[0].keys()
    assert (told[0]["start"], told[-1]["end"]) == ("2026-09-02T07:00:00+07:00", "2026-09-02T08:00:00+07:00")
    assert all(one["end"] == other["start"] for one, other in pairwise(told))
    named = (told[0]["playlist"], told[0]["source"], told[0]["level"], told[0]["offset"])
    assert named == ("Giới thiệu", "a.yaml", "normal", 0.0)


def test_plan_of_a_stretch(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(gate, "plan", "--from", "2026-09-02T20:07", "--until", "20:08", "--zone", "main") == 0
    told = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert told[0][:4] == ["20:07:00.0", "20:07:10.0", "main", "media/1.png"]
    assert len(told) == 8
    assert ShowStore(gate.state).current() is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--zone", "mian"), "there are main, ticker, screen"),
        (("--from", "25:00"), "a time such as"),
        (("--day", "2.9.2026"), "a date such as"),
        (("--from", "20:00", "--until", "19:00"), "--until must be after --from"),
    ],
)
def test_plan_refuses_what_it_does_not_understand(
    gate: Gate, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert call(gate, "plan", *arguments) == 2
    assert said in capsys.readouterr().err


def test_plan_with_a_wrong_config_names_its_faults(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("config.yaml", CONFIG + "layuot: 1\n")
    assert call(gate, "plan") == 2
    told = capsys.readouterr()
    assert "layuot" in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


def test_snapshot_shows_what_plan_says(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    picture = gate.folder / "wall.png"
    for moment, colour in (("2026-09-02T20:07:03", (255, 0, 0)), ("2026-09-02T20:07:12", (0, 0, 255))):
        assert call(gate, "snapshot", "--at", moment, "--output", str(picture)) == 0
        with Image.open(picture) as image:
            assert image.size == (320, 180)
            assert image.convert("RGB").getpixel((160, 70)) == colour
    assert str(picture) in capsys.readouterr().out


def test_a_snapshot_that_cannot_be_written_says_so(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(gate, "snapshot", "--output", str(gate.folder / "no/such/folder.png")) == 2
    assert "no folder that can be written" in capsys.readouterr().err
    assert call(gate, "snapshot", "--output", str(gate.folder / "wall.gif")) == 2
    assert "must end in .png" in capsys.readouterr().err


def test_status_without_programs(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(gate, "status") == 4
    assert "not running" in capsys.readouterr().out
    assert call(gate, "status", "--json") == 4
    (said,) = lines(capsys.readouterr().out)
    assert (said["blackout"], said["wall"], said["agent"]) == (None, {"running": False}, {"running": False})
    assert (said["gate"]["headline"]["tone"], said["gate"]["zones"]) == ("bad", [])


def test_status_tells_what_is_on_and_what_is_wrong(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now().astimezone().isoformat()
    wall = {
        "pid": os.getpid(), "at": now, "started": now, "open": True, "show": {"number": 7, "made": now},
        "output": {"name": "x11", "size": [320, 180], "seen": True, "shrunk": False},
        "zones": [{"zone": "main", "until": now, "now": {"item": "sapa.jpg", "playlist": "Giới thiệu"}}],
        "troubles": [{"zone": "main", "item": "promo.mp4", "reason": "the decoder crashed"}],
    }  # fmt: skip
    fault = {"file": "playlists/a.yaml", "line": 3, "column": 5, "message": "no such key"}
    agent = {"state": "faulty", "since": now, "checked": now, "show": 7, "reason": "", "faults": [fault]}
    run = gate.state / "run"
    run.mkdir(parents=True)
    (run / "wall.json").write_text(json.dumps(wall))
    (run / "agent.json").write_text(json.dumps(agent))
    holder = (
        "import sys, pathlib, player.library.files as files\n"
        "with files.sole(pathlib.Path(sys.argv[1])): print(flush=True); input()"
    )
    command = [sys.executable, "-c", holder, str(gate.state / "agent.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        assert call(gate, "status") == 0
        running.communicate(b"\n")
    told = capsys.readouterr().out
    for said in (
        "x11 320×180, show 7",
        "sapa.jpg",
        "promo.mp4: the decoder crashed",
        "playlists/a.yaml:3:5: no such key",
    ):
        assert said in told
    os.utime(run / "wall.json", (0, 0))
    assert call(gate, "status") == 4
    assert "has not moved" in capsys.readouterr().out


def test_status_says_why_and_tells_programs_the_same(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(gate, "agent", "--once") == 0
    now = datetime.now().astimezone().isoformat()
    wall = {"pid": os.getpid(), "open": True, "started": now, "show": {"number": 1, "made": now}, "zones": []}
    (gate.state / "run").mkdir(exist_ok=True)
    (gate.state / "run/wall.json").write_text(json.dumps(wall))
    capsys.readouterr()
    assert call(gate, "status", "--why") == 0
    told = capsys.readouterr().out
    assert "a playlist of the level “normal” from the file" in told
    assert "disk: " in told
    assert call(gate, "status", "--json") == 0
    (said,) = lines(capsys.readouterr().out)
    main = next(zone for zone in said["gate"]["zones"] if zone["zone"] == "main")
    assert main["why"][0].startswith("It belongs to «")
    assert (main["level"], main["signed"], main["carried"]) == ("normal", [], False)
    assert said["gate"]["disk"]["free"] > 0
    assert said["gate"]["clock"]["quality"] in ("synchronised", "free", "wrong")


def test_agent_once_stores_the_show_and_the_walls_settings(gate: Gate) -> None:
    assert call(gate, "agent", "--once") == 0
    stored = ShowStore(gate.state).current()
    assert stored is not None
    assert stored.number == 1
    settings = read_settings(gate.state)
    assert isinstance(settings, WallSettings)
    assert (settings.gate, settings.fps, tuple(settings.canvas)) == ("kim-thanh-2", 30, (320, 180))
    gate.playlist("b.yaml", "{image: media/absent.png}")
    assert call(gate, "agent", "--once") == 2


def test_agent_once_beside_a_running_agent_is_refused(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.state.mkdir()
    with sole(gate.state / "agent.lock") as ours:
        assert ours
        assert call(gate, "agent", "--once") == 4
    assert "another agent" in capsys.readouterr().err
    assert once(gate.config) == 0


def test_doctor_says_what_is_good_and_what_to_do(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    code = call(gate, "doctor", "--json")
    found = {one["what"]: one for one in lines(capsys.readouterr().out)}
    assert found["config.yaml"]["grade"] == found["fonts"]["grade"] == "good"
    assert {"display", "frame rate", "sound", "state folder", "time", "programs"} <= found.keys()
    assert all(one["advice"] for one in found.values() if one["grade"] != "good")
    assert code == (4 if any(one["grade"] == "bad" for one in found.values()) else 0)


def test_doctor_of_a_wrong_config_and_a_state_folder_of_somebody_else(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.write("config.yaml", CONFIG + "state: /proc/gateplayer\n")
    assert call(gate, "doctor") == 4
    assert "change state: in config.yaml" in capsys.readouterr().out
    gate.write("config.yaml", CONFIG + "gaet: x\n")
    assert call(gate, "doctor") == 4
    assert "gateplayer check lists them all" in capsys.readouterr().out


def test_check_and_plan_work_where_the_state_folder_is_not_ours(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("config.yaml", CONFIG + "state: /proc/gateplayer\n")
    assert call(gate, "check") == 0
    assert "Playlists: 1, items: 2" in capsys.readouterr().out


def test_an_error_of_ours_is_one_sentence_and_seventy(
    gate: Gate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("player.library.workshop.compile_show", broken)
    assert call(gate, "check") == 70
    told = capsys.readouterr().err
    assert "internal error" in told
    assert "Traceback" not in told
    assert call(gate, "check", "-v") == 70
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_error(gate: Gate) -> None:
    command = [sys.executable, "-m", "player", "plan", "--config", str(gate.config), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as plan:
        assert plan.stdout is not None
        plan.stdout.readline()
        plan.stdout.close()
        assert plan.stderr is not None
        told = plan.stderr.read()
        assert plan.wait(20) == 0
    assert told == b""


def test_help_lists_every_verb_without_importing_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for verb in ("run", "wall", "agent", "check", "plan", "snapshot", "status", "approve", "blackout", "doctor"):
        assert f"\n  {verb} " in told
        assert main([verb, "--help"]) == 0


@pytest.mark.parametrize("verb", ["run", "wall", "status"])
def test_quick_verbs_import_nothing_heavy(verb: str) -> None:
    script = f"import sys, player.cli; player.cli.main([{verb!r}, '--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"pydantic", "yaml", "rich", "holidays", "av", "PIL", "pygame", "apscheduler"} & set(done.stdout.split())


@pytest.mark.parametrize("line", ["", "state: data\n", "state: 'thư mục'  # here\n", 'state: "/srv/x y"\n'])
def test_the_quick_look_for_the_state_folder_agrees_with_the_reader(gate: Gate, line: str) -> None:
    from player.config.settings import read_config

    gate.write("config.yaml", CONFIG + line)
    assert read_config(gate.config).state == state_dir(gate.config)

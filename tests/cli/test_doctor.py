"""`gateplayer doctor`: one examination after another on computers that are made up of files and commands, and the whole
of it on this one."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from player.agent.assemble import once
from player.cli import main
from player.cli.examinations import clock, computer, disk, examine, folders, program, screen, server, services
from player.cli.examinations.finding import Examination, Finding, Grade, Subject
from player.cli.examinations.finding import Gate as Examined
from player.config.language import language_in_use, use
from player.core.units import Instant
from player.library.blackout import Switches
from tests.agent import province
from tests.library.gate import CONFIG, Gate
from tests.trust.tree import Tree
from tests.trust.treeserver import TreeServer


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    for name in ("RUNTIME_DIRECTORY", "GATEPLAYER_CONFIG", "JOURNAL_STREAM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    before = language_in_use()
    use("en")
    gate = Gate(tmp_path / "gate")
    gate.state.mkdir()
    gate.picture("1.png", "red")
    yield gate
    use(before)


class Computer:
    """One whose /sys and /proc are these files, and whose commands say what they are told to say."""

    def __init__(self, gate: Gate, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._commands = folder / "root", folder / "bin"
        self._commands.mkdir()
        self.root.mkdir()
        self.gate = gate
        monkeypatch.setenv("PATH", f"{self._commands}:/usr/bin:/bin")

    def file(self, name: str, text: str = "") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, name: str, script: str) -> None:
        path = self._commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def disk(self, name: str) -> Path:
        """The state folder lies on the first partition of this disk; its folder in /sys."""
        device = self.root / "sys/devices" / name
        self.file(f"sys/devices/{name}/{name}p1/partition", "1")
        number = self.gate.state.stat().st_dev
        link = self.root / f"sys/dev/block/{os.major(number)}:{os.minor(number)}"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(device / f"{name}p1")
        return device

    def find(self, examination: Examination) -> list[Finding]:
        return list(examination(Examined(self.gate.config, self.root)))

    def one(self, examination: Examination) -> Finding:
        (found,) = self.find(examination)
        return found


@pytest.fixture
def machine(gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(gate, tmp_path, monkeypatch)


def test_a_read_only_disk_is_bad_and_its_errors_are_counted(machine: Computer) -> None:
    state = machine.gate.state.resolve()
    assert machine.one(disk.room).grade is Grade.GOOD
    machine.file("proc/mounts", f"/dev/sda1 / ext4 rw 0 0\n/dev/sda2 {state.parent} ext4 ro,relatime 0 0\n")
    found = machine.one(disk.room)
    assert (found.grade, "read-only" in found.found, "remount" in found.advice) == (Grade.BAD, True, True)
    machine.disk("mmcblk0")
    machine.file("sys/fs/ext4/mmcblk0p1/errors_count", "3\n")
    machine.file("sys/devices/mmcblk0/device/life_time", "0x01 0x02\n")
    errors, wear = machine.find(disk.wear)
    assert (errors.grade, wear.grade) == (Grade.BAD, Grade.GOOD)
    assert "3 errors" in errors.found
    assert "20 % of its life" in wear.found


@pytest.mark.parametrize(
    ("said", "grade", "words"),
    [
        ({"nvme_smart_health_information_log": {"percentage_used": 12}}, Grade.GOOD, "12 %"),
        ({"nvme_smart_health_information_log": {"percentage_used": 75}}, Grade.WARNING, "75 %"),
        ({"nvme_smart_health_information_log": {"percentage_used": 104}}, Grade.BAD, "104 %"),
        (
            {"ata_smart_attributes": {"table": [{"name": "Wear_Leveling_Count", "value": 4}]}},
            Grade.BAD,
            "96 %",
        ),
        ({"smart_status": {"passed": False}}, Grade.BAD, "about to fail"),
        ({"smart_status": {"passed": True}}, Grade.GOOD, "is well"),
        ({}, Grade.WARNING, "does not tell"),
    ],
)
def test_what_a_disk_says_of_its_wear(machine: Computer, said: dict[str, Any], grade: Grade, words: str) -> None:
    machine.disk("nvme0n1")
    machine.command("smartctl", f"echo '{json.dumps(said)}'; exit 4")
    found = machine.find(disk.wear)[-1]
    assert (found.grade, words in found.found) == (grade, True)


def test_a_disk_that_nobody_asks_and_one_that_is_none(machine: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.find(disk.wear) == []
    machine.disk("sda")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "apt-get install smartmontools" in machine.find(disk.wear)[-1].advice


def test_a_clock_without_a_battery_is_told(machine: Computer) -> None:
    assert "after a power cut" in machine.one(clock.battery).found
    machine.file("sys/class/rtc/rtc0/since_epoch", "86400\n")
    found = machine.one(clock.battery)
    assert (found.grade, "1970-01-02" in found.found, "CR2032" in found.advice) == (Grade.WARNING, True, True)
    machine.file("sys/class/rtc/rtc0/since_epoch", f"{time.time():.0f}\n")
    assert machine.one(clock.battery).grade is Grade.GOOD


def test_who_keeps_the_clock_is_named(machine: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.command(
        "systemctl", "shift; for one; do [ $one = systemd-timesyncd.service ] && echo active || echo dead; done"
    )
    monkeypatch.setattr(clock, "is_synchronised", lambda: True)
    assert "synchronised by systemd-timesyncd" in machine.one(clock.clock).found
    monkeypatch.setattr(clock, "is_synchronised", lambda: False)
    found = machine.one(clock.clock)
    assert (found.grade, "reaches no time server" in found.advice) == (Grade.WARNING, True)
    monkeypatch.setattr("player.cli.examinations.clock.time.time", lambda: 100.0)
    assert machine.one(clock.clock).grade is Grade.BAD


def unit(name: str, **more: str) -> str:
    said = {"Id": name, "LoadState": "loaded", "ActiveState": "active", "SubState": "running"}
    said |= {"UnitFileState": "enabled", "NRestarts": "0", "WatchdogUSec": "10s", "User": "nobody"} | more
    return "\n".join(f"{key}={value}" for key, value in said.items())


def test_services(machine: Computer) -> None:
    machine.command("systemctl", "exit 1")
    assert "not under systemd" in machine.one(services.services).found
    wall, agent = "gateplayer-wall.service", "gateplayer-agent.service"

    def say(first: str, second: str, target: str = "disabled") -> list[Finding]:
        script = f"[ $1 = show ] && cat <<'END' || echo {target}\n{first}\n\n{second}\nEND"
        machine.command("systemctl", script)
        return machine.find(services.services)

    assert [one.grade for one in say(unit(wall), unit(agent))] == [Grade.GOOD, Grade.GOOD]
    assert [one.grade for one in say(unit(wall, UnitFileState="disabled"), unit(agent))] == [Grade.BAD, Grade.GOOD]
    assert say(unit(wall, UnitFileState="disabled"), unit(agent), "enabled")[0].grade is Grade.GOOD
    found = say(unit(wall, ActiveState="failed", SubState="failed"), unit(agent, NRestarts="9"))
    assert [one.grade for one in found] == [Grade.BAD, Grade.WARNING]
    assert "started again 9 times" in found[1].found
    assert "WatchdogSec" in say(unit(wall, WatchdogUSec="0"), unit(agent))[0].advice
    assert "not installed" in say(unit(wall), unit(agent, LoadState="not-found"))[1].found


def test_folders_are_judged_for_the_user_of_the_service(machine: Computer) -> None:
    machine.command("systemctl", f"[ $1 = show ] && cat <<'END'\n{unit('gateplayer-wall.service')}\nEND")
    gate = machine.gate
    gate.write("config.yaml", CONFIG + "sources: {playlists: playlists/, folder: inbox/}\n")
    inbox, run = gate.folder / "inbox", gate.state / "run"
    assert "is not there" in machine.one(folders.watched).found
    for folder in (inbox, run):
        folder.mkdir()
        folder.chmod(0o2775)
    # Not his, and none of his groups: he may read, as everybody may.
    found = machine.one(folders.watched)
    assert (found.grade, "operators are not told" in found.found) == (Grade.WARNING, True)
    assert machine.one(folders.run_folder).grade is Grade.GOOD
    run.chmod(0o755)
    assert "cannot blank the wall" in machine.one(folders.run_folder).found
    inbox.chmod(0o777)
    assert "everybody on this computer" in machine.one(folders.watched).found
    hidden = gate.playlists / "media/1.png"
    hidden.chmod(0o600)
    found = machine.one(folders.playlists)
    assert (found.grade, "nobody may not read" in found.found) == (Grade.BAD, str(hidden) in found.found)
    assert "chmod -R a+rX" in found.advice


def test_the_graphics_card_and_what_is_plugged_in(machine: Computer) -> None:
    assert "/dev/dri" in machine.one(screen.graphics).found
    card = machine.file("dev/dri/card0")
    machine.file("sys/class/drm/card0-HDMI-A-1/status", "disconnected\n")
    assert "no screen is connected" in machine.one(screen.graphics).found
    machine.file("sys/class/drm/card0-HDMI-A-1/status", "connected\n")
    assert machine.one(screen.graphics).found == "card0, HDMI-A-1"
    machine.command("systemctl", f"[ $1 = show ] && cat <<'END'\n{unit('gateplayer-wall.service')}\nEND")
    card.chmod(0o660)
    found = machine.one(screen.graphics)
    assert (found.grade, "adduser nobody video" in found.advice) == (Grade.BAD, True)


def test_the_frames_that_the_wall_has_counted(machine: Computer) -> None:
    run = machine.gate.state / "run"
    run.mkdir()

    def told(missed: int, **times: int) -> Finding:
        counts = [0] * 101
        for place, count in times.items():
            counts[int(place[1:])] = count
        said = {"pid": os.getpid(), "frames": {"presented": 1, "missed": missed, "intervals_ms": counts}}
        (run / "wall.json").write_text(json.dumps(said))
        return machine.one(screen.frames)

    good = told(0, _16=900, _17=95, _33=5)
    assert good.grade is Grade.GOOD
    assert "17 ms in the middle, 18 ms at 99 %; missed: 0.0 %" in good.found
    assert told(50, _16=950).grade is Grade.WARNING
    assert told(500, _16=500).grade is Grade.BAD
    assert "too little has moved" in told(0, _16=3).found


def test_a_display_whose_refresh_does_not_go_with_the_show(machine: Computer) -> None:
    run = machine.gate.state / "run"
    run.mkdir()

    def told(refresh: int) -> list[Finding]:
        said = {"pid": os.getpid(), "frames": {}, "output": {"seen": True, "refresh": refresh}}
        (run / "wall.json").write_text(json.dumps(said))
        return machine.find(screen.frames)[:-1]

    assert told(0) == []
    assert [found.grade for found in told(60)] == [Grade.GOOD]
    (found,) = told(50)
    assert found.grade is Grade.WARNING
    assert "write fps: 50 under display:" in found.found


def test_the_computer_stays_awake_and_cool(machine: Computer) -> None:
    machine.command("systemctl", "echo masked; echo masked; echo masked; echo static")
    assert "systemctl mask" in machine.one(computer.sleep).advice
    machine.command("systemctl", "for one in 1 2 3 4; do echo masked; done")
    assert machine.one(computer.sleep).grade is Grade.GOOD
    machine.file("sys/module/kernel/parameters/consoleblank", "600\n")
    assert "consoleblank=0" in machine.one(computer.blanking).advice
    machine.file("sys/module/kernel/parameters/consoleblank", "0\n")
    assert machine.one(computer.blanking).grade is Grade.GOOD
    assert machine.find(computer.temperature) == []
    for degrees, grade in ((-274_000, None), (61_500, Grade.GOOD), (80_000, Grade.WARNING), (95_000, Grade.BAD)):
        machine.file("sys/class/thermal/thermal_zone0/temp", str(degrees))
        assert [one.grade for one in machine.find(computer.temperature)] == ([grade] if grade else [])


def test_fonts_are_looked_for_in_the_languages_that_are_named(machine: Computer) -> None:
    gate = machine.gate
    gate.write("config.yaml", CONFIG + "sources: {playlists: playlists/}\n")
    gate.playlist("a.yaml", "{notice: {title: a, text: b, lang: km}, for: 5s}", more="tags: {lang: 'lo, th'}\n")
    assert program.languages(Examined(gate.config)) == {"en", "km", "lo", "th"}
    once(gate.config)
    assert program.languages(Examined(gate.config)) == {"en", "km", "lo", "th"}
    gate.playlist("a.yaml", "{notice: {title: a, text: b}, for: 5s}", more="tags: {lang: klingon}\n")
    once(gate.config)
    found = machine.one(program.fonts)
    assert (found.grade, "klingon" in found.found) == (Grade.WARNING, True)


def test_the_server_and_whom_the_gate_believes(machine: Computer, tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree", now=datetime.now(UTC))
    tree.release({"mot.yaml": province.playlist("Một", "{image: media/a.png}"), "media/a.png": province.picture()})
    tree.publish()
    enrolled = province.Gate(tmp_path / "enrolled", tree)
    examined = Examined(enrolled.config)
    with TreeServer(tree.path) as answering:
        text = enrolled.config.read_text()
        enrolled.config.write_text(text.replace("http://127.0.0.1:9", answering.url))
        (found,) = server.reach(examined)
        assert (found.grade, answering.url in found.found) == (Grade.GOOD, True)
        Switches(enrolled.state, enrolled.state / "run").switch_on(Instant(time.time_ns() // 1000))
        asked = len(answering.asked)
        assert list(server.reach(examined)) == []
        assert len(answering.asked) == asked
        assert next(program.blackout(examined)).grade is Grade.WARNING
        Switches(enrolled.state, enrolled.state / "run").switch_off()
        answering.away()
        assert "503" in next(server.reach(examined)).found
    assert "none have been verified" in next(server.signatures(examined)).found
    enrolled.sync()
    found = next(server.signatures(examined))
    assert (found.grade, "hold until" in found.found) == (Grade.GOOD, True)
    enrolled.close()
    (root,) = server.root(examined)
    assert len(root.found.split()) == 16
    (enrolled.folder / "trust/root.json").unlink()
    assert next(server.root(examined)).grade is Grade.BAD
    assert [one.found for one in machine.find(server.reach)] == ["config.yaml names none; nothing comes from a network"]


def test_signatures_are_judged_by_whoever_must_sign_first() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    ends = {"gate-x": now + timedelta(days=31), "timestamp": now + timedelta(days=10)}
    assert server._soonest("s", ends, now).grade is Grade.GOOD
    ends["gate-x"] = now + timedelta(days=20)
    found = server._soonest("s", ends, now)
    assert (found.grade, "gate-x" in found.found) == (Grade.WARNING, True)
    ends["timestamp"] = now - timedelta(days=20)
    assert server._soonest("s", ends, now).grade is Grade.BAD


def test_an_examination_that_crashes_or_hangs_is_a_finding_and_not_the_end(gate: Gate) -> None:
    def crashing(_gate: Examined) -> Iterator[Finding]:
        yield Finding(Grade.GOOD, "before", "")
        raise ZeroDivisionError("surprise")

    def hanging(_gate: Examined) -> Iterator[Finding]:
        time.sleep(5)
        yield Finding(Grade.GOOD, "late", "")

    examinations = {Subject.DISK: (crashing, hanging), Subject.PROGRAM: (program.configuration,)}
    told = dict(examine(Examined(gate.config), examinations, at_most=0.5))
    crashed, hung = told[Subject.DISK]
    assert "surprise" in crashed.found
    assert "no answer within" in hung.found
    assert [one.grade for one in told[Subject.PROGRAM]] == [Grade.GOOD]


def test_all_of_it_fits_a_terminal_of_a_hundred_columns(gate: Gate) -> None:
    gate.write("config.yaml", CONFIG.replace("language: en", "language: vi"))
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "player", "doctor", "--config", str(gate.config)]
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=follower, env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"}) as doctor:
        os.close(follower)
        told = b""
        while piece := _read(leader):
            told += piece
    os.close(leader)
    assert time.monotonic() - begun < 30
    lines = told.decode().splitlines()
    assert doctor.returncode in (0, 4)
    # A path that is longer by itself is not broken: it is to be copied.
    assert all(len(line) <= 100 or len(line.split()[-1]) > 40 for line in lines)
    assert "Hình và tiếng" in lines
    assert any(line.startswith("Tốt: ") for line in lines)


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65536)
    except OSError:
        return b""


def test_json_names_subject_and_grade(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--json", "--config", str(gate.config)])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["subject"] for one in told} <= {subject.value for subject in Subject}
    assert all(one["advice"] for one in told if one["grade"] != "good")

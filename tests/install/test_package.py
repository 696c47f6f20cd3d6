"""The package from a stick into a bare Debian without a network: installed, played, frozen, upgraded, removed, purged.

Minutes, and as root: `./test --install`. The tests go on from each other, in this order.
"""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from player import __version__
from tests.install.machine import STICK, Booted, Machine, built_package, lacking, run
from tests.outcomes import Outcome, tell

pytestmark = [pytest.mark.install, pytest.mark.skipif(bool(lacking()), reason=lacking())]

INBOX = "/srv/gateplayer/inbox"
CONFIG = "/etc/gateplayer/config.yaml"
STATE = "/var/lib/gateplayer"
FIRST = ("first picture of the show is on the wall", "hình đầu tiên của chương trình đã lên tường")
"""What the wall's log says, in English and Vietnamese."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_package(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine.make(tmp_path_factory.mktemp("machine"))
    yield machine
    subprocess.run(["rm", "-rf", "--one-file-system", str(machine.root)], check=True)


def newer(package: Path, version: str, folder: Path) -> Path:
    """The same as another version, whose own config.yaml says something new."""
    tree = folder / "tree"
    run("dpkg-deb", "-R", str(package), str(tree))
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    config = tree / CONFIG.lstrip("/")
    config.write_text(config.read_text() + "# New in this version.\n")
    made = folder / f"gateplayer_{version}_amd64.deb"
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build", str(tree), str(made))
    run("rm", "-rf", str(tree))
    return made


def test_it_installs_from_a_stick_without_a_network(machine: Machine, built: Path) -> None:
    machine.offer(built)
    said = machine.enter("sh", f"{STICK}/cai-dat.sh")
    assert "technicians.vi.md" in said
    assert __version__ in machine.enter("gateplayer", "--version")
    assert machine.enter("gateplayer", "check", "--config", CONFIG)
    assert not machine.enter("find", STATE, "!", "-user", "gateplayer"), "root leaves nothing of its own there"
    assert (machine.root / "etc/systemd/system/multi-user.target.wants/gateplayer.target").is_symlink()


def test_it_is_where_it_should_be_and_belongs_to_whom_it_should(machine: Machine) -> None:
    shown = machine.enter("stat", "-c", "%a %U %G %n", CONFIG, STATE, INBOX, "/srv/gateplayer/playlists")
    assert shown.splitlines() == [
        f"640 root gateplayer {CONFIG}",
        f"750 gateplayer gateplayer {STATE}",
        f"2775 gateplayer gateplayer-inbox {INBOX}",
        "2775 root gateplayer /srv/gateplayer/playlists",
    ]
    assert not machine.enter("find", "/usr/lib/gateplayer", "-perm", "/022", "!", "-type", "l")
    home = machine.path("/usr/lib/gateplayer/bin/python3")
    assert str(home.readlink()) == "/usr/bin/python3.11"


def test_it_plays_as_its_own_user(machine: Machine) -> None:
    folder = machine.path("/srv/show")
    (folder / "playlists").mkdir(parents=True)
    Image.new("RGB", (64, 36), "teal").save(folder / "playlists/1.png")
    (folder / "playlists/a.yaml").write_text("title: a\nzone: main\nitems: [{image: 1.png, for: 9s}]\n")
    layout = "layout: {main: {at: [0, 0], size: [100%, 100%]}}\n"
    (folder / "config.yaml").write_text(f"gate: g\nlanguage: en\n{layout}sources: {{playlists: playlists/}}\n")
    machine.enter("chown", "-R", "gateplayer:gateplayer", "/srv/show")
    played = ["gateplayer", "run", "--for", "5s", "--config", "/srv/show/config.yaml"]
    said = machine.enter("setpriv", "--reuid=gateplayer", "--regid=gateplayer", "--init-groups", *played)
    assert FIRST[0] in said, said
    for verb in ("run", "wall"):
        refused = machine.enter("gateplayer", verb, "--for", "5s", "--config", "/srv/show/config.yaml", check=False)
        assert "--as-root" in refused
        assert FIRST[0] not in refused
    assert not machine.enter("find", "/srv/show", "-user", "root"), "nothing of root's is left in its state"


def test_its_units_are_sound(machine: Machine) -> None:
    units = [f"gateplayer-{name}.service" for name in ("wall", "agent", "console", "stick@sdb1")]
    found = machine.enter("systemd-analyze", "verify", *units, "gateplayer.target")
    assert not [line for line in found.splitlines() if "gateplayer" in line], found
    rules = machine.enter("sh", "-c", "udevadm verify --help >/dev/null 2>&1 && udevadm verify 90-gateplayer* || true")
    assert "error" not in rules


def test_booted_it_plays_shut_in_and_comes_back_when_it_hangs(machine: Machine) -> None:
    text = machine.path(CONFIG).read_text()
    machine.path(CONFIG).write_text(text.replace('  - {days: mon-sun, time: "06:00-22:00"}', ALL_DAY))
    slow = machine.path("/etc/systemd/system/gateplayer-wall.service.d")
    slow.mkdir()
    (slow / "test.conf").write_text("[Service]\nWatchdogSec=5\n")
    machine.enter("useradd", "--groups", "gateplayer-inbox", "truc")
    Image.new("RGB", (320, 180), "teal").save(machine.path("/srv/sa-pa.png"))
    with machine.booted() as booted:
        booted.plays()
        # An operator drops a file: the agent takes it, answers, and the wall shows it.
        booted.run(
            "setpriv", "--reuid=truc", "--regid=gateplayer-inbox", "--init-groups", "cp", "/srv/sa-pa.png", INBOX
        )
        booted.until(lambda: "sa-pa" in booted.shown("gateplayer-wall", "StatusText"))
        booted.until(lambda: "sa-pa.png" in machine.path(f"{INBOX}/TRANG-THAI.txt").read_text())
        wall = booted.shown("gateplayer-wall", "MainPID")
        links = booted.run("cat", f"/proc/{wall}/net/dev").splitlines()[2:]
        assert [line.split(":")[0].strip() for line in links] == ["lo"]
        assert "CapBnd:\t0000000000000000" in booted.run("cat", f"/proc/{wall}/status")
        assert booted.run("nsenter", "-t", wall, "-m", "ls", "/srv") == ""
        agent = booted.shown("gateplayer-agent", "MainPID")
        assert "dri" not in booted.run("nsenter", "-t", agent, "-m", "ls", "/dev")

        booted.run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "gateplayer-wall")
        booted.until(lambda: booted.shown("gateplayer-wall", "NRestarts") == "1")
        booted.plays()
        booted.until(lambda: "sa-pa" in booted.shown("gateplayer-wall", "StatusText"))
        log = booted.run("journalctl", "--no-pager", "-u", "gateplayer-wall")
        assert "Failed with result 'watchdog'" in log
        assert "in play" in log, "it says where it hung"
        booted.until(lambda: _told(booted, "gap"))
        assert _told(booted, "play")


def test_the_first_picture_comes_soon_though_the_agent_is_dead(
    machine: Machine, request: pytest.FixtureRequest
) -> None:
    with machine.booted() as booted:
        booted.plays()
        booted.run("systemctl", "stop", "gateplayer-agent")
        took = sorted(_first_picture(booted) for _again in range(5))
        booted.run("systemctl", "start", "gateplayer-agent")
    assert took[-1] < 30, took
    fault = "service start to the first picture of the show, agent dead, no network: at the most"
    tell(request, Outcome("wall", fault, len(took), took[-1], f"in the middle {took[2]:.2f} s"))


def _first_picture(booted: Booted) -> float:
    """Start the wall's service again; the seconds from when its program begins to when its log tells of the picture."""
    booted.run("systemctl", "restart", "gateplayer-wall")
    booted.until(lambda: booted.shown("gateplayer-wall", "ActiveState") == "active")
    began = int(booted.shown("gateplayer-wall", "ExecMainStartTimestampMonotonic")) / 1e6
    pid = booted.shown("gateplayer-wall", "MainPID")
    read = ["journalctl", "--no-pager", "-o", "json", "-u", "gateplayer-wall", f"_PID={pid}"]
    booted.until(lambda: FIRST[1] in booted.run(*read))
    entries = map(json.loads, booted.run(*read).splitlines())
    told = next(int(entry["__MONOTONIC_TIMESTAMP"]) for entry in entries if FIRST[1] in entry["MESSAGE"])
    return told / 1e6 - began


ALL_DAY = '  - {days: mon-sun, time: "00:00-24:00"}'


def _told(booted: Booted, what: str) -> bool:
    """Whether the play log has a record of this kind: the writer was not torn away with the wall."""
    script = f"import sqlite3; db = sqlite3.connect('file:{STATE}/journal.sqlite?mode=ro', uri=True)"
    script += f"; print(db.execute('select count(*) from records where what = ?', ['{what}']).fetchone()[0])"
    return booted.run("python3", "-c", script).strip() not in ("", "0")


def test_an_upgrade_keeps_what_was_edited_and_plays_on(machine: Machine, built: Path, tmp_path: Path) -> None:
    machine.offer(newer(built, "9.0", tmp_path))
    edited = machine.path(CONFIG).read_text()
    key = hashlib.sha256(machine.path(f"{STATE}/gate.key").read_bytes())
    with machine.booted() as booted:
        booted.plays()
        before = booted.shown("gateplayer-wall", "MainPID")
        booted.run("sh", f"{STICK}/cai-dat.sh")
        assert "9.0" in booted.run("dpkg-query", "-W", "gateplayer")
        booted.until(lambda: booted.shown("gateplayer-wall", "MainPID") not in (before, "0"))
        booted.plays()
        assert machine.path(CONFIG).read_text() == edited
        assert machine.path(f"{CONFIG}.dpkg-dist").read_text().endswith("# New in this version.\n")
        assert machine.path(f"{INBOX}/sa-pa.png").exists()
        assert hashlib.sha256(machine.path(f"{STATE}/gate.key").read_bytes()).digest() == key.digest()

        booted.run("apt-get", "-y", "remove", "gateplayer")
        assert booted.shown("gateplayer-wall", "ActiveState") != "active"
        assert machine.path(f"{INBOX}/sa-pa.png").exists()
        assert machine.path(f"{STATE}/journal.sqlite").exists()
        assert machine.path(CONFIG).read_text() == edited

        booted.run("apt-get", "-y", "purge", "gateplayer")
        for gone in (STATE, "/etc/gateplayer", "/usr/lib/gateplayer", "/run/gateplayer"):
            assert not machine.path(gone).exists(), gone
        assert machine.path(f"{INBOX}/sa-pa.png").exists(), "what people have put there is theirs"


def test_an_untouched_config_is_renewed_and_an_empty_inbox_leaves_no_trace(machine: Machine, built: Path) -> None:
    machine.path(f"{INBOX}/sa-pa.png").unlink()
    shutil.copy(built, machine.path("/srv/old.deb"))
    machine.enter("dpkg", "-i", "/srv/old.deb")
    assert "New in" not in machine.path(CONFIG).read_text()
    machine.enter("sh", f"{STICK}/cai-dat.sh")
    assert machine.path(CONFIG).read_text().endswith("# New in this version.\n")
    machine.enter("apt-get", "-y", "purge", "gateplayer")
    assert not machine.path("/srv/gateplayer").exists()

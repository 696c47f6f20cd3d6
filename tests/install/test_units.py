"""What systemd and the package are told: quick looks that need neither root nor an installed package."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from player.config.settings import read_config

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEMD = ROOT / "systemd"
DAEMONS = ("gateplayer-wall.service", "gateplayer-agent.service")
MOST_EXPOSED = 2.0

with_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not there")


def analyze(*arguments: str) -> str:
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"},
        text=True,
        check=False,
    )
    return done.stdout


@with_systemd
@pytest.mark.parametrize("unit", DAEMONS)
def test_it_is_shut_in(unit: str) -> None:
    said = analyze("security", "--offline=true", str(SYSTEMD / unit))
    found = re.search(r"Overall exposure level for .*: ([0-9.]+)", said)
    assert found, said
    assert float(found[1]) <= MOST_EXPOSED, said


@with_systemd
def test_units_say_nothing_that_systemd_does_not_know(tmp_path: Path) -> None:
    for unit in [*SYSTEMD.glob("*.service"), *SYSTEMD.glob("*.target")]:
        # The programs are not installed here; that they are in the package, the test of the package shows.
        text = re.sub(r"(?m)^(Exec\w+=)\S+", r"\g<1>/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
    (tmp_path / "gateplayer-stick@.service").rename(tmp_path / "gateplayer-stick@sdb1.service")
    said = analyze("verify", *map(str, sorted(tmp_path.iterdir())))
    assert "gateplayer" not in said, said


def test_the_wall_has_no_network_and_never_stays_away() -> None:
    wall = (SYSTEMD / DAEMONS[0]).read_text().splitlines()
    for line in ("PrivateNetwork=yes", "IPAddressDeny=any", "Restart=always", "StartLimitIntervalSec=0"):
        assert line in wall
    assert "RestrictAddressFamilies=AF_UNIX AF_NETLINK" in wall, "SDL crashes on the console without netlink"
    assert "WatchdogSignal=SIGHUP" in wall, "the log writer ignores that, and the wall dies of it"
    assert "KillMode=control-group" in wall


def test_the_config_of_the_package_is_sound(tmp_path: Path) -> None:
    text = subprocess.run([ROOT / "packaging/config"], stdout=subprocess.PIPE, text=True, check=True).stdout
    written = tmp_path / "config.yaml"
    written.write_text(text)
    config = read_config(written)
    assert config.gate == "cua-khau"
    assert config.language == "vi"
    assert config.hours, "by night it is dark"
    assert "state: /var/lib/gateplayer\n" in text
    assert "  folder: {path: /srv/gateplayer/inbox}" in text


@pytest.mark.parametrize("script", ["console", "stick"])
@pytest.mark.parametrize("arguments", [[], ["in"], ["in", "../sda"], ["in", "sda 1"], ["boil", "sda"]])
def test_helpers_take_no_nonsense(script: str, arguments: list[str]) -> None:
    said = subprocess.run([SYSTEMD / script, *arguments], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert said.stderr.startswith(script)


def test_nothing_is_run_that_the_package_does_not_depend_on() -> None:
    control = (ROOT / "packaging/debian/control").read_text()
    depends = re.search(r"(?m)^Depends: (.*)$", control)
    assert depends
    for package in ("kbd", "udev", "systemd", "libgl1-mesa-dri", "libegl1", "fonts-noto-cjk", "init-system-helpers"):
        assert re.search(rf"(^|[ ,]){package}([ ,]|$)", depends[1]), package

"""The gate's own key."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from player.core.faults import TrustFault
from player.trust.gatekey import fingerprint_of_key, gate_key, is_signed


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = gate_key(tmp_path)
    assert gate_key(tmp_path).public == key.public
    assert [path.name for path in tmp_path.iterdir()] == ["gate.key"]
    assert stat.S_IMODE((tmp_path / "gate.key").stat().st_mode) == 0o600
    assert key.fingerprint == fingerprint_of_key(key.public)
    assert [len(group) for group in key.fingerprint.split()] == [4] * 16


def test_what_it_signs_is_known_as_its_own(tmp_path: Path) -> None:
    key = gate_key(tmp_path)
    signature = key.sign(b"a day")
    assert is_signed(key.public, signature, b"a day")
    assert not is_signed(key.public, signature, b"a dax")
    (tmp_path / "other").mkdir()
    assert not is_signed(gate_key(tmp_path / "other").public, signature, b"a day")
    assert not is_signed("no key", signature, b"a day")


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    gate_key(tmp_path)
    (tmp_path / "gate.key").write_bytes(b"-----BEGIN PRIVATE")
    with pytest.raises(TrustFault, match="tell the province"):
        gate_key(tmp_path)
    assert (tmp_path / "gate.key").read_bytes() == b"-----BEGIN PRIVATE"


def test_two_processes_that_start_at_once_have_the_same(tmp_path: Path) -> None:
    code = "import sys, pathlib, player.trust.gatekey as g; print(g.gate_key(pathlib.Path(sys.argv[1])).public)"
    command = [sys.executable, "-c", code, str(tmp_path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _number in range(3)]
    assert len({process.communicate()[0] for process in started}) == 1

"""`gateplayer password`, as a technician and a set-up program use it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from player.library.pagepassword import is_password, stored_password
from tests.endtoend.daemon import environment
from tests.endtoend.shows import write_show

SECRET = "bốn từ không quen"


def run(config: Path, said: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "player", "password", "--config", str(config), *more]
    return subprocess.run(command, input=said, capture_output=True, text=True, env=environment(None), check=False)


def test_a_program_gives_it_in_a_line(tmp_path: Path) -> None:
    show = write_show(tmp_path / "show")
    refused = run(show.config, "admin\n")
    assert (refused.returncode, stored_password(show.state)) == (2, b"")
    assert "at least 10" in refused.stderr
    assert run(show.config, f"{SECRET}\n").returncode == 0
    assert is_password(stored_password(show.state), SECRET)
    assert run(show.config, "", "--remove").returncode == 0
    assert stored_password(show.state) == b""


def test_a_person_types_it_twice_unseen(tmp_path: Path) -> None:
    show = write_show(tmp_path / "show")
    pid, terminal = pty.fork()
    if pid == 0:
        command = [sys.executable, "-m", "player", "password", "--config", str(show.config)]
        os.execve(sys.executable, command, environment(None))
    told = b""
    for answer in ("short", "short", SECRET, "another than that", SECRET, SECRET):
        while not told.rstrip().endswith(b":"):
            told += os.read(terminal, 1000)
        os.write(terminal, f"{answer}\n".encode())
        told = b""
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert is_password(stored_password(show.state), SECRET)

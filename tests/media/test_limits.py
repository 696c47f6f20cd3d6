"""A confined decoder: it can do its work, and nothing else."""

import os
import signal
import subprocess
import sys

import pytest
from PIL import Image

from player.core.geometry import Size
from player.media.limits import MEMORY
from tests.media.media import film, made
from tests.media.test_pages import document

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p10le")


def run_child(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.media.child", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_all_work_fits_into_the_limits() -> None:
    hevc = film("hd10.mp4", frames=12, size=Size(1920, 1080), coding=HEVC)
    large = made("large.jpg", lambda path: Image.new("RGB", (12_000, 9_000), "#336699").save(path))
    deep = made("deep.png", lambda path: Image.new("RGBA", (11_000, 10_000)).save(path, compress_level=1))

    done = run_child(str(MEMORY), hevc, large, deep, document("quarters.pdf"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "hd10.mp4 shown: film",
        "large.jpg shown: picture",
        "deep.png shown: picture",
        "quarters.pdf shown: pages",
        "cannot write",
        "cannot grow",
    ]


def test_a_picture_that_needs_too_much_memory_is_refused() -> None:
    deep = made("deep.png", lambda path: Image.new("RGBA", (11_000, 10_000)).save(path, compress_level=1))

    done = run_child(str(300 << 20), deep, document("quarters.pdf"))

    assert done.returncode == 0, done.stderr
    first, second, *_ = done.stdout.splitlines()
    assert "more memory" in first
    assert second == "quarters.pdf shown: pages"


def test_a_decoder_dies_with_its_parent() -> None:
    """The parent starts a confined child, says its number and goes; the child would have slept for a minute."""
    child = (
        "import os, time; from player.media.limits import confine;"
        "confine(); print(os.getpid(), flush=True); time.sleep(60)"
    )
    parent = (
        "import os, subprocess, sys;"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE);"
        "print(child.stdout.readline().decode(), flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, timeout=30, check=True)

    number = int(done.stdout)
    for _ in range(200):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        with open(f"/proc/{number}/stat") as stat:
            if stat.read().rpartition(")")[2].split()[0] == "Z":
                return
        signal.sigtimedwait([signal.SIGRTMAX], 0.05)
    pytest.fail("the child outlived its parent")

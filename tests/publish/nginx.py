"""A real nginx on loopback, with the configuration of docs/server: only its paths and ports are others."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.publish.serving import Site, free_port

CONF = Path(__file__).resolve().parents[2] / "docs/server/nginx.conf"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def tokens_line() -> str:
    """The shell lines of the configuration's own comment that write the tokens."""
    lines = [line.removeprefix("#").strip() for line in CONF.read_text("utf-8").splitlines()]
    begin = next(number for number, line in enumerate(lines) if line.startswith("for file in"))
    end = next(number for number, line in enumerate(lines) if line.startswith("done >"))
    return "\n".join(lines[begin : end + 1])


def adapted(folder: Path, site: Site, port: int) -> Path:
    """The configuration for this test. Each replacement must find what it replaces."""
    text = CONF.read_text("utf-8")
    for old, new in (
        ("user www-data;", "daemon off;\nuser root;" if os.geteuid() == 0 else "daemon off;"),
        ("worker_processes auto;", "worker_processes 1;"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("/var/log/nginx/", f"{folder}/"),
        ("/etc/nginx/report-tokens.map;\n    }", f"{site.path}/report-tokens.map;\n    }}"),
        ("/srv/gateplayer", str(site.path)),
        ("listen 80 backlog", f"listen 127.0.0.1:{port} backlog"),
        ("        listen [::]:80 backlog=1024;\n", ""),
    ):
        assert old in text, old
        text = text.replace(old, new)
    for name in ("proxy", "fastcgi", "uwsgi", "scgi"):
        # Folders that nginx wants even where nothing uses them, and that only root may make in its usual place.
        text = text.replace("http {", f"http {{\n    {name}_temp_path {folder}/{name};", 1)
    path = folder / "nginx.conf"
    path.write_text(text, "utf-8")
    return path


@contextmanager
def nginx(folder: Path, site: Site) -> Iterator[int]:
    """Serves the site; gives its port."""
    assert PROGRAM
    (site.reports / ".incoming").mkdir(parents=True)
    subprocess.run(["sh", "-c", tokens_line()], cwd=site.path, check=True)
    port = free_port()
    conf, log = adapted(folder, site, port), folder / "error.log"
    command = [PROGRAM, "-c", str(conf), "-e", str(log)]
    tried = subprocess.run([*command, "-t"], check=False, capture_output=True, text=True, timeout=20)
    assert tried.returncode == 0, tried.stderr
    with subprocess.Popen(command) as process:
        try:
            _await(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(10)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        assert process.poll() is None, "nginx ended"
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("nginx does not answer")

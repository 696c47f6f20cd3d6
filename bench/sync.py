"""A first sync beside the usual tools, measured: `python -m bench.sync [RUNS]`

300 files of 560 MB from a real nginx on this machine to its disk, by turns with the player's own downloader, curl,
aria2 and rsync; medians of wall time and of CPU. What is not installed is left out, and said.

What each does besides fetching: ours checks every SHA-256, can resume, and counts a file only when its data and its
name are on the disk (fsync). curl, rsync and aria2 leave the data to the system's write-back; aria2 checks SHA-256.
"curl, same duties" is curl, then sha256sum, then an fsync of every file.
"""

import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from player.agent.downloadevents import Complete, DownloadEvent, Trouble, Wanted
from player.agent.downloads import Downloads
from player.library.blobs import Blobs
from player.trust.http import HttpOrigin

FILES, BYTES, CONNECTIONS = 300, 560_000_000, 4
_REST = 1.5
OURS, CURL = "ours", "curl"

_NGINX = """
daemon off; worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream; keepalive_requests 100000;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
_RSYNCD = """
use chroot = no
[tree]
path = {root}
read only = yes
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds that one fetching took, and of the processor, servers not counted."""

    wall: float
    cpu: float


Fetch = Callable[[Path], Run]


def make_tree(root: Path, files: int = FILES, size: int = BYTES) -> list[Wanted]:
    """Blobs of many sizes, as pictures and films have; the same each time."""
    chance = random.Random(5)
    shares = [chance.lognormvariate(0, 1.2) for _file in range(files)]
    (root / "blob").mkdir(parents=True)
    wanted = []
    for rank, share in enumerate(shares):
        data = chance.randbytes(max(1000, round(share / sum(shares) * size)))
        sha = hashlib.sha256(data).hexdigest()
        (root / "blob" / sha).write_bytes(data)
        wanted.append(Wanted(sha, len(data), rank))
    return wanted


@contextmanager
def running(command: Sequence[str | Path], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server, until it answers at its port and as long as it is needed."""
    with subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(process, port)
            yield process
        finally:
            process.terminate()
            process.wait()


def nginx(folder: Path, root: Path, port: int) -> list[str | Path]:
    """The command of an nginx that serves `root`; its own files lie in `folder`."""
    folder.mkdir()
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, root=root, port=port))
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-e", folder / "error.log", "-c", folder / "nginx.conf"]


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    import socket

    for _turn in range(200):
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} has ended")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{process.args!r} does not answer")


def commands(*several: Sequence[str | Path]) -> Run:
    """Run one after the other."""
    begun, cpu = time.monotonic(), 0.0
    for command in several:
        process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command[0]} failed: {process.returncode}")
        cpu += usage.ru_utime + usage.ru_stime
    return Run(time.monotonic() - begun, cpu)


def fetch_ours(url: str, tree: Path, state: Path) -> None:
    """In a process of its own: the downloader as the agent runs it. Prints the seconds from `want` to the end; the
    agent is there already when there is something to fetch, so starting Python is not counted."""
    wanted = [Wanted(*row) for row in json.loads(tree.read_text())]
    done = threading.Event()
    troubles: list[Trouble] = []

    def report(event: DownloadEvent) -> None:
        if isinstance(event, Complete):
            done.set()
        elif isinstance(event, Trouble):
            troubles.append(event)

    downloads = Downloads(Blobs(state), lambda: [HttpOrigin([url])], report, connections=CONNECTIONS)
    begun, before = time.monotonic(), time.process_time()
    downloads.start()
    downloads.want(wanted)
    done.wait(600)
    print(json.dumps([time.monotonic() - begun, time.process_time() - before]))
    downloads.stop()
    if troubles or not done.is_set():
        raise SystemExit(f"did not arrive: {troubles[:1]}")


class Contest:
    """Who fetches how. `folder` is for lists and settings."""

    def __init__(self, folder: Path, root: Path, wanted: Sequence[Wanted], stack: ExitStack) -> None:
        self._folder, self._root, self._wanted, self._stack = folder, root, wanted, stack
        self.fetchers: dict[str, Fetch] = {}
        self.absent: list[str] = []
        self._list = folder / "wanted.json"
        self._list.write_text(json.dumps([[one.sha, one.size, one.rank] for one in wanted]))
        self.port = free_port()
        stack.enter_context(running(nginx(folder / "nginx", root, self.port), self.port))
        self.url = f"http://127.0.0.1:{self.port}"
        self.fetchers[OURS] = self._ours
        for name, tool, fetch in (
            (CURL, "curl", self._curl), ("curl, same duties", "curl", self._curl_dutiful),
            ("aria2c", "aria2c", self._aria2), ("rsync", "rsync", self._rsync),
        ):  # fmt: skip
            if shutil.which(tool):
                self.fetchers[name] = fetch
            else:
                self.absent.append(name)
        self.rsync_port = self._rsync_daemon() if "rsync" in self.fetchers else 0

    def _ours(self, goal: Path) -> Run:
        command = [sys.executable, "-m", "bench.sync", "--fetch", self.url, str(self._list), str(goal / "state")]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return Run(*json.loads(told))

    def _curl(self, goal: Path) -> Run:
        return commands(self._curl_command(goal))

    def _curl_dutiful(self, goal: Path) -> Run:
        sums = self._folder / "sums"
        sums.write_text("".join(f"{one.sha}  {goal / one.sha}\n" for one in self._wanted))
        files = [goal / one.sha for one in self._wanted]
        return commands(self._curl_command(goal), ["sha256sum", "--quiet", "-c", sums], ["sync", *files])

    def _curl_command(self, goal: Path) -> list[str | Path]:
        listed = self._folder / "curl"
        rows = (f'url = "{self.url}/blob/{one.sha}"\noutput = "{goal / one.sha}"\n' for one in self._wanted)
        listed.write_text("".join(rows))
        return ["curl", "-sSf", "--no-progress-meter", "--parallel", "--parallel-max", str(CONNECTIONS), "-K", listed]

    def _aria2(self, goal: Path) -> Run:
        listed = self._folder / "aria2"
        rows = (f"{self.url}/blob/{one.sha}\n checksum=sha-256={one.sha}\n" for one in self._wanted)
        listed.write_text("".join(rows))
        quiet = ["--no-conf", "-q", "--file-allocation=none"]
        return commands(["aria2c", *quiet, "-x", "1", "-j", str(CONNECTIONS), "-d", goal, "-i", listed])

    def _rsync_daemon(self) -> int:
        port = free_port()
        config = self._folder / "rsyncd.conf"
        config.write_text(_RSYNCD.format(root=self._root))
        address = ["--address", "127.0.0.1", "--port", str(port)]
        self._stack.enter_context(running(["rsync", "--daemon", "--no-detach", "--config", config, *address], port))
        return port

    def _rsync(self, goal: Path) -> Run:
        return commands(["rsync", "-a", f"rsync://127.0.0.1:{self.rsync_port}/tree/blob/", f"{goal}/"])


def first_sync(contest: Contest, folder: Path, runs: int) -> dict[str, list[Run]]:
    """By turns, so that a slow minute of the machine falls on all."""
    results: dict[str, list[Run]] = {name: [] for name in contest.fetchers}
    for turn in range(runs):
        for name, fetch in contest.fetchers.items():
            goal = folder / "goal"
            goal.mkdir()
            # What the one before has left to the disk is not this one's work.
            os.sync()
            time.sleep(_REST)
            results[name].append(fetch(goal))
            shutil.rmtree(goal)
        print(f"turn {turn + 1} of {runs}", file=sys.stderr)
    return results


def table(results: dict[str, list[Run]]) -> str:
    """Medians, and the wall times as shares of curl's in the same turn."""
    rows = [f"{'':20}{'wall s':>9}{'CPU s':>9}{'x curl':>9}"]
    for name, runs in results.items():
        wall, cpu = (statistics.median(getattr(run, what) for run in runs) for what in ("wall", "cpu"))
        pairs = zip(runs, results.get(CURL, ()), strict=False)
        shares = [run.wall / other.wall for run, other in pairs]
        share = f"{statistics.median(shares):9.2f}" if shares else ""
        rows.append(f"{name:20}{wall:9.2f}{cpu:9.2f}{share}")
    return "\n".join(rows)


def main() -> None:
    if sys.argv[1:2] == ["--fetch"]:
        url, tree, state = sys.argv[2:]
        fetch_ours(url, Path(tree), Path(state))
        return
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        raise SystemExit("nginx is not installed (apt-get install nginx-light)")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="gateplayer-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # the workers of an nginx that root has started are nobody
        wanted = make_tree(folder / "tree")
        print(f"{len(wanted)} files, {sum(one.size for one in wanted) / 1e6:.0f} MB, {CONNECTIONS} connections")
        contest = Contest(folder, folder / "tree", wanted, stack)
        print(table(first_sync(contest, folder, runs)))
        for absent in contest.absent:
            print(f"{absent}: not installed")


if __name__ == "__main__":
    main()

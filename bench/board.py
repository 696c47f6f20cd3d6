"""How long the board takes: to be made, over HTTP, and in a real browser, for so many gates with pictures.

python -m bench.board --gates 300
"""

import argparse
import statistics
import tempfile
import threading
import time
from pathlib import Path

import requests

from player.library.serving import HttpServer
from player.publish.boardweb import make_board
from player.publish.reportfolder import ReportFolder
from tests.publish.browser import Browser
from tests.publish.reporting import fill

TURNS = 5
_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_SEEN = "[...document.images].filter((one) => one.complete && one.naturalWidth).length"


def main() -> None:
    """Print milliseconds: the first time, when nothing is known yet, and the median of those that follow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gates", type=int, default=300)
    count = parser.parse_args().gates
    with tempfile.TemporaryDirectory() as scratch:
        reports = Path(scratch) / "reports"
        fill(reports, count)
        with HttpServer(make_board(ReportFolder(reports, {}), ""), "127.0.0.1", 0) as server:
            thread = threading.Thread(target=server.run)
            thread.start()
            try:
                _measure(f"http://127.0.0.1:{server.port}/", count, Path(scratch))
            finally:
                server.stop()
                thread.join()


def _measure(url: str, count: int, scratch: Path) -> None:
    taken = []
    for _turn in range(TURNS):
        begun = time.perf_counter()
        size = len(requests.get(url, timeout=60).content)
        taken.append((time.perf_counter() - begun) * 1000)
    print(f"{count} gates, {size / 1000:.0f} kB; over HTTP: first {taken[0]:.0f} ms, then {_median(taken[1:]):.0f} ms")
    loads, paints = [], []
    with Browser(scratch / "browser") as browser:
        for _turn in range(TURNS):
            browser.do("Network.clearBrowserCache")
            browser.open(url)
            loads.append(float(browser.ask(_LOADED)))
            paints.append(float(browser.ask(_PAINTED)))
        seen = browser.ask(_SEEN)
    print(f"in Chromium: loaded first {loads[0]:.0f} ms, then {_median(loads[1:]):.0f} ms")
    print(f"painted first {paints[0]:.0f} ms, then {_median(paints[1:]):.0f} ms; pictures in sight: {seen}")


def _median(values: list[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()

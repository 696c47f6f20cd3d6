"""A process that downloads until everything is there, or somebody kills it: `python -m tests.agent.fetcher STATE URL`,
the list of what is wanted as JSON on its input. Says `begun` when it begins."""

import json
import sys
import threading
from pathlib import Path

from player.agent.downloadevents import Complete, DownloadEvent, Wanted
from player.agent.downloads import Downloads
from player.library.blobs import Blobs
from player.trust.http import HttpOrigin


def main() -> None:
    state, url = sys.argv[1:]
    done = threading.Event()

    def report(event: DownloadEvent) -> None:
        if isinstance(event, Complete):
            done.set()

    wanted = [Wanted(*row) for row in json.load(sys.stdin)]
    downloads = Downloads(Blobs(Path(state), reserve=0), lambda: [HttpOrigin([url])], report, connections=2)
    print("begun", flush=True)
    downloads.start()
    downloads.want(wanted)
    done.wait()
    downloads.stop()


if __name__ == "__main__":
    main()

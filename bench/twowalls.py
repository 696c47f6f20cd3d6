"""Whether two walls with the same show, on two X servers of one machine, show the same frame at the same instant.

    python -m bench.twowalls [--minutes 10]

One of them is started again in the middle; the time in which it was not there is no sample. Prints figures and never
fails on one: a wall that came late because the machine was busy counts as different, and its load is printed too.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import ShowFolder
from tests.endtoend.twins import Sample, Sampler, Verdict, judge, now, of_both, told, write_twins
from tests.endtoend.xserver import XServer

SETTLING = 30.0


def figures(show: ShowFolder) -> str:
    """What a wall says of its frames."""
    said = json.loads((show.state / "run/wall.json").read_text())
    film, frames = said["film"], said["frames"]
    return (
        f"frames presented {frames['presented']}, missed {frames['missed']}; film: shown {film['shown']}, "
        f"repeats {film['repeats']}, drops {film['drops']}, judder {film['judder_ms']} ms, worst {film['worst_ms']} ms"
    )


def half(sampler: Sampler, show: ShowFolder, display: str, seconds: float) -> list[Sample]:
    """Let the second wall play beside the first one, and end."""
    began = now()
    with Daemon(show, display, verb="wall") as wall:
        wall.wait_for(lambda: of_both(sampler.samples(began)), "picture on both", SETTLING)
        wall.play(seconds)
        seen = of_both(sampler.samples(began))
    print(f"  {told(seen)}; the first {(seen[0].frame / 60 - began / 1e6):.2f} s after its start")
    print(f"    the second wall: {figures(show)}", flush=True)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    seconds = parser.parse_args().minutes * 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, two = write_twins(folder)
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        with (
            XServer(folder / "left") as left,
            XServer(folder / "right") as right,
            Sampler(left, right, folder) as sampler,
            Daemon(one, left.display, verb="wall") as wall,
        ):
            seen = [sample for _ in range(2) for sample in half(sampler, two, right.display, seconds / 2)]
            wall.stop()
        print(f"two walls, {seconds / 60:g} minutes, the second started again in the middle: {told(seen)}")
        print(f"  the first wall: {figures(one)}")
        print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
        for sample in [sample for sample in seen if judge(sample) is Verdict.OTHER][:10]:
            print(f"  different: {sample}")


if __name__ == "__main__":
    main()

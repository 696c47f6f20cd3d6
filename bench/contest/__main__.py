"""Everything measured beside others, one table. `./bench/run` sets up the peers and calls this.

./bench/run                   all rows, several times each, and bench/RESULTS.md: an hour or so
./bench/run --quick           every row once and briefly: ten minutes, nothing is written
./bench/run --only films      rows of these groups
"""

import argparse
import compileall
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.contest import results
from bench.contest.rows import Row, Settings

HERE = Path(__file__).resolve().parent.parent
GROUPS = ("films", "pictures", "starting", "gaps", "intake", "syncing", "planning", "fleet", "growth")
RUNS = 3
"""Of a full run. What takes minutes, or does the same a thousand times, is run less often."""


def measured(groups: list[str], settings: Settings) -> Iterator[Row]:
    """Each group is a module of this package with a function `rows`."""
    for name in groups:
        began = time.monotonic()
        group = importlib.import_module(f"bench.contest.{name}")
        folder = settings.folder / name
        folder.mkdir()
        yield from group.rows(Settings(settings.quick, settings.runs, folder))
        load = os.getloadavg()[0]
        print(f"-- {name}: {time.monotonic() - began:.0f} s, load {load:.1f}", file=sys.stderr, flush=True)


def write(into: Path, found: list[Row], plots: list[Path]) -> None:
    """RESULTS.md with these rows, and its plots."""
    for plot in plots:
        (into / plot.name).write_bytes(plot.read_bytes())
    command = " ".join(["./bench/run", *sys.argv[1:]])
    (into / "RESULTS.md").write_text(results.markdown(found, command, plots), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, default=0, help=f"of each measurement; {RUNS}, or 1 with --quick")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--write", type=Path, help="where RESULTS.md goes; bench/ for a whole run that is not quick")
    options = parser.parse_args()
    # As in the package: no program compiles its modules when it starts.
    compileall.compile_dir(HERE.parent / "player", quiet=1)
    whole = not options.quick and options.only == list(GROUPS)
    into = options.write or (HERE if whole else None)
    found = []
    with tempfile.TemporaryDirectory(prefix="contest-") as folder:
        # Peers are somebody else where root measures, and are to find the films here.
        os.chmod(folder, 0o755)
        settings = Settings(options.quick, options.runs or (1 if options.quick else RUNS), Path(folder))
        for row in measured(options.only, settings):
            print("\n".join(results.table([row])), flush=True)
            found.append(row)
            # Each time, so that a run that is broken off leaves what it has measured.
            if into:
                write(into, found, sorted(Path(folder).glob("growth/*.svg")))
    missed = [row for row in found if row.missed()]
    print(f"\n{len(found)} rows, targets missed in {len(missed)}")


if __name__ == "__main__":
    main()

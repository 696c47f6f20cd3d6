"""How long a report takes on the play logs of many gates, and how much memory.

    python bench/report.py [--gates 100] [--days 90] [--plays 8000] [--folder FOLDER]

Makes the sealed days itself (each gate with a key and a chain of its own), in a folder that is removed afterwards, then
runs the real `gateplayer report` on them, to an HTML page, and then `--verify`. Prints the seconds of each, and the
most memory that was resident in it: its own and that of what it started, which is nothing.
"""

import argparse
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from player.library.daybook import DayName, Seal, sign, write_seal
from player.library.dayfile import COLUMNS, connect
from player.trust.gatekey import gate_key

FIRST = date(2026, 10, 1)
KINDS = 7
"""Days that differ from one another: one of each day of the week."""

_ITEMS = """CREATE TABLE items AS SELECT i, 'pl' || (i // 20) || '.yaml#' || i AS item,
    'Ảnh đẹp Lào Cai số ' || i AS title,
    CASE WHEN i % 5 = 0 THEN 'film' ELSE 'picture' END AS kind, sha256(i::VARCHAR) AS asset,
    'Danh sách ' || (i // 20) AS playlist,
    ['du-lich', 'thu-tuc', 'van-hoa', 'an-ninh', 'chao-mung'][1 + i % 5] AS theme,
    ['vi', 'zh', 'en', 'lo', 'km'][1 + (i // 3) % 5] AS lang FROM range(240) t(i)"""
_DAY = """CREATE OR REPLACE TABLE day AS SELECT 'play' AS what,
    CASE WHEN n % 3 = 2 THEN 'ticker' ELSE 'main' END AS zone,
    item, title, kind, asset, playlist, 'central' AS source,
    CASE WHEN hash(n + $kind) % 400 = 0 THEN 'priority' ELSE 'normal' END AS "level",
    CASE WHEN hash(n * 7 + $kind) % 50 = 0 THEN 'cut' ELSE 'completed' END AS ending, 'synchronised' AS clock,
    '' AS reason, n AS seq, 12::BIGINT AS "show", n * $step + (hash(n) % 90000)::BIGINT AS ofs,
    ($step * 0.999)::BIGINT + (hash(n * 3) % 9000)::BIGINT AS span, 0::BIGINT AS begun, $step AS length,
    0::BIGINT AS step, '{"theme": "' || theme || '", "lang": "' || lang || '"}' AS tags,
    '["bien-phong", "van-hoa"]' AS signed, theme, lang, 'bien-phong+van-hoa' AS agency
    FROM range($plays) t(n) JOIN items ON items.i = hash(n + $kind) % 240 ORDER BY n"""


def make(folder: Path, gates: int, days: int, plays: int) -> None:
    """The folders of all gates. Days are made by the dozen: only gate, date and numbers differ between gates."""
    base = connect(threads=os.cpu_count() or 1, memory="400MB")
    base.execute(_ITEMS)
    # From 6 to 22 o'clock.
    step = 16 * 3600 * 1_000_000 // plays
    for kind in range(KINDS):
        base.execute(_DAY.replace("$step", str(step)).replace("$plays", str(plays)).replace("$kind", str(kind)))
        base.execute(f"CREATE TABLE day{kind} AS FROM day")
    for number in range(gates):
        gate = f"gate-{number:03}"
        (folder / gate).mkdir(parents=True)
        key = gate_key(folder / gate)
        previous = ""
        for ahead in range(days):
            day, first = FIRST + timedelta(days=ahead), ahead * plays
            name = DayName(ahead + 1, day.isoformat())
            start = f"TIMESTAMP '{day - timedelta(days=1)} 23:00:00'"
            made = {
                "gate": f"'{gate}'",
                "seq": f"seq + {first + 1}",
                "at": f"{start} + to_microseconds(ofs)",
                "day": f"DATE '{day}'",
            }
            columns = ", ".join(f'{made.get(column, chr(34) + column + chr(34))} AS "{column}"' for column in COLUMNS)
            path = folder / gate / name.parquet
            table = f"day{(day.weekday() + number) % KINDS}"
            rows = f"SELECT {columns} FROM {table} ORDER BY seq"
            base.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            data = path.read_bytes()
            seal = Seal(
                gate, name.number, day, day, first + 1, first + plays, plays, name.parquet,
                hashlib.sha256(data).hexdigest(), len(data), key.public, previous, "Asia/Ho_Chi_Minh", f"{day}",
            )  # fmt: skip
            signed = sign(seal, key)
            write_seal(folder / gate, signed)
            previous = signed.digest


def measured(command: list[str]) -> tuple[float, float, float, int]:
    """Seconds, those of processors, the most megabytes resident, exit code."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    processor = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - begun, processor, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gates", type=int, default=100)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--plays", type=int, default=8000)
    parser.add_argument("--folder", type=Path, help="where to make the logs; kept, and used again")
    given = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="gateplayer-bench-"))
    folder = given.folder or scratch / "reports"
    try:
        if not folder.exists():
            begun = time.perf_counter()
            make(folder, given.gates, given.days, given.plays)
            print(f"made in {time.perf_counter() - begun:.0f} s")
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        count = given.gates * given.days * given.plays
        print(f"{given.gates} gates x {given.days} days x {given.plays} plays = {count:,}, {size / 1e6:,.0f} MB")
        period = ["--from", str(FIRST), "--to", str(FIRST + timedelta(days=given.days - 1))]
        report = [sys.executable, "-m", "player", "report"]
        for what, more in (
            ("HTML", [*period, "--format", "html", "--output", str(scratch / "report.html")]),
            ("XLSX", [*period, "--format", "xlsx", "--output", str(scratch / "report.xlsx")]),
            ("verify", ["--verify"]),
        ):
            seconds, processor, megabytes, code = measured([*report, *more, str(folder)])
            took = f"{seconds:.1f} s (limit 60), {processor:.1f} s of processor time"
            print(f"{what}: {took}, {megabytes:.0f} MB (limit 500), exit code {code}")
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"most memory of any process: {children:.0f} MB; load of the machine: {os.getloadavg()[0]:.1f}")
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

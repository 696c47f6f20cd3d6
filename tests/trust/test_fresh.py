"""A timestamp that changes twice within a second, as when an alert follows a takedown."""

import os
import time
from contextlib import closing
from pathlib import Path

from player.trust.http import HttpOrigin
from tests.trust.treeserver import TreeServer

STAMP = "metadata/timestamp.json"


def test_a_second_change_within_the_second_is_seen(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    with TreeServer(tmp_path) as server, closing(HttpOrigin([server.url])) as origin:
        for data in (b'{"a": 1}', b'{"a": 2}'):
            (tmp_path / STAMP).write_bytes(data)
            assert origin.read(STAMP, 100) == data


def test_one_that_has_stood_still_is_not_sent_again(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / STAMP).write_bytes(b"{}")
    long_ago = time.time() - 100
    os.utime(tmp_path / STAMP, (long_ago, long_ago))
    with TreeServer(tmp_path) as server, closing(HttpOrigin([server.url])) as origin:
        assert [origin.read(STAMP, 100) for _turn in range(2)] == [b"{}", b"{}"]
        assert server.statuses == [200, 304]

"""Gives a Python process a slow disk: each wait for it, by fsync or at the end of a transaction of SQLite, takes the
seconds longer that SLOW_DISK says, as on a worn card or a disk that somebody else keeps busy."""

import os
import sqlite3
import time
from typing import Any

_SECONDS = float(os.environ["SLOW_DISK"])
_fsync = os.fsync


def _slow_fsync(handle: Any) -> None:
    time.sleep(_SECONDS)
    _fsync(handle)


class _Slow(sqlite3.Connection):
    def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
        if statement == "COMMIT":
            time.sleep(_SECONDS)
        return super().execute(statement, *parameters)


def _slow_connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
    return _Slow(*arguments, **options)


vars(os).update(fsync=_slow_fsync)
vars(sqlite3).update(connect=_slow_connect)

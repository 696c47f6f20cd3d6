"""The verbs by which the public conformance suite for TUF clients (theupdateframework/tuf-conformance) drives one, over
our own client. The time is the system's clock: the suite sets it."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from player.core.faults import GateplayerFault
from player.trust.client import TrustClient
from player.trust.http import HttpOrigin
from player.trust.names import METADATA, TARGETS
from player.trust.origin import Origin, Stream

_HANDED_OVER = "root-of-trust"
"""The root that `init` was given. It does not end in .json: the suite counts those."""


class Repository:
    """An origin whose metadata and targets may be at any two addresses."""

    def __init__(self, metadata: str, targets: str) -> None:
        self._origins = {METADATA: HttpOrigin([metadata]), TARGETS: HttpOrigin([targets or metadata])}

    @property
    def name(self) -> str:
        return self._origins[METADATA].name

    def read(self, path: str, most: int) -> bytes:
        origin, rest = self._at(path)
        return origin.read(rest, most)

    def open(self, path: str, offset: int = 0) -> Stream:
        origin, rest = self._at(path)
        return origin.open(rest, offset)

    def close(self) -> None:
        for origin in self._origins.values():
            origin.close()

    def _at(self, path: str) -> tuple[Origin, str]:
        folder, _slash, rest = path.partition("/")
        return self._origins[folder], rest


def main(words: Sequence[str]) -> int:
    """Do as the suite says: 0, or 1 when it could not be done."""
    told = _arguments().parse_args(words)
    try:
        return int(told.verb(told))
    except (GateplayerFault, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def init(told: argparse.Namespace) -> int:
    """Remember the root of trust."""
    folder: Path = told.metadata_dir
    folder.mkdir(parents=True, exist_ok=True)
    data = told.trusted_root.read_bytes()
    (folder / _HANDED_OVER).write_bytes(data)
    (folder / "root.json").write_bytes(data)
    return 0


def refresh(told: argparse.Namespace) -> int:
    """Bring the metadata up to date."""
    with closing(Repository(told.metadata_url, told.target_base_url)) as repository:
        _client(told, repository).refresh()
    return 0


def download(told: argparse.Namespace) -> int:
    """Bring the metadata up to date, and one target. One that is there already is left as it is."""
    with closing(Repository(told.metadata_url, told.target_base_url)) as repository:
        client = _client(told, repository)
        client.refresh()
        data = client.target(told.target_name)
    if data is None:
        print(f"{told.target_name}: nobody has signed that", file=sys.stderr)
        return 1
    place: Path = told.target_dir / quote(told.target_name, "")
    if not place.is_file() or place.read_bytes() != data:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return 0


def _client(told: argparse.Namespace, repository: Repository) -> TrustClient:
    root = (told.metadata_dir / _HANDED_OVER).read_bytes()
    return TrustClient(told.metadata_dir, root, repository, datetime.now(UTC), delegates=False)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tuf_client", description=__doc__)
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", default="")
    parser.add_argument("--target-name", default="")
    parser.add_argument("--target-dir", type=Path)
    parser.add_argument("--target-base-url", default="")
    verbs = parser.add_subparsers(required=True)
    beginning = verbs.add_parser("init")
    beginning.add_argument("trusted_root", type=Path)
    beginning.set_defaults(verb=init)
    verbs.add_parser("refresh").set_defaults(verb=refresh)
    verbs.add_parser("download").set_defaults(verb=download)
    return parser

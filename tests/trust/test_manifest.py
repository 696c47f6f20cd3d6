"""Lists of files in pages: what goes in comes out, little changes with one file, and what must not pass does not."""

import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.core.faults import TrustFault
from player.trust import manifest
from player.trust.manifest import Entry

BAD_NAMES = ("../a.jpg", "a/../b", "/etc/passwd", "", "a//b", ".hidden", "a/.git/x", "C:/x")
NAME = st.from_regex(re.compile(r"[a-zàêđ0-9_ -]{1,12}(/[a-z0-9]{1,8}){0,2}\.(jpg|yaml)"), fullmatch=True)


def entry(name: str, size: int = 3) -> Entry:
    return Entry(name, hashlib.sha256(name.encode()).hexdigest(), size)


@given(st.sets(NAME, max_size=60))
def test_what_goes_in_comes_out(names: set[str]) -> None:
    entries = sorted(entry(name, number) for number, name in enumerate(sorted(names)))
    data, pages = manifest.build("g", "now", entries)
    found = manifest.read(data, "g")
    assert manifest.unfold(found, pages) == tuple(entries)
    assert all(hashlib.sha256(page).hexdigest() == sha for sha, page in pages.items())


def test_one_file_in_ten_thousand_changes_one_page() -> None:
    entries = [entry(f"media/{number}.jpg") for number in range(10_000)]
    _data, pages = manifest.build("g", "now", entries)
    changed = [*entries[:-1], Entry(entries[-1].name, "0" * 64, 4)]
    other, others = manifest.build("g", "now", changed)
    (fresh,) = others.keys() - pages.keys()
    assert len(other) + len(others[fresh]) < 24_000
    assert sum(map(len, pages.values())) > 800_000


@pytest.mark.parametrize(
    "name",
    [*BAD_NAMES, "a\nb", "a\\b", "x" * 401, "a/", "..", "\u202egnp.exe"],
)
def test_names_that_could_lead_astray_are_refused(name: str) -> None:
    row = [name, "0" * 64, 3]
    page = json.dumps([row]).encode()
    sha = hashlib.sha256(page).hexdigest()
    signed = {
        "format": 1,
        "gate": "g",
        "made": "",
        "files": 1,
        "bytes": 3,
        "pages": [{"sha256": sha, "size": len(page)}],
    }
    with pytest.raises(TrustFault, match="no name for a file"):
        manifest.unfold(manifest.read(json.dumps(signed).encode(), "g"), {sha: page})


def test_ten_thousand_and_one_files_are_too_many() -> None:
    with pytest.raises(TrustFault, match="10001 files are more than 10000"):
        manifest.build("g", "now", [entry(f"{number}.jpg") for number in range(10_001)])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["a.jpg", "0" * 64, 1], ["A.JPG", "1" * 64, 1]], "twice"),
        ([["a", "0" * 64, 1], ["a/b", "1" * 64, 1]], "a file and a folder"),
        ([["a", "0" * 63, 1]], "SHA-256"),
        ([["a", "0" * 64, -1]], "size"),
        ([["a", "0" * 64, True]], "size"),
        ([["a", "0" * 64, 1 << 60]], "size"),
        ([["a", "0" * 64]], "cannot be read"),
        ({"a": 1}, "cannot be read"),
        ([["a", "0" * 64, 2]], "add up"),
    ],
)
def test_rows_that_cannot_be(rows: object, said: str) -> None:
    page = json.dumps(rows).encode()
    sha = hashlib.sha256(page).hexdigest()
    count = len(rows) if isinstance(rows, list) else 1
    signed = {
        "format": 1,
        "gate": "g",
        "made": "",
        "files": count,
        "bytes": count,
        "pages": [{"sha256": sha, "size": 9}],
    }
    with pytest.raises(TrustFault, match=said):
        manifest.unfold(manifest.read(json.dumps(signed).encode(), "g"), {sha: page})


@pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"{}", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_manifest(data: bytes) -> None:
    with pytest.raises(TrustFault, match="cannot be read"):
        manifest.read(data, "g")


def test_that_of_another_gate_or_a_newer_version_is_refused() -> None:
    data, _pages = manifest.build("g", "now", [])
    with pytest.raises(TrustFault, match="for the gate g, not for h"):
        manifest.read(data, "h")
    with pytest.raises(TrustFault, match="newer version"):
        manifest.read(data.replace(b'"format":1', b'"format":2'), "g")

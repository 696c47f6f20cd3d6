"""The tree, or what some gates need of it, onto a stick: what is there already is left alone, and at every instant the
stick holds a whole tree, the earlier one or the new one."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from player.config.language import _
from player.core.faults import ContentFault, SyncFault
from player.library.files import sync_folder
from player.publish.contents import Tell
from player.publish.tree import Tree
from player.trust.names import (
    ALERT,
    BLOBS,
    METADATA,
    ROOT,
    SNAPSHOT,
    TAKEDOWN,
    TARGETS_ROLE,
    TEMPLATES,
    TIMESTAMP,
    blob_path,
    gate_role,
    target_path,
)

FOLDER = "gateplayer"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """What was copied, and how many files were there already."""

    place: Path
    files: int
    bytes: int
    kept: int


def export(tree: Tree, stick: Path, gates: Sequence[str], tell: Tell) -> Exported:
    """Copy what `gates` need (none: all gates). ContentFault when there is no such folder or nothing to copy, SyncFault
    when the stick fails or is full."""
    if not stick.is_dir():
        raise ContentFault(_("{folder}: there is no such folder").format(folder=stick))
    place = stick if stick.name == FOLDER else stick / FOLDER
    wanted = list(_wanted(tree, gates))
    try:
        fresh = [path for path in wanted if not _is_there(tree.root / path, place / path)]
        total = sum((tree.root / path).stat().st_size for path in fresh)
        folders: set[Path] = set()
        for path in fresh:
            if _relies_on_others(path, folders, place):
                _settle(folders)
            _copy(tree.root / path, place / path, lambda more: tell(more, total))
            folders.add((place / path).parent)
        _settle(folders)
    except OSError as error:
        said = _("{path} cannot be written: {reason}")
        raise SyncFault(said.format(path=error.filename2 or place, reason=error.strerror or error)) from error
    return Exported(place, len(fresh), total, len(wanted) - len(fresh))


def _wanted(tree: Tree, gates: Sequence[str]) -> Iterator[str]:
    """Paths in the tree, in the order in which they must come: whatever names a file comes after it."""
    root, snapshot = tree.trust_root(), tree.snapshot()
    if root is None or snapshot is None:
        raise ContentFault(_("nothing has been released yet"))
    common, begin = (TARGETS_ROLE, TAKEDOWN, ALERT, TEMPLATES), gate_role("")
    chosen = {gate_role(gate) for gate in gates}
    versions = {
        role: version
        for role, version in tree.versions().items()
        if role in common or role in chosen or (not gates and role.startswith(begin))
    }
    yield from dict.fromkeys(blob_path(sha) for role in versions for sha in _blobs(tree, role))
    for role in versions:
        metadata = tree.role(role)
        for path, info in metadata.signed.targets.items() if metadata else ():
            yield target_path(path, info.hashes["sha256"])
    for role, version in versions.items():
        yield f"{METADATA}/{version}.{role}.json"
    yield f"{METADATA}/{snapshot.signed.version}.{SNAPSHOT}.json"
    for number in range(1, root.signed.version + 1):
        yield f"{METADATA}/{number}.{ROOT}.json"
    yield f"{METADATA}/{TIMESTAMP}.json"


def _blobs(tree: Tree, role: str) -> Iterator[str]:
    if role in (TARGETS_ROLE, TAKEDOWN, ALERT) or (release := tree.release(role)) is None:
        return
    made, entries = release
    yield from (entry.sha256 for entry in entries)
    yield from (page.sha256 for page in made.pages)


def _is_there(source: Path, place: Path) -> bool:
    """What is named after its hash and has its size is what it says; the rest is small and compared."""
    try:
        if source.stat().st_size != place.stat().st_size:
            return False
    except FileNotFoundError:
        return False
    return source.parent.name == BLOBS or source.read_bytes() == place.read_bytes()


def _copy(source: Path, place: Path, tell: Callable[[int], object]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.new")
    with source.open("rb") as reading, fresh.open("wb") as writing:
        while part := reading.read(_CHUNK):
            writing.write(part)
            tell(len(part))
        writing.flush()
        os.fsync(writing.fileno())
    fresh.replace(place)


def _relies_on_others(path: str, folders: set[Path], place: Path) -> bool:
    """Whether a file may be on the stick only once those before it are there for good."""
    last = path.endswith((f".{ROOT}.json", f"/{TIMESTAMP}.json"))
    return path.startswith(METADATA) and (last or bool(folders - {place / METADATA}))


def _settle(folders: set[Path]) -> None:
    """Names survive the pulling of the stick, before anything comes that relies on them."""
    for folder in folders:
        sync_folder(folder)
    folders.clear()

"""The tree of the central server: its roles, where everything lies in it, how long signatures hold, how large things
may be.

A TUF repository (The Update Framework specification 1.0, consistent snapshots) over static files:

    metadata/3.root.json, metadata/timestamp.json, metadata/12.gate-kim-thanh-2.json …
    targets/gates/kim-thanh-2/<sha256>.playlist.json     what a gate plays: a `Manifest`
    targets/<sha256>.templates.json                      alerts that both agencies have signed ahead: a `Manifest`
    targets/<sha256>.takedown.json, …alert.json          `Takedown`, `Alerts`
    blob/<sha256>                                        media, playlists, and the pages of manifests
"""

from datetime import timedelta

METADATA, TARGETS, BLOBS = "metadata", "targets", "blob"

ROOT, TARGETS_ROLE, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
TAKEDOWN, ALERT, TEMPLATES = "takedown", "alert", "templates"

TAKEDOWN_TARGET, ALERT_TARGET, TEMPLATES_TARGET = "takedown.json", "alert.json", "templates.json"

ROOT_THRESHOLD, AGENCIES = 2, 2
"""Root is signed by two of three keys: both agencies' and one that lies in a safe. What is shown, by both agencies."""

EXPIRES = {
    ROOT: timedelta(days=3 * 365),
    TARGETS_ROLE: timedelta(days=3 * 365),
    SNAPSHOT: timedelta(days=90),
    TIMESTAMP: timedelta(days=30),
}
"""How long a signature of a role holds; those of gates and of the other delegated roles, `DELEGATED_EXPIRES`."""

DELEGATED_EXPIRES = timedelta(days=365)

ID_FIELD = "x-gateplayer-id"
"""Where a key says which of those who sign holds it."""

MOST_TARGET = 1 << 20
"""Bytes of a target that a role signs directly: manifests, takedown, alert."""

MOST_PAGE = 2 << 20
"""Bytes of one page of a manifest."""

MOST_FILES = 10_000
MOST_BLOB = 64 << 30
"""Files that a manifest may name, and bytes of one of them."""


def gate_role(gate: str) -> str:
    """The role that signs what `gate` plays."""
    return f"gate-{gate}"


def gate_target(gate: str) -> str:
    """The target that the role of `gate` signs."""
    return f"gates/{gate}/playlist.json"


def expires(role: str) -> timedelta:
    """How long a signature of `role` holds."""
    return EXPIRES.get(role, DELEGATED_EXPIRES)


def blob_path(sha: str) -> str:
    """Where the file with this SHA-256 lies in the tree."""
    return f"{BLOBS}/{sha}"


def target_path(target: str, sha: str) -> str:
    """Where a target lies in the tree: named after its SHA-256, so that every version is kept beside the others."""
    folder, slash, name = target.rpartition("/")
    return f"{TARGETS}/{folder}{slash}{sha}.{name}"

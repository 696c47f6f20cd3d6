"""Signatures gathered, and what is complete put in force."""

import os
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from player.core.faults import SyncFault, TrustFault
from player.publish.contents import quiet
from player.publish.drafts import Drafts
from player.publish.keys import make_key
from player.publish.lock import locked
from player.publish.signing import carry, subjects
from player.trust.names import gate_target
from tests.publish.site import GATE, SAFE, A, B, Made, make_site, playlists

ROLE = f"gate-{GATE}"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_site(tmp_path)


def shown(made: Made, gate: str = GATE) -> bytes | None:
    """What a gate that has seen nothing yet is told to play."""
    client = made.client()
    client.refresh()
    return client.target(gate_target(gate))


def test_first_release_is_believed_by_a_gate(made: Made, tmp_path: Path) -> None:
    assert shown(made) is None
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    assert made.release().roles == [(ROLE, 1)]
    assert shown(made) == made.tree.target(ROLE)


def test_everything_at_once_from_the_very_beginning(tmp_path: Path) -> None:
    made = make_site(tmp_path, live=False)
    made.stage(playlists(tmp_path / "pl"))
    assert made.release().roles == []
    assert not (made.site.tree / "metadata").exists()
    made.sign()
    assert [role for role, _version in made.release().roles][-1] == ROLE
    assert shown(made) is not None


def test_missing_signature_is_said_and_nothing_changes(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign(A)
    before = sorted(path for path in made.site.tree.rglob("*"))
    released = made.release()
    assert [(held.role, held.missing) for held in released.held] == [(ROLE, ("Bộ đội Biên phòng",))]
    assert sorted(path for path in made.site.tree.rglob("*")) == before
    assert shown(made) is None


def test_safe_may_not_sign_what_is_shown(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    with pytest.raises(TrustFault, match="may not sign"):
        made.sign(SAFE)


def test_strange_key_may_sign_nothing(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    with pytest.raises(TrustFault, match="may not sign any"):
        subjects(made.site.drafts, make_key("x").public_key, (), made.now, quiet)


def test_strange_signature_does_not_count(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign(A)
    made.drafts.sign(ROLE, make_key("x"))
    assert made.release().roles == []


def test_signature_of_another_draft_does_not_count(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign(A, B)
    kept = made.drafts.signatures(ROLE)
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    for signature in kept.values():
        made.drafts.keep(ROLE, signature)
    released = made.release()
    assert released.roles == []
    assert len(released.held[0].missing) == 2


def test_second_machine_signs_a_carried_folder(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    away = tmp_path / "stick" / "drafts"
    shutil.copytree(made.site.drafts, away)
    made.sign(A)
    assert made.sign(B, drafts=away) == [ROLE]
    assert made.release().roles == []
    assert carry(away, made.drafts) == 1
    assert carry(away, made.drafts) == 0
    assert made.release().roles == [(ROLE, 1)]


def test_signature_files_may_be_copied_back_by_hand(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    away = tmp_path / "stick"
    shutil.copytree(made.site.drafts, away)
    made.sign(A, drafts=away)
    made.sign(B, drafts=away)
    for path in (away / ROLE / "signatures").iterdir():
        shutil.copy(path, made.site.drafts / ROLE / "signatures")
    assert made.release().roles == [(ROLE, 1)]


@pytest.mark.parametrize("what", ["blob", "page", "target", "entries", "gone"])
def test_nothing_is_signed_that_is_not_what_it_says(made: Made, tmp_path: Path, what: str) -> None:
    made.stage(playlists(tmp_path / "pl"))
    away = tmp_path / "stick"
    shutil.copytree(made.site.drafts, away)
    drafts = Drafts(away)
    files, pages = drafts.entries(ROLE)
    path = {
        "blob": drafts.blob(files[0].sha256),
        "gone": drafts.blob(files[0].sha256),
        "page": drafts.blob(pages[0].sha256),
        "target": away / ROLE / "target.json",
        "entries": away / ROLE / "target.json",
    }[what]
    data = path.read_bytes()
    path.unlink()
    if what != "gone":
        path.write_bytes(data + b" " if what == "target" else data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(TrustFault):
        made.sign(A, drafts=away)
    assert drafts.signatures(ROLE) == {}


def test_damaged_file_is_not_released(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    entry = made.drafts.entries(ROLE)[0][0]
    path = made.drafts.blob(entry.sha256)
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[:-1] + b"x")
    with pytest.raises(TrustFault, match="sign nothing of this"):
        made.release()
    assert shown(made) is None


def test_one_gate_is_released_while_another_waits(made: Made, tmp_path: Path) -> None:
    made.add_gate("bac-ha")
    folder = playlists(tmp_path / "pl")
    made.stage(folder, (GATE, "bac-ha"))
    for party in (A, B):
        for subject in subjects(made.site.drafts, made.signers[party].public_key, (ROLE,), made.now, quiet):
            made.drafts.sign(subject.role, made.signers[party])
    released = made.release()
    assert released.roles == [(ROLE, 1)]
    assert [held.role for held in released.held] == ["targets", "gate-bac-ha"]
    made.sign()
    assert [role for role, _version in made.release().roles] == ["targets", "gate-bac-ha"]
    assert shown(made, "bac-ha") is not None


def test_signed_gate_waits_for_the_list_that_names_it(made: Made, tmp_path: Path) -> None:
    made.add_gate("bac-ha")
    made.stage(playlists(tmp_path / "pl"), ("bac-ha",))
    for party in (A, B):
        made.drafts.sign("gate-bac-ha", made.signers[party])
    held = {one.role: one for one in made.release().held}
    assert held["gate-bac-ha"].waits_for == ("targets",)


def test_draft_from_before_another_release_is_refused(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    old = tmp_path / "old"
    shutil.copytree(made.site.drafts / ROLE, old / ROLE)
    shutil.copytree(made.site.drafts / "blob", old / "blob")
    made.release()
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    made.sign()
    made.release()
    shutil.copytree(old / ROLE, made.site.drafts / ROLE)
    shutil.copytree(old / "blob", made.site.drafts / "blob", dirs_exist_ok=True)
    with pytest.raises(TrustFault, match="draft it again"):
        made.release()


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that is killed at its `step`th change of the disk; whether it was."""
    child = os.fork()
    if not child:
        _kill_self_at(step)
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _kill_self_at(step: int) -> None:
    count = 0

    def counted(change: Callable[..., Any]) -> Callable[..., Any]:
        def changing(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*args, **kwargs)

        return changing

    for name in ("link", "rename", "replace", "unlink", "rmdir", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))


def test_killed_at_any_instant_the_tree_is_the_old_or_the_new_one(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    made.release()
    before = shown(made)
    made.add_gate("bac-ha")
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}), (GATE, "bac-ha"))
    made.sign()
    kept = tmp_path / "kept"
    shutil.copytree(made.site.root, kept)
    after = made.drafts.target(ROLE)
    seen = set()
    for step in range(1, 200):
        shutil.rmtree(made.site.root)
        shutil.copytree(kept, made.site.root)
        if not killed_at(step, made.release):
            break
        now = shown(made)
        assert now in (before, after)
        seen.add(now)
        made.release()
        assert shown(made) == after
        assert shown(made, "bac-ha") is not None
        assert made.drafts.roles() == []
    assert step > 20
    assert seen == {before, after}


@pytest.mark.parametrize("most", [0, 100, 600, 1500])
def test_disk_that_takes_no_more_leaves_what_was_before(made: Made, tmp_path: Path, most: int) -> None:
    """A limit on the size of files stands in for a full disk: the kernel refuses the write itself."""
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    made.release()
    before = shown(made)
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    made.sign()
    after = made.drafts.target(ROLE)
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            made.release()
        except OSError:
            os._exit(4)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 4
    assert shown(made) == before
    made.release()
    assert shown(made) == after


def test_one_at_a_time(made: Made) -> None:
    with locked(made.site), pytest.raises(SyncFault, match="another gateplayer publish"), locked(made.site, 0.2):
        pass
    with locked(made.site, 0):
        pass

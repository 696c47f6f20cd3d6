"""Keys that change: lost, grown old, the safe's, the server's."""

import shutil
from pathlib import Path

import pytest

from player.core.faults import ContentFault, TrustFault
from player.publish import discarding, rotating
from player.publish.contents import quiet
from player.publish.emergency import put_takedown
from player.publish.keys import make_key
from player.publish.proving import prove
from player.trust.directives import Takedown
from player.trust.names import gate_target
from tests.publish.site import GATE, SAFE, A, B, Made, make_site, playlists
from tests.publish.test_releasing import killed_at

ROLE = f"gate-{GATE}"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    made = make_site(tmp_path)
    made.stage(playlists(tmp_path / "pl"))
    made.sign()
    made.release()
    return made


def lose(made: Made, party: str = A) -> list[str]:
    """The key is gone; another is in its place."""
    fresh = make_key("new")
    roles = rotating.rotate_party(made.site, party, fresh.public_key, made.now)
    made.signers[party] = fresh
    return roles


def follows(made: Made, folder: Path | None = None) -> bool:
    client = made.client(folder)
    client.refresh()
    return client.target(gate_target(GATE)) == made.tree.target(ROLE)


def test_lost_key_is_replaced_and_old_and_new_gates_follow(made: Made, tmp_path: Path) -> None:
    old = tmp_path / "old-gate"
    assert follows(made, old)
    assert lose(made) == ["root", "targets", "templates", ROLE]
    made.sign(A, B, SAFE)
    made.release()
    assert made.drafts.roles() == []
    assert follows(made, old)
    assert follows(made)
    assert made.tree.versions()[ROLE] == 2
    assert made.site.parties()[0][0].keyid == made.signers[A].public_key.keyid
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    made.sign()
    assert made.release().roles == [(ROLE, 3)]
    assert follows(made, old)


def test_half_of_it_is_not_released(made: Made) -> None:
    old = made.tree.versions()
    lose(made)
    made.sign(A)
    released = made.release()
    assert released.roles == []
    assert {held.role for held in released.held} >= {"root", "targets", ROLE}
    made.sign(B)
    # The root wants two of the three as they were: the other agency alone is not enough.
    released = made.release()
    assert released.roles == []
    (root,) = (held for held in released.held if held.role == "root")
    assert "Két sắt" in root.missing
    assert made.tree.versions() == old
    assert follows(made)


def test_lost_key_alone_cannot_publish_any_more(made: Made, tmp_path: Path) -> None:
    lost = made.signers[A]
    lose(made)
    made.sign(A, B, SAFE)
    made.release()
    made.signers[A] = lost
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    with pytest.raises(TrustFault, match="may not sign any"):
        made.sign(A)


def test_takedown_goes_on_working_while_new_keys_wait(made: Made) -> None:
    put_takedown(made.site, made.signers[A], Takedown(), made.now)
    assert "takedown" in lose(made)
    made.sign(A)
    put_takedown(made.site, made.signers[B], Takedown(blank=(GATE,)), made.now)
    assert made.tree.versions()["takedown"] == 3
    assert "takedown" not in made.drafts.roles()
    made.sign(A, B, SAFE)
    made.release()
    assert made.drafts.roles() == []
    assert prove(made.site.tree, made.root, made.now, quiet, blobs=True).faults == []
    data = made.tree.target("takedown")
    assert data is not None
    assert GATE in data.decode()


def test_draft_that_waited_is_released_with_the_new_keys(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    made.sign(A)
    lose(made)
    made.sign(A, B, SAFE)
    made.release()
    assert follows(made)


def test_safe_gets_another_key(made: Made) -> None:
    assert lose(made, SAFE) == ["root"]
    made.sign(A, B)
    assert made.release().roles == [("root", 2)]
    assert follows(made)
    assert made.site.parties()[1].keyid == made.signers[SAFE].public_key.keyid


def test_server_gets_another_key(made: Made, tmp_path: Path) -> None:
    old = tmp_path / "old-gate"
    follows(made, old)
    rotating.rotate_online(made.site, made.now)
    made.sign(A, SAFE)
    assert made.release().roles == [("root", 2)]
    assert follows(made, old)
    assert follows(made)


def test_server_goes_on_with_its_old_key_until_the_new_one_is_signed(made: Made) -> None:
    rotating.rotate_online(made.site, made.now)
    put_takedown(made.site, made.signers[B], Takedown(blank=(GATE,)), made.now)
    assert follows(made)


def test_discarding_the_root_discards_what_was_drafted_for_it(made: Made) -> None:
    lose(made)
    gone = discarding.discard(made.site, "root")
    assert set(gone) == {"root", "targets", "templates", ROLE}
    assert made.drafts.roles() == []


def test_unknown_agency_and_key_in_use(made: Made) -> None:
    with pytest.raises(ContentFault, match="there is no nobody"):
        rotating.rotate_party(made.site, "nobody", make_key("x").public_key, made.now)
    with pytest.raises(ContentFault, match="in use already"):
        rotating.rotate_party(made.site, A, made.signers[B].public_key, made.now)


def test_killed_at_any_instant_the_change_of_keys_is_finished_by_the_next_run(made: Made, tmp_path: Path) -> None:
    lose(made)
    made.sign(A, B, SAFE)
    rotating.rotate_online(made.site, made.now)
    made.sign(A, B, SAFE)
    kept = tmp_path / "kept"
    shutil.copytree(made.site.root, kept)
    for step in range(1, 200):
        shutil.rmtree(made.site.root)
        shutil.copytree(kept, made.site.root)
        if not killed_at(step, made.release):
            break
        made.release()
        assert made.drafts.roles() == []
        assert follows(made)
        assert made.tree.versions()[ROLE] == 2
    assert step > 20

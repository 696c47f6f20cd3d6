import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from player.agent.events import Began, Changed, Event, Kept, Looked
from player.agent.following import Follower
from player.agent.worker import Worker
from tests.library.gate import Gate


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(tmp_path)
    gate.picture("1.png")
    gate.playlist("a.yaml", "{image: media/1.png}")
    return gate


def looks(gate: Gate, *between: Callable[[Worker], object]) -> list[list[Event]]:
    """What the worker reports at a first look, and at one after each of `between`; all in this thread."""
    told: list[Event] = []
    follower = Follower(lambda: None)
    rounds = []
    with gate.workshop() as shop:
        worker = Worker(shop, follower, told.append, threading.Event())
        for act in (lambda _worker: None, *between):
            act(worker)
            told.append(worker._look())
            rounds.append(told[:])
            told.clear()
    return rounds


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def test_only_a_change_is_compiled(gate: Gate) -> None:
    first, second, third, fourth = looks(
        gate, lambda _: None, lambda _: None, lambda _: gate.playlist("a.yaml", "{image: media/1.png, for: 3s}")
    )
    assert kinds(first) == [Began, Changed, Looked], "the folders are known now, and looked at once more"
    assert kinds(second) == [Began, Looked]
    assert third == [Looked()]
    assert kinds(fourth) == [Began, Looked]
    assert isinstance(fourth[-1], Looked)
    assert fourth[-1].number == 2


def test_another_display_is_a_change_for_a_show_that_is_made_for_it(gate: Gate) -> None:
    gate.write("config.yaml", gate.config.read_text().replace("fps: 30", "fps: auto"))

    def display(refresh: int) -> Callable[[Worker], object]:
        return lambda _: gate.write("state/run/wall.json", json.dumps({"pid": 1, "output": {"refresh": refresh}}))

    *_, before, after, again = looks(gate, lambda _: None, lambda _: None, display(50), display(50))
    assert before == again == [Looked()]
    assert kinds(after) == [Began, Looked]
    assert isinstance(after[-1], Looked)
    assert after[-1].made is not None
    assert after[-1].made.show is not None
    assert after[-1].made.show.fps == 50


def test_a_disk_that_refuses_the_show_is_said_and_tried_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_worker: Worker) -> None:
        def full(*_args: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("player.library.shows.ShowStore.write", full)

    _first, second, third = looks(gate, refuse, lambda _worker: monkeypatch.undo())
    assert isinstance(second[-1], Looked)
    assert second[-1].failure == "the show cannot be stored: No space left on device"
    assert isinstance(third[-1], Looked)
    assert (third[-1].failure, third[-1].number) == ("", 1)


def test_a_damaged_asset_is_fetched_at_the_look_after_the_chores(gate: Gate) -> None:
    def damage(worker: Worker) -> None:
        (blob,) = (gate.state / "blobs").glob("*/*")
        blob.chmod(0o644)
        blob.write_bytes(b"damaged")
        assert worker._keep_house(None) == Kept(damaged=True)
        assert not blob.exists()

    *_before, after = looks(gate, lambda _: None, damage)
    assert kinds(after) == [Began, Looked]
    (blob,) = (gate.state / "blobs").glob("*/*")
    assert blob.read_bytes() == (gate.playlists / "media/1.png").read_bytes()

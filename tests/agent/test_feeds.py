"""Feeds kept fresh while servers come and go."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.agent.events import Changed, Event, FeedsNews
from player.agent.feeds import FeedKeeper, Pace
from player.library.feeds import FeedCopy, FeedHealth, FeedStore
from tests.agent.webserver import Request, WebServer
from tests.media.text.test_titles import atom, rss

PATIENCE = 20.0
QUICK = Pace(usual=0.05, first=0.05, longest=0.1)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def keeping(store: FeedStore, *urls: str, pace: Pace = QUICK) -> Iterator[list[Event]]:
    """A keeper at work; what it reports."""
    events: list[Event] = []
    keeper = FeedKeeper(store, events.append, threading.Event(), pace)
    keeper.start()
    keeper.want(urls)
    try:
        yield events
    finally:
        keeper.stop()


def health(events: list[Event]) -> FeedHealth:
    """As told last."""
    (last,) = [event for event in events if isinstance(event, FeedsNews)][-1].feeds
    return last


def changes(events: list[Event]) -> int:
    return sum(isinstance(event, Changed) for event in events)


def titles(store: FeedStore, url: str) -> tuple[str, ...]:
    copy = store.copy(url)
    return copy.titles if copy else ()


def test_titles_are_fetched_and_only_new_ones_are_a_change(tmp_path: Path) -> None:
    store = FeedStore(tmp_path)
    with WebServer(lambda request: request.answer(rss("Một", "Hai"))) as server, keeping(store, server.url) as events:
        until(lambda: len(server.asked) > 3)
        assert titles(store, server.url) == ("Một", "Hai")
        assert changes(events) == 1
        server.behave(lambda request: request.answer(atom("text", "Ba")))
        until(lambda: titles(store, server.url) == ("Ba",))
        until(lambda: changes(events) == 2)
        assert health(events).fetched
        assert not health(events).failing


def test_an_unchanged_feed_is_not_sent_again(tmp_path: Path) -> None:
    def behave(request: Request) -> None:
        if request.headers.get("If-None-Match") == '"1"':
            request.answer(b"", 304)
        else:
            request.answer(rss("Tin"), ETag='"1"')

    store = FeedStore(tmp_path)
    with WebServer(behave) as server:
        with keeping(store, server.url):
            until(lambda: len(server.asked) > 2)
        assert "If-None-Match" not in server.asked[0][1]
        # After a restart too: what the server called it is kept on the disk.
        count = len(server.asked)
        with keeping(FeedStore(tmp_path), server.url) as events:
            until(lambda: len(server.asked) > count)
            until(lambda: len(events) > 1)
        assert all("If-None-Match" in headers for _path, headers in server.asked[1:])
        assert changes(events) == 0
    assert titles(store, server.url) == ("Tin",)


def test_the_last_good_titles_stay_offline_and_across_restarts(tmp_path: Path) -> None:
    store = FeedStore(tmp_path)
    with WebServer(lambda request: request.answer(rss("Tin tốt"))) as server, keeping(store, server.url):
        until(lambda: titles(store, server.url))
    for _start in range(2):
        with keeping(FeedStore(tmp_path), server.url) as events:
            until(lambda: any(isinstance(event, FeedsNews) and event.feeds[0].failing for event in events))
            since = health(events).failing
            assert health(events).fetched
            assert "cannot be reached" in health(events).reason
            assert changes(events) == 0
        assert titles(FeedStore(tmp_path), server.url) == ("Tin tốt",)
    with keeping(FeedStore(tmp_path), server.url) as events:
        until(lambda: len([event for event in events if isinstance(event, FeedsNews)]) > 1)
        assert health(events).failing == since


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"<!doctype html><title>Login to the hotel's network</title>", 200, "no RSS or Atom"),
        (rss("x"), 500, "500"),
        (b"x" * (2 << 20), 200, "KB"),
        (b"", 200, "no RSS or Atom"),
    ],
)
def test_what_a_server_says_instead_is_not_shown(tmp_path: Path, body: bytes, status: int, reason: str) -> None:
    store = FeedStore(tmp_path)
    with WebServer(lambda request: request.answer(rss("Tin"))) as server, keeping(store, server.url) as events:
        until(lambda: titles(store, server.url))
        server.behave(lambda request: request.answer(body, status))
        until(lambda: health(events).failing)
        assert reason in health(events).reason
        assert titles(store, server.url) == ("Tin",)
        server.behave(lambda request: request.answer(rss("Mới")))
        until(lambda: titles(store, server.url) == ("Mới",))
        until(lambda: not health(events).failing)


def test_it_waits_longer_and_longer_and_never_in_step_with_others() -> None:
    pace = Pace()
    assert 540 <= pace.wait(0, 0.0) < pace.wait(0, 1.0) <= 660
    waits = [pace.wait(failures, 1.0) for failures in range(1, 12)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (30, 3600)
    assert pace.wait(1000, 0.0) == 1800


def test_a_damaged_copy_is_no_copy_and_long_unused_ones_go(tmp_path: Path) -> None:
    store = FeedStore(tmp_path)
    store.keep(FeedCopy("http://a/", ("Tin",)))
    store.note(FeedHealth("http://a/", "2026-01-01T00:00:00+00:00"))
    (path,) = store.titles.iterdir()
    store.forget_unused([])
    assert store.copy("http://a/") == FeedCopy("http://a/", ("Tin",))
    path.write_bytes(path.read_bytes()[:10])
    assert store.copy("http://a/") is None
    assert store.health("http://a/").fetched

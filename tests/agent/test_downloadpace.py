"""How soon again, and how fast."""

from random import Random

from player.agent.downloadpace import Backoff, Bucket, Patience


def test_waits_grow_with_jitter_and_end_with_a_success() -> None:
    backoff = Backoff(Patience(2, 300), Random(1))
    now, waits = 0.0, []
    for _turn in range(400):
        waits.append(backoff.failed("a", now, now))
        assert backoff.due("a") == now + waits[-1]
        now += waits[-1] + 0.1
    assert all(wait <= most for wait, most in zip(waits, (2, 4, 8, 16, 32), strict=False))
    assert max(waits) <= 300
    assert 130 < sum(waits[10:]) / len(waits[10:]) < 170, "anything from 0 to the most"
    assert len({round(wait, 3) for wait in waits}) > 300
    assert backoff.due("b") == 0
    backoff.succeeded("a")
    assert backoff.due("a") == 0
    assert backoff.failed("a", now, now) <= 2


def test_an_hour_of_failures_is_few_attempts() -> None:
    backoff, now, attempts = Backoff(Patience(), Random(2)), 0.0, 0
    while now < 3600:
        attempts += 1
        now += backoff.failed("server", now, now) + 0.01
    assert attempts < 60


def test_attempts_side_by_side_fail_once() -> None:
    backoff = Backoff(Patience(2, 300), Random(1))
    first = backoff.failed("a", 0.0, 1.0)
    assert backoff.failed("a", 0.5, 1.0) == first
    assert backoff.failed("a", 0.9, 1.0 + first) == 0
    backoff.postpone("a", 50.0)
    assert backoff.due("a") == 50


def test_a_bucket_gives_what_it_should() -> None:
    now = 0.0
    bucket = Bucket(1000, lambda: now)
    taken = 0
    while now < 100:
        if wait := bucket.wait():
            now += max(wait, 0.0001)
        else:
            bucket.took(bucket.slice)
            taken += bucket.slice
            now += 0.001
    assert 98_000 < taken < 101_000
    now += 1000
    burst = 0
    while not bucket.wait():
        bucket.took(50)
        burst += 50
    assert burst <= 300

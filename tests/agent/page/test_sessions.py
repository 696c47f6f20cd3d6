"""Who is logged in for how long, and how fast somebody may guess."""

from dataclasses import dataclass

from player.agent.page.sessions import LASTS, Attempts, Sessions


@dataclass
class Watch:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_session_lasts_twelve_hours_and_not_longer() -> None:
    watch = Watch()
    sessions = Sessions(watch)
    name = sessions.begin(b"stored")
    watch.seconds += LASTS - 1
    assert sessions.holds(name, b"stored")
    watch.seconds += 2
    assert not sessions.holds(name, b"stored")


def test_logging_out_and_another_password_end_it() -> None:
    sessions = Sessions()
    one, two = sessions.begin(b"stored"), sessions.begin(b"stored")
    assert one != two
    sessions.end(one)
    assert not sessions.holds(one, b"stored")
    assert not sessions.holds(two, b"another")
    assert not sessions.holds(two, b"stored")


def test_names_that_were_never_given_hold_nothing() -> None:
    sessions = Sessions()
    assert not any(sessions.holds(name, b"") for name in ("", "x", "\udc80", "a" * 10_000))


def test_a_token_belongs_to_one_visitor_of_one_process() -> None:
    sessions, others = Sessions(), Sessions()
    token = sessions.token("visitor")
    assert sessions.is_token("visitor", token)
    assert not sessions.is_token("another", token)
    assert not sessions.is_token("", sessions.token(""))
    assert not others.is_token("visitor", token)


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    watch = Watch()
    attempts = Attempts(watch)
    waits = []
    for _try in range(14):
        watch.seconds += attempts.wait("10.0.0.9")
        attempts.failed("10.0.0.9")
        waits.append(attempts._each["10.0.0.9"].wait(watch.seconds, 3, 900.0))
    assert waits[:6] == [0, 0, 1, 2, 4, 8]
    assert waits[-1] == 900
    attempts.succeeded("10.0.0.9")
    assert attempts._each == {}


def test_many_addresses_together_wait_too_but_never_long() -> None:
    watch = Watch()
    attempts = Attempts(watch)
    for number in range(10):
        attempts.failed(f"10.0.0.{number}")
    assert attempts.wait("10.9.9.9") == 1
    for number in range(2000):
        attempts.failed(f"10.1.{number // 250}.{number % 250}")
    assert attempts.wait("10.9.9.9") == 60
    assert len(attempts._each) == 1000
    watch.seconds += 61
    assert attempts.wait("10.9.9.9") == 0

"""Units carried in types, so that seconds and microseconds cannot be mixed up.

Time is counted in whole microseconds: integers add up without rounding, so a rundown tiles exactly, and the
frame grid of any refresh rate can be computed from them (`pacing`).
"""

from datetime import UTC, datetime, timedelta
from typing import NewType

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

Span = NewType("Span", int)
"""A length of time in microseconds; never negative unless its user says so."""

SECOND = Span(1_000_000)
MINUTE = Span(60 * SECOND)
DAY = Span(24 * 60 * MINUTE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(value: float) -> Span:
    """`value` seconds as a span, to the nearest microsecond."""
    return Span(round(value * SECOND))


def instant_of(moment: datetime) -> Instant:
    """The instant of an aware datetime. A naive one is refused: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return Instant((moment - _EPOCH) // timedelta(microseconds=1))


def utc(instant: Instant) -> datetime:
    """The instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def iso(instant: Instant) -> str:
    """ISO 8601 in UTC, to the millisecond, as files and logs tell a moment."""
    return utc(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")

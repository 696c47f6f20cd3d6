"""What one agency alone may sign: to take something down, and to raise an alert that both have signed before.

`Takedown` can only forbid; `Alerts` can only pick a template, fill its slots and set an end.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from player.config.language import _
from player.core.codec import decode, encode
from player.core.faults import TrustFault
from player.core.units import Instant, instant_of
from player.trust.manifest import EVERY_GATE

FORMAT = 1
MOST_SHAS, MOST_ALERTS, MOST_SLOTS, MOST_LETTERS = 10_000, 50, 20, 500

T = TypeVar("T", "Takedown", "Alerts")


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A file that no gate may show, by its SHA-256; `name` and `reason` are for people."""

    sha256: str
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Takedown:
    """What may not be shown, and the gates ("*": all) whose walls are to be black, until another is signed."""

    files: tuple[Forbidden, ...] = ()
    blank: tuple[str, ...] = ()
    format: int = FORMAT

    def blanks(self, gate: str) -> bool:
        """Whether the wall of `gate` is to be black."""
        return gate in self.blank or EVERY_GATE in self.blank


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `template` names one of the signed ones, `slots` fill it, `gates` ("*": all) show it. `since` and
    `until` are ISO 8601 with an offset, half-open."""

    id: str
    template: str
    slots: tuple[tuple[str, str], ...]
    gates: tuple[str, ...]
    since: str
    until: str

    def is_for(self, gate: str) -> bool:
        return gate in self.gates or EVERY_GATE in self.gates

    def stretch(self) -> tuple[Instant, Instant]:
        """From when until when. ValueError when these are no instants."""
        since, until = (instant_of(datetime.fromisoformat(text)) for text in (self.since, self.until))
        return since, until


@dataclass(frozen=True, slots=True)
class Alerts:
    alerts: tuple[Alert, ...] = ()
    format: int = FORMAT


def dump(value: Takedown | Alerts) -> bytes:
    """The bytes to sign."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":")).encode()


def read_takedown(data: bytes) -> Takedown:
    """TrustFault with the reason when it cannot be used."""
    takedown = _read(Takedown, data)
    _limit(len(takedown.files), MOST_SHAS)
    return takedown


def read_alerts(data: bytes) -> Alerts:
    """TrustFault with the reason when it cannot be used."""
    alerts = _read(Alerts, data)
    _limit(len(alerts.alerts), MOST_ALERTS)
    for alert in alerts.alerts:
        _limit(len(alert.slots), MOST_SLOTS)
        _limit(max((len(text) for _name, text in alert.slots), default=0), MOST_LETTERS)
        try:
            since, until = alert.stretch()
        except ValueError as error:
            raise _unreadable(error) from error
        if until <= since:
            raise _unreadable(ValueError(f"{alert.id}: it ends before it begins"))
    return alerts


def iso(moment: datetime) -> str:
    """An instant as it is written in what is signed: UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _read(kind: type[T], data: bytes) -> T:
    try:
        value = decode(kind, json.loads(data))
    except (ValueError, RecursionError) as error:
        raise _unreadable(error) from error
    if value.format != FORMAT:
        raise TrustFault(_("what was signed is of a newer version; bring this player up to date"))
    return value


def _limit(count: int, most: int) -> None:
    if count > most:
        raise _unreadable(ValueError(f"{count} > {most}"))


def _unreadable(error: Exception) -> TrustFault:
    return TrustFault(_("what was signed cannot be read: {reason}").format(reason=error))

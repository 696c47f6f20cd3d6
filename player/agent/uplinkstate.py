"""How the reports to the province go, for the status: facts that cross from their thread to the main loop."""

from dataclasses import dataclass

OFF, GOOD, UNREACHABLE, REFUSED, STUCK = "off", "good", "unreachable", "refused", "stuck"
"""What `state` says: off has no token or nowhere to send; good has told the province how the gate is; unreachable
cannot; refused has a token that is not taken; stuck tells how the gate is, but days of the play log are not taken."""


@dataclass(frozen=True, slots=True)
class UplinkState:
    """Instants are ISO 8601 in UTC, empty for never. `last` is when a report last arrived, `since` when the state
    became what it is; `delivered` is the number of the last day that the server has, `waiting` how many it has not."""

    state: str = OFF
    since: str = ""
    server: str = ""
    last: str = ""
    delivered: int = 0
    waiting: int = 0
    reason: str = ""

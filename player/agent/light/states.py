"""How the commands for the lights and the controller are, for the status: facts that cross to the main loop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LightsState:
    """`on`: the lights are meant to be on; `done`: the command for that, if there is one, has succeeded; else `fault`
    says why not. `since` is when they were last meant to change, ISO 8601 in UTC."""

    on: bool
    since: str
    done: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ControllerState:
    """`name` is what config.yaml names; `confirmed` the share of full light that it said it has, None: never yet;
    `failing` is when it was first amiss, empty while it is well, and `fault` why."""

    name: str
    confirmed: float | None = None
    failing: str = ""
    fault: str = ""

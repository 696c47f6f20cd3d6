"""When to try again what has failed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds until the next try: after the first failure, and at most as failures go on."""

    first: float
    longest: float

    def wait(self, failures: int) -> float:
        return min(self.first * 2.0 ** min(failures - 1, 20), self.longest)

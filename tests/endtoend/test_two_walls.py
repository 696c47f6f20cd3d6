"""Two walls with the same show agree on every frame, and one that is started again in mid-film agrees at once.

`python -m bench.twowalls` plays for minutes and tells the share.
"""

from pathlib import Path

from player.core.units import Instant
from tests.endtoend.daemon import Daemon
from tests.endtoend.twins import Sampler, Verdict, judge, now, of_both, run_of_same, told, write_twins
from tests.endtoend.xserver import XServer

IN_A_ROW = 12
"""Output frames: four or five pictures of the film come up in them, each on both walls in the same one. Walls that do
not agree on when a picture is due never come to so many; on a busy machine they do so in a good moment."""


def test_two_walls_agree_also_after_a_restart(tmp_path: Path) -> None:
    one, two = write_twins(tmp_path)
    with (
        XServer(tmp_path / "left") as left,
        XServer(tmp_path / "right") as right,
        Sampler(left, right, tmp_path) as sampler,
        Daemon(one, left.display, verb="wall") as wall,
    ):

        def agree(since: Instant) -> bool:
            return run_of_same([judge(sample) for sample in sampler.samples(since)]) >= IN_A_ROW

        since = []
        for _ in range(2):
            since.append(now())
            with Daemon(two, right.display, verb="wall") as other:
                other.wait_for(lambda: agree(since[-1]), "pictures in the same frames", 90)
                seen = of_both(sampler.samples(since[-1]))
            print(told(seen))
            assert [str(sample) for sample in seen if judge(sample) is Verdict.OTHER] == []
        wall.stop()

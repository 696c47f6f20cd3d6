"""Why nothing was shown."""

from hypothesis import given, settings
from hypothesis import strategies as st

from player.core.units import SECOND, Instant
from player.report.gaps import Cause, Mark, Stretch, explain


def stretch(start: int, end: int) -> Stretch:
    return Stretch(Instant(start * SECOND), Instant(end * SECOND))


def mark(cause: Cause, start: int, end: int, reason: str = "") -> Mark:
    return Mark(stretch(start, end), cause, reason)


def told(holes: list[Stretch], *marks: Mark) -> list[tuple[int, int, Cause]]:
    return [(gap.start // SECOND, gap.end // SECOND, gap.cause) for gap in explain(holes, marks)]


def test_a_hole_is_cut_where_its_cause_changes() -> None:
    marks = (mark(Cause.DARK, 0, 40), mark(Cause.POWER, 30, 60), mark(Cause.FAULT, 80, 80))
    assert told([stretch(10, 100)], *marks) == [(10, 40, Cause.DARK), (40, 60, Cause.POWER), (60, 100, Cause.FAULT)]


def test_marks_beside_a_hole_do_not_explain_it() -> None:
    marks = (mark(Cause.POWER, 0, 10), mark(Cause.FAULT, 30, 30), mark(Cause.CLOCK, 20, 25))
    assert told([stretch(10, 20)], *marks) == [(10, 20, Cause.EMPTY)]


def test_one_mark_explains_several_holes() -> None:
    night = mark(Cause.DARK, 0, 100)
    assert told([stretch(50, 60), stretch(10, 20)], night) == [(10, 20, Cause.DARK), (50, 60, Cause.DARK)]


def test_many_marks_in_many_holes_take_no_time() -> None:
    holes = [stretch(4 * number, 4 * number + 2) for number in range(20_000)]
    marks = [mark(Cause.PLAYER, number, number + 1) for number in range(80_000)]
    assert len(explain(holes, marks)) == 20_000


moments = st.integers(0, 60)
stretches = st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: stretch(*pair))


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(moments, unique=True, max_size=12),
    marks=st.lists(st.builds(Mark, stretches, st.sampled_from(Cause), st.sampled_from(["", "x"])), max_size=12),
)
def test_the_pieces_tile_the_holes(edges: list[int], marks: list[Mark]) -> None:
    ordered = sorted(edges)
    holes = [stretch(start, end) for start, end in zip(ordered[::2], ordered[1::2], strict=False)]
    gaps = explain(holes, marks)
    assert sum(gap.span for gap in gaps) == sum(hole.end - hole.start for hole in holes)
    assert all(any(hole.start <= gap.start < gap.end <= hole.end for hole in holes) for gap in gaps)
    # The pieces of one cause may come from several marks: looked at second by second.
    for gap in gaps:
        for second in range(gap.start, gap.end, SECOND):
            causes = {one.cause for one in marks if one.stretch.start <= second < one.stretch.end}
            assert gap.cause in causes or gap.cause in (Cause.EMPTY, Cause.FAULT)

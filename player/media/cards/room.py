"""Which pixels of a card are still free: whatever is put somewhere has them for itself."""

from collections.abc import Callable, Iterable, Iterator

from player.core.geometry import Rect, Size


class Room:
    """An area that fills up. Between two pieces stay `gap` pixels; a hairline, as of a zone's edge, comes closer."""

    def __init__(self, area: Rect, gap: int) -> None:
        self.area, self.gap = area, gap
        self.pieces: list[Rect] = []
        self._hairlines: list[Rect] = []

    def keep_off(self, hairlines: Iterable[Rect]) -> None:
        """No piece is to lie on these."""
        self._hairlines += [line for line in hairlines if not line.empty]

    def take(self, rect: Rect) -> bool:
        """Take these very pixels; False, and nothing taken, where they are not free."""
        if not self._is_free(rect):
            return False
        self.pieces.append(rect)
        return True

    def find(self, size: Size, within: Rect | None = None) -> Rect | None:
        """The highest free place of that size, of several the leftmost; it is taken."""
        area = self.area if within is None else within.intersection(self.area)
        if area is None:
            return None
        for y in sorted({area.y, *self._edges(lambda rect: rect.bottom)}):
            for x in sorted({area.x, *self._edges(lambda rect: rect.right)}):
                rect = Rect(x, y, *size)
                if area.covers(rect) and self.take(rect):
                    return rect
        return None

    def near(self, size: Size, within: Rect) -> Rect | None:
        """The free place of that size that is nearest to the middle of `within`, in steps; it is taken."""
        x, y = within.x + (within.width - size.width) // 2, within.y + (within.height - size.height) // 2
        tries = (Rect(x + dx, y + dy, *size) for dx, dy in _spiral(within))
        return next((rect for rect in tries if within.covers(rect) and self.take(rect)), None)

    def _edges(self, edge: Callable[[Rect], int]) -> Iterator[int]:
        yield from (edge(rect) + self.gap for rect in self.pieces)
        yield from (edge(line) + 2 for line in self._hairlines)

    def _is_free(self, rect: Rect) -> bool:
        if rect.empty or not self.area.covers(rect):
            return False
        grown = Rect(rect.x - self.gap, rect.y - self.gap, rect.width + 2 * self.gap, rect.height + 2 * self.gap)
        near = Rect(rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2)
        return not any(grown.intersection(piece) for piece in self.pieces) and not any(
            near.intersection(line) for line in self._hairlines
        )


def _spiral(within: Rect) -> Iterator[tuple[int, int]]:
    """Steps away from the middle, the nearest first."""
    columns = range(-within.width // 2, within.width // 2 + 1, max(1, within.width // 40))
    rows = range(-within.height // 2, within.height // 2 + 1, max(1, within.height // 40))
    steps = [(x, y) for x in columns for y in rows]
    yield from sorted([(0, 0), *steps], key=lambda step: step[0] ** 2 + step[1] ** 2)

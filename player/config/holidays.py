"""Holidays by name, as dates: Tết and its like follow the Vietnamese lunar calendar, which the library knows."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from player.config.suggest import nearest, slug, unknown
from player.core.model import DateRange

YEARS = range(2020, 2061)
"""The years that a named holiday stands for; a show has to end somewhere."""

Days = tuple[date, date]

_FIXED = {
    "nam-moi": (1, 1),
    "giai-phong": (4, 30),
    "lao-dong": (5, 1),
    "quoc-te-phu-nu": (3, 8),
    "phu-nu-viet-nam": (10, 20),
    "nha-giao": (11, 20),
    "van-hoa": (11, 24),
    "noel": (12, 25),
}
_BY_LIBRARY = {"tet": "Lunar New Year", "gio-to-hung-vuong": "Hung Kings", "quoc-khanh": "National Day"}
_OTHER_NAMES = {
    "tet-nguyen-dan": "tet",
    "lunar-new-year": "tet",
    "gio-to": "gio-to-hung-vuong",
    "hung-vuong": "gio-to-hung-vuong",
    "hung-kings": "gio-to-hung-vuong",
    "tet-duong-lich": "nam-moi",
    "new-year": "nam-moi",
    "giai-phong-mien-nam": "giai-phong",
    "thong-nhat": "giai-phong",
    "reunification": "giai-phong",
    "quoc-te-lao-dong": "lao-dong",
    "labour": "lao-dong",
    "labor": "lao-dong",
    "national": "quoc-khanh",
    "national-day": "quoc-khanh",
    "womens-day": "quoc-te-phu-nu",
    "vietnamese-women": "phu-nu-viet-nam",
    "teachers": "nha-giao",
    "culture": "van-hoa",
    "giang-sinh": "noel",
    "christmas": "noel",
}
NAMES = (*_BY_LIBRARY, *_FIXED)


def holiday(word: str) -> str:
    """The name in NAMES that `word` means: its Vietnamese name with or without accents, or its English one."""
    name = slug(word)
    name = _OTHER_NAMES.get(name, name)
    if name not in NAMES:
        near = nearest(name, [*NAMES, *_OTHER_NAMES])
        raise unknown(word, [near] if near else NAMES)
    return name


def dates_of(name: str, before: int = 0, after: int = 0) -> tuple[DateRange, ...]:
    """When the holiday `name` is, each year of YEARS, begun `before` days earlier and ended `after` days later."""
    find = _finder(name)
    return tuple(DateRange(first - timedelta(before), last + timedelta(after)) for first, last in map(find, YEARS))


def _finder(name: str) -> Callable[[int], Days]:
    if name in _FIXED:
        month, day = _FIXED[name]
        return lambda year: (date(year, month, day), date(year, month, day))
    return lambda year: _by_library()[name, year]


@cache
def _by_library() -> dict[tuple[str, int], Days]:
    # Imported when a holiday is first named: the library is large, and most playlists name none.
    from holidays import country_holidays

    found: dict[tuple[str, int], Days] = {}
    calendar = country_holidays("VN", years=YEARS, observed=False, language="en_US")
    for day, names in sorted(calendar.items()):
        for name, said in _BY_LIBRARY.items():
            if said in names:
                first, _last = found.get((name, day.year), (day, day))
                found[name, day.year] = first, day
    return found

"""The words of reports: numbers, lengths of time, dates, and what the codes of the log mean."""

from datetime import date, datetime

from player.config.language import _, language_in_use
from player.core.units import MINUTE, SECOND, Span
from player.report.figures import Value
from player.report.gaps import Cause


def number(value: float, digits: int = 0) -> str:
    """A number as it is written in the language in use."""
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if language_in_use() == "vi" else text


def percent(share: float) -> str:
    return f"{number(100 * share, 1)} %"


def span(length: Span) -> str:
    """How long something lasted: 8 s, 12 min, 3 h 20 min, 1,204 h."""
    if length < MINUTE:
        return _("{count} s").format(count=number(length / SECOND))
    minutes = round(length / MINUTE)
    if minutes < 60:
        return _("{count} min").format(count=minutes)
    hours, rest = divmod(minutes, 60)
    said = _("{count} h").format(count=number(hours))
    return said + (" " + _("{count} min").format(count=rest) if rest and hours < 100 else "")


def day(moment: date) -> str:
    return moment.strftime("%d/%m/%Y" if language_in_use() == "vi" else "%Y-%m-%d")


def moment(at: datetime | None) -> str:
    if at is None:
        return "–"
    return at.strftime("%d/%m/%Y %H:%M" if language_in_use() == "vi" else "%Y-%m-%d %H:%M")


def column(name: str) -> str:
    """The heading of a column."""
    names = {
        "title": _("Item"),
        "kind": _("Kind"),
        "asset": "SHA-256",
        "theme": _("Theme"),
        "lang": _("Language"),
        "agency": _("Agency"),
        "level": _("Level"),
        "gate": _("Gate"),
        "day": _("Day"),
        "playlist": _("Playlist"),
        "zone": _("Zone"),
        "source": _("Source"),
    }
    return names.get(name, name)


def value(name: str, of: Value) -> str:
    """What stands in a column, for people."""
    if isinstance(of, date):
        return day(of)
    if not of:
        return _("(not said)")
    if name == "lang":
        return language(of)
    codes = {"level": levels, "kind": kinds, "source": sources}.get(name)
    return codes().get(of, of) if codes else of


def language(code: str) -> str:
    """The name of a language; its code where we know no name."""
    names = {
        "vi": _("Vietnamese"),
        "en": _("English"),
        "zh": _("Chinese"),
        "lo": _("Lao"),
        "km": _("Khmer"),
        "th": _("Thai"),
        "hmn": _("Hmong"),
        "tai": _("Tai"),
    }
    return names.get(code.lower(), code)


def levels() -> dict[str, str]:
    return {"normal": _("normal"), "priority": _("priority"), "emergency": _("emergency")}


def kinds() -> dict[str, str]:
    return {
        "picture": _("picture"),
        "film": _("film"),
        "page": _("page"),
        "notice": _("notice"),
        "banner": _("banner"),
        "clock": _("clock"),
    }


def sources() -> dict[str, str]:
    return {
        "playlists": _("playlists"),
        "folder": _("watched folder"),
        "central": _("central server"),
        "usb": _("stick"),
    }


def cause(of: Cause) -> str:
    """Why nothing was shown."""
    names = {
        Cause.DARK: _("lights out"),
        Cause.BLACKOUT: _("blackout"),
        Cause.TESTCARD: _("test card"),
        Cause.POWER: _("no power, or computer off"),
        Cause.PLAYER: _("player not running"),
        Cause.CLOCK: _("clock set forward"),
        Cause.FAULT: _("items could not be shown"),
        Cause.UNLOGGED: _("days of the log missing"),
        Cause.EMPTY: _("nothing was to be shown"),
    }
    return names[of]


def dimension(name: str) -> str:
    """By what figures are told apart."""
    names = {
        "item": _("By item"),
        "theme": _("By theme"),
        "language": _("By language"),
        "agency": _("By agency"),
        "level": _("By level"),
        "gate": _("By gate"),
        "day": _("By day"),
        "playlist": _("By playlist"),
        "zone": _("By zone"),
        "kind": _("By kind"),
        "source": _("By source"),
    }
    return names[name]


def figures() -> tuple[str, ...]:
    """The headings of figures, in the order in which all tables have them."""
    return (_("Plays"), _("Completed"), _("Time shown"), _("Share of open time"), _("First shown"), _("Last shown"))

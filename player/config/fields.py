"""The kinds of values that several groups share, each with its reader and the JSON Schema of its short forms."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from player.config import units
from player.config.checking import Part
from player.config.language import _
from player.config.suggest import WordingError, slug
from player.config.yamlsource import shown
from player.core.units import Span


def any_of(*schemas: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": list(schemas)}


def pattern(regex: str, *examples: str) -> dict[str, Any]:
    return {"type": "string", "pattern": regex, **({"examples": list(examples)} if examples else {})}


def one_of(*words: str) -> dict[str, Any]:
    return {"enum": list(words)}


_MOST_TITLE = 200
_LANG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
TEMPLATE = "^https?://[^/]+/.*[{]name[}]"
# Those with which a request itself is described are none of these.
HEADER = "^(Authorization|[Xx]-[A-Za-z0-9-]{1,60}|[A-Za-z]+-[Tt]oken|[A-Za-z]+-[Kk]ey)$"
# Country codes that are taken for languages.
_LANGS = {"vn": "vi", "cn": "zh", "kh": "km", "la": "lo", "jp": "ja", "kr": "ko", "tw": "zh-Hant"}


def title(value: Any) -> str:
    """A short text on one line."""
    word = units.text(value).strip()
    if len(word) > _MOST_TITLE or "\n" in word:
        raise WordingError(_("a title is one line of at most {limit} letters").format(limit=_MOST_TITLE))
    return word


def name(value: Any) -> str:
    """A name that can be part of a file name and of an address."""
    word = units.text(value).strip()
    if not units.matches(units.SLUG, word) or len(word) > 64:
        said = _('"{word}" is no name here: small letters, digits and hyphens, such as {example}')
        raise WordingError(said.format(word=shown(word), example=slug(word)[:64].strip("-") or "kim-thanh-2"))
    return word


def lang(value: Any) -> str:
    """A language as BCP 47 writes it: vi, zh, km …"""
    word = units.text(value).strip()
    if word in _LANGS:
        said = _('"{word}" is no language; did you mean {near}?')
        raise WordingError(said.format(word=word, near=_LANGS[word]))
    if not units.matches(_LANG, word):
        raise WordingError(_('"{word}" is no language; write vi, zh, lo, km, th, en …').format(word=shown(word)))
    return word


def url(value: Any) -> str:
    """The address of a web server."""
    word = units.text(value).strip()
    try:
        parts = urlsplit(word)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in word):
        raise WordingError(_('"{word}" is no web address; it begins with https://').format(word=shown(word)))
    return word


def template(value: Any) -> str:
    """An address with `{name}` in it, which stands for the name of what is put there; `{gate}` for that of the gate."""
    word = units.text(value).strip()
    filled = word.replace("{name}", "x").replace("{gate}", "x")
    url(filled)
    if "{name}" not in word.partition("://")[2].partition("/")[2] or set(filled) & set("{}"):
        said = _('"{word}" says no {{name}}; write https://…/{{gate}}/{{name}}')
        raise WordingError(said.format(word=shown(word)))
    return word


def header(value: Any) -> str:
    """The name of a header of HTTP that may carry a token."""
    word = units.text(value).strip()
    if not units.matches(HEADER, word):
        said = _('"{word}" cannot carry a token; write Authorization, or another name such as X-Auth-Token')
        raise WordingError(said.format(word=shown(word)))
    return word


def on_or_every(value: Any) -> Span | None:
    """ "on": always; "off": never, None; "10m": so often at most."""
    word = units.text(value).strip().casefold()
    if word in units.YES_NO:
        return Span(0) if units.YES_NO[word] else None
    return units.duration(value)


def group(value: Any) -> Any:
    """A group whose every line is commented out is an empty group."""
    return {} if value is None else value


def as_group(model: type[Part]) -> BeforeValidator:
    """Lets an empty value stand for a `model` of which nothing is written."""
    return BeforeValidator(group, json_schema_input_type=model | None)


_SCALAR: dict[str, Any] = {"type": ["string", "number"], "minLength": 1}
DURATION = any_of(pattern(units.DURATION, "8s", "600ms", "1h30m"), {"type": "number", "exclusiveMinimum": 0})
_COLOUR = any_of(pattern(units.COLOUR, "#FFFFFF"), one_of(*units.COLOURS))

Text = Annotated[str, PlainValidator(units.text), WithJsonSchema(_SCALAR)]
Title = Annotated[str, PlainValidator(title), WithJsonSchema(_SCALAR | {"maxLength": _MOST_TITLE})]
Name = Annotated[str, PlainValidator(name), WithJsonSchema(pattern(units.SLUG) | {"maxLength": 64})]
Lang = Annotated[str, PlainValidator(lang), WithJsonSchema(pattern(_LANG, "vi", "zh", "lo", "km", "th", "en"))]
Url = Annotated[str, PlainValidator(url), WithJsonSchema(pattern("^https?://.+"))]
_yes_or_no = PlainValidator(lambda value: units.choice(value, units.YES_NO))
_YES_NO = WithJsonSchema(any_of({"type": "boolean"}, one_of("on", "off", "yes", "no")))
YesNo = Annotated[bool, _yes_or_no, _YES_NO]
YesNoOrUnsaid = Annotated[bool | None, _yes_or_no, _YES_NO]
Duration = Annotated[Span | None, PlainValidator(units.duration), WithJsonSchema(DURATION)]
Colour = Annotated[str | None, PlainValidator(units.colour), WithJsonSchema(_COLOUR)]
Share = Annotated[float | None, PlainValidator(units.share), WithJsonSchema(pattern(units.PERCENT, "12%"))]
Volume = Annotated[
    float | None,
    PlainValidator(units.volume),
    WithJsonSchema(
        any_of(
            {"type": "boolean"},
            one_of("on", "off", "yes", "no"),
            {"type": "number", "minimum": 0, "maximum": 100},
            pattern(units.PERCENT, "80%"),
        )
    ),
]

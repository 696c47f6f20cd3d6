"""Frozen dataclasses to JSON values and back, driven by their annotations.

Only what the model uses: str, int, float, bool, None, date, Enum, NamedTuple, tuple, frozenset, NewType, Literal, and
dataclasses and their unions (told apart by a "type" key). A value that does not fit raises ValueError with its
path, as in `Show.playlists[3].items[0].span: int expected, not '8s'`.
"""

import dataclasses
import types
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from enum import Enum
from functools import cache
from itertools import repeat
from typing import Any, Literal, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
JsonValue = Any
_Decoder = Callable[[JsonValue], Any]


class _Unfit(ValueError):
    """What does not fit. `path` is told from the inside out by those through whom it passes: nearly everything fits,
    and a path made for each value beforehand would cost more than reading it."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.path: list[str] = []


def encode(value: object, *, brief: bool = False) -> JsonValue:
    """`value` as JSON-able lists, dicts and scalars; in `brief` without the fields that have their default."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [f for f in dataclasses.fields(value) if not brief or getattr(value, f.name) != f.default]
        return {"type": type(value).__name__, **{f.name: encode(getattr(value, f.name), brief=brief) for f in fields}}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(encode(part, brief=brief) for part in value)
    if isinstance(value, tuple):
        return [encode(part, brief=brief) for part in value]
    return value


def decode(kind: type[T], value: JsonValue) -> T:
    """The `kind` that `encode` wrote as `value`. Raises ValueError, with the path of what does not fit."""
    try:
        return cast(T, _decoder(cast(Hashable, kind))(value))
    except _Unfit as error:
        raise ValueError(f"{kind.__name__}{''.join(reversed(error.path))}: {error}") from error


@cache
def _decoder(kind: Any) -> _Decoder:
    if isinstance(kind, NewType):
        return _decoder(cast(Hashable, kind.__supertype__))
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is Literal:
        return _literal(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is frozenset:
        return _frozenset(get_args(kind)[0])
    if isinstance(kind, type):
        return _simple(kind)
    raise TypeError(f"no way to read a {kind!r}")


def _simple(kind: type[Any]) -> _Decoder:
    if dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, tuple):
        return _namedtuple(kind)
    if issubclass(kind, Enum):
        return _enum(kind)
    if kind is date:
        return _date
    if kind is float:
        return _float
    return _scalar(kind)


def _unfit(expected: str, value: JsonValue) -> _Unfit:
    """The error that names what stands there, shortened."""
    shown = repr(value)
    return _Unfit(f"{expected} expected, not {shown if len(shown) <= 60 else shown[:57] + '...'}")


def _scalar(kind: type[Any]) -> _Decoder:
    def scalar(value: JsonValue) -> Any:
        if type(value) is not kind:
            raise _unfit(kind.__name__, value)
        return value

    return scalar


def _float(value: JsonValue) -> float:
    if type(value) in (int, float) and -1e300 < value < 1e300:
        return float(value)
    raise _unfit("a number", value)


def _date(value: JsonValue) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _unfit("a date", value) from error


def _enum(kind: type[Enum]) -> _Decoder:
    members = {(type(member.value), member.value): member for member in kind}

    def enum(value: JsonValue) -> Enum:
        try:
            return members[type(value), value]
        except (KeyError, TypeError):
            raise _unfit(f"a {kind.__name__}", value) from None

    return enum


def _literal(choices: tuple[Any, ...]) -> _Decoder:
    def literal(value: JsonValue) -> Any:
        if value not in choices:
            raise _unfit(" or ".join(map(repr, choices)), value)
        return value

    return literal


def _list(value: JsonValue) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _unfit("a list", value)


def _each(parts: Iterable[_Decoder], values: list[Any]) -> list[Any]:
    found: list[Any] = []
    try:
        for part, value in zip(parts, values, strict=False):
            found.append(part(value))
    except _Unfit as error:
        error.path.append(f"[{len(found)}]")
        raise
    return found


def _tuple(args: tuple[Any, ...]) -> _Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        part = repeat(_decoder(args[0]))
        return lambda value: tuple(_each(part, value)) if _list(value) else ()
    return _fixed([_decoder(arg) for arg in args])


def _fixed(parts: list[_Decoder]) -> _Decoder:
    def fixed(value: JsonValue) -> tuple[Any, ...]:
        if len(_list(value)) != len(parts):
            raise _unfit(f"a list of {len(parts)}", value)
        return tuple(_each(parts, value))

    return fixed


def _namedtuple(kind: type[Any]) -> _Decoder:
    parts = _fixed([_decoder(hint) for hint in get_type_hints(kind).values()])
    return lambda value: kind(*parts(value))


def _frozenset(arg: Any) -> _Decoder:
    part = repeat(_decoder(arg))
    return lambda value: frozenset(_each(part, _list(value)))


def _union(args: tuple[Any, ...]) -> _Decoder:
    kinds = [arg for arg in args if arg is not type(None)]
    named = {arg.__name__: _dataclass(arg) for arg in kinds if dataclasses.is_dataclass(arg) and isinstance(arg, type)}
    plain = [_decoder(arg) for arg in kinds if not dataclasses.is_dataclass(arg)]
    optional = type(None) in args

    def union(value: JsonValue) -> Any:
        if value is None and optional:
            return None
        name = value.get("type") if isinstance(value, dict) else None
        if isinstance(name, str) and name in named:
            return named[name](value)
        if len(plain) == 1:
            return plain[0](value)
        raise _unfit(" or ".join(named), value)

    return union


def _default(field: "dataclasses.Field[Any]") -> JsonValue:
    """The default of a field, as it is written; for one without, what nothing is equal to."""
    return object() if field.default is dataclasses.MISSING else encode(field.default)


def _dataclass(kind: type[Any]) -> _Decoder:
    hints = get_type_hints(kind)
    # Most of what is read is what its field has by itself: to see that costs less than to make it once more.
    parts = [(field.name, _decoder(hints[field.name]), _default(field)) for field in dataclasses.fields(kind)]

    def build(value: JsonValue) -> Any:
        if not isinstance(value, dict) or value.get("type", kind.__name__) != kind.__name__:
            raise _unfit(f"a {kind.__name__}", value)
        given: dict[str, Any] = {}
        name = ""
        try:
            for name, part, default in parts:
                # What a newer version added is passed over; what it left out takes its default or is an error.
                if name in value and ((one := value[name]) != default or type(one) is not type(default)):
                    given[name] = part(one)
        except _Unfit as error:
            error.path.append(f".{name}")
            raise
        try:
            return kind(**given)
        except (TypeError, ValueError) as error:
            raise _Unfit(str(error)) from error

    return build

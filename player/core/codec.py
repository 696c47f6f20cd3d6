"""Frozen dataclasses to JSON values and back, driven by their annotations.

Only what the model uses: str, int, float, bool, None, date, Enum, NamedTuple, tuple, frozenset, NewType, Literal, and
dataclasses and their unions (told apart by a "type" key). A value that does not fit raises ValueError with its
path, as in `Show.playlists[3].items[0].span: int expected, not '8s'`.
"""

import dataclasses
import types
from collections.abc import Callable, Hashable
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Literal, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
JsonValue = Any
_Decoder = Callable[[JsonValue, str], Any]


def encode(value: object) -> JsonValue:
    """`value` as JSON-able lists, dicts and scalars."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(encode(part) for part in value)
    if isinstance(value, tuple):
        return [encode(part) for part in value]
    return value


def decode(kind: type[T], value: JsonValue) -> T:
    """The `kind` that `encode` wrote as `value`. Raises ValueError, with the path of what does not fit."""
    return cast(T, _decoder(cast(Hashable, kind))(value, kind.__name__))


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


def _unfit(path: str, expected: str, value: JsonValue) -> ValueError:
    """The error that names the place and what stands there, shortened."""
    shown = repr(value)
    return ValueError(f"{path}: {expected} expected, not {shown if len(shown) <= 60 else shown[:57] + '...'}")


def _scalar(kind: type[Any]) -> _Decoder:
    def scalar(value: JsonValue, path: str) -> Any:
        if type(value) is not kind:
            raise _unfit(path, kind.__name__, value)
        return value

    return scalar


def _float(value: JsonValue, path: str) -> float:
    if type(value) in (int, float) and -1e300 < value < 1e300:
        return float(value)
    raise _unfit(path, "a number", value)


def _date(value: JsonValue, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _unfit(path, "a date", value) from error


def _enum(kind: type[Enum]) -> _Decoder:
    members = {(type(member.value), member.value): member for member in kind}

    def enum(value: JsonValue, path: str) -> Enum:
        if not isinstance(value, Hashable) or (type(value), value) not in members:
            raise _unfit(path, f"a {kind.__name__}", value)
        return members[type(value), value]

    return enum


def _literal(choices: tuple[Any, ...]) -> _Decoder:
    def literal(value: JsonValue, path: str) -> Any:
        if value not in choices:
            raise _unfit(path, " or ".join(map(repr, choices)), value)
        return value

    return literal


def _list(value: JsonValue, path: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _unfit(path, "a list", value)


def _tuple(args: tuple[Any, ...]) -> _Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        part = _decoder(args[0])
        return lambda value, path: tuple([part(one, f"{path}[{n}]") for n, one in enumerate(_list(value, path))])
    return _fixed([_decoder(arg) for arg in args])


def _fixed(parts: list[_Decoder]) -> _Decoder:
    def fixed(value: JsonValue, path: str) -> tuple[Any, ...]:
        if len(_list(value, path)) != len(parts):
            raise _unfit(path, f"a list of {len(parts)}", value)
        return tuple([part(one, f"{path}[{n}]") for n, (part, one) in enumerate(zip(parts, value, strict=True))])

    return fixed


def _namedtuple(kind: type[Any]) -> _Decoder:
    parts = _fixed([_decoder(hint) for hint in get_type_hints(kind).values()])
    return lambda value, path: kind(*parts(value, path))


def _frozenset(arg: Any) -> _Decoder:
    part = _decoder(arg)
    return lambda value, path: frozenset([part(one, f"{path}[{n}]") for n, one in enumerate(_list(value, path))])


def _union(args: tuple[Any, ...]) -> _Decoder:
    kinds = [arg for arg in args if arg is not type(None)]
    named = {arg.__name__: _dataclass(arg) for arg in kinds if dataclasses.is_dataclass(arg) and isinstance(arg, type)}
    plain = [_decoder(arg) for arg in kinds if not dataclasses.is_dataclass(arg)]
    optional = type(None) in args

    def union(value: JsonValue, path: str) -> Any:
        if value is None and optional:
            return None
        name = value.get("type") if isinstance(value, dict) else None
        if isinstance(name, str) and name in named:
            return named[name](value, path)
        if len(plain) == 1:
            return plain[0](value, path)
        raise _unfit(path, " or ".join(named), value)

    return union


def _dataclass(kind: type[Any]) -> _Decoder:
    hints = get_type_hints(kind)
    parts = [(field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind)]

    def build(value: JsonValue, path: str) -> Any:
        if not isinstance(value, dict) or value.get("type", kind.__name__) != kind.__name__:
            raise _unfit(path, f"a {kind.__name__}", value)
        # What a newer version added is passed over; what it left out takes its default or is an error.
        given = {name: part(value[name], f"{path}.{name}") for name, part in parts if name in value}
        try:
            return kind(**given)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from error

    return build

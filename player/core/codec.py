"""Frozen dataclasses to JSON values and back, driven by their annotations.

Only what the model uses: str, int, float, bool, None, date, Enum, NamedTuple, tuple, frozenset, NewType, dataclasses,
and unions of dataclasses (told apart by a "type" key). A value that does not fit raises ValueError with its path.
"""

import dataclasses
import types
from collections.abc import Callable
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
JsonValue = Any


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
    """The `kind` that `encode` wrote as `value`."""
    return cast(T, _decoder(kind)(value, ""))


_Decoder = Callable[[JsonValue, str], Any]


@cache
def _decoder(kind: Any) -> _Decoder:
    if isinstance(kind, NewType):
        return _decoder(kind.__supertype__)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is frozenset:
        part = _decoder(get_args(kind)[0])
        return lambda value, path: frozenset(part(one, path) for one in _list(value, path))
    if dataclasses.is_dataclass(kind):
        return _dataclass(cast(type, kind))
    if isinstance(kind, type) and issubclass(kind, tuple):
        return lambda value, path: kind(*_list(value, path))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, path: kind(value)
    if kind is date:
        return lambda value, path: date.fromisoformat(_scalar(str)(value, path))
    return _scalar(kind)


def _scalar(kind: Any) -> _Decoder:
    def scalar(value: JsonValue, path: str) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise ValueError(f"{path}: {kind.__name__} expected, not {value!r}")
        return value

    return scalar


def _list(value: JsonValue, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{path}: a list expected, not {value!r}")
    return value


def _tuple(args: tuple[Any, ...]) -> _Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        part = _decoder(args[0])
        return lambda value, path: tuple([part(one, f"{path}[{n}]") for n, one in enumerate(_list(value, path))])
    parts = [_decoder(arg) for arg in args]

    def fixed(value: JsonValue, path: str) -> Any:
        if len(_list(value, path)) != len(parts):
            raise ValueError(f"{path}: {len(parts)} values expected")
        return tuple(part(one, path) for part, one in zip(parts, value, strict=True))

    return fixed


def _union(args: tuple[Any, ...]) -> _Decoder:
    named = {arg.__name__: _decoder(arg) for arg in args if dataclasses.is_dataclass(arg)}
    plain = [_decoder(arg) for arg in args if arg is not type(None) and not dataclasses.is_dataclass(arg)]
    optional = type(None) in args

    def union(value: JsonValue, path: str) -> Any:
        if value is None and optional:
            return None
        if isinstance(value, dict) and value.get("type") in named:
            return named[value["type"]](value, path)
        if len(plain) == 1:
            return plain[0](value, path)
        raise ValueError(f"{path}: none of {', '.join(named)}: {value!r}")

    return union


def _dataclass(kind: type) -> _Decoder:
    hints = get_type_hints(kind)
    parts = [(field.name, _decoder(hints[field.name])) for field in dataclasses.fields(kind)]

    def build(value: JsonValue, path: str) -> Any:
        if not isinstance(value, dict):
            raise ValueError(f"{path}: a {kind.__name__} expected, not {value!r}")
        # What a newer version added is passed over; what it left out takes its default or is an error.
        given = {name: part(value[name], f"{path}.{name}") for name, part in parts if name in value}
        try:
            return kind(**given)
        except TypeError as error:
            raise ValueError(f"{path}: {error}") from error

    return build

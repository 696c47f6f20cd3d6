"""What pydantic finds wrong, as faults with their place and in the language in use."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from player.config.language import _
from player.config.suggest import WordingError, nearest
from player.config.units import kind_of
from player.config.yamlsource import Document, Loc
from player.core.faults import Fault


class Part(BaseModel):
    """A group of keys as somebody wrote it: immutable, and what is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Part)

# What people write for keys that are named otherwise; likeness of letters would not find these.
SYNONYMS = {
    "picture": "image",
    "photo": "image",
    "img": "image",
    "film": "video",
    "movie": "video",
    "pdf": "pages",
    "document": "pages",
    "dir": "folder",
    "directory": "folder",
    "message": "notice",
    "ticker": "banner",
    "duration": "for",
    "seconds": "for",
    "length": "for",
    "last": "until",
    "end": "until",
    "to": "until",
    "start": "from",
    "first": "from",
    "volume": "sound",
    "audio": "sound",
    "language": "lang",
    "colour": "ink",
    "color": "ink",
    "name": "title",
    "schedule": "when",
    "date": "dates",
    "day": "days",
    "times": "time",
    "zones": "layout",
    "resolution": "canvas",
    "playlist": "items",
    "position": "at",
    "mirror": "flip",
    "turn": "rotate",
    "rss": "feed",
    "atom": "feed",
    "url": "feed",
}


def check(model: type[Model], document: Document, loc: Loc, value: Any) -> tuple[Model | None, list[Fault]]:
    """`value`, found at `loc` in `document`, as a `model`; or None and all that is wrong with it."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_fault(model, document, loc, detail) for detail in error.errors(include_url=False)]


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that people may write, in the order of the model."""
    return [field.alias or name for name, field in model.model_fields.items()]


def unknown_key(document: Document, loc: Loc, known: Iterable[str]) -> Fault:
    """The fault for the key that `loc` ends with, which is none of `known`."""
    known = list(known)
    word = str(loc[-1])
    synonym = SYNONYMS.get(word.casefold())
    if near := synonym if synonym in known else nearest(word, known):
        return document.fault(loc, _("no such key; did you mean {near}?").format(near=near), key=True)
    return document.fault(loc, _("no such key; known here: {keys}").format(keys=", ".join(known)), key=True)


def missing_key(document: Document, loc: Loc, key: str) -> Fault:
    """The fault for the group at `loc` that lacks `key`."""
    return document.fault(loc, _('the key "{key}" is missing').format(key=key))


def _fault(model: type[Part], document: Document, start: Loc, detail: ErrorDetails) -> Fault:
    within = detail["loc"]
    loc = [*start, *within]
    match detail["type"]:
        case "extra_forbidden":
            return unknown_key(document, loc, keys_of(_model_at(model, within[:-1])))
        case "missing":
            return missing_key(document, loc[:-1], str(within[-1]))
        case "value_error" if isinstance(error := detail.get("ctx", {}).get("error"), WordingError):
            return document.fault(loc, str(error))
        case "model_type" | "list_type" if detail["input"] is None:
            message = _("is empty; write a value, or delete the key")
        case "model_type" | "model_attributes_type" | "dict_type":
            message = _("keys with values are expected here, not {found}")
        case "list_type" | "tuple_type":
            message = _("a list is expected here, not {found}")
        case "too_short":
            message = _("must not be empty")
        case _:
            message = _("{found} is not understood here")
    return document.fault(loc, message.format(found=kind_of(detail["input"])))


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel]:
    """The model of the group that `loc` leads to from `model`."""
    steps = iter(loc)
    for step in steps:
        field = next(
            (field for name, field in model.model_fields.items() if step in (field.alias or name,)),
            None,
        )
        if field is None:
            break
        if get_origin(field.annotation) in (list, dict, tuple, Mapping):
            next(steps, None)
        model = _inner(field.annotation) or model
    return model


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner(part))), None)


def found_in(value: Any, key: str) -> Any:
    """`value[key]` of what may be no group at all."""
    return value.get(key) if isinstance(value, dict) else None

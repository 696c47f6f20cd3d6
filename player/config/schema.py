"""JSON Schemas of config.yaml and of playlists, so that editors complete and check them as they are written.

`python -m player.config.schema` writes them beside this file, where the package ships them.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from player.config.canvases import CanvasEntry
from player.config.checking import Part
from player.config.entries import ConfigEntry
from player.config.itementries import KINDS
from player.config.layout import ZoneEntry
from player.config.playlists import PlaylistEntry

HERE = Path(__file__).resolve().parent


class _Generator(GenerateJsonSchema):
    """Leaves out defaults, which are values of the program and not what people write, and made-up titles."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the name is pydantic's
        return False


def config_schema() -> dict[str, Any]:
    """The schema of config.yaml."""
    schema, parts = _schema("Gateplayer config.yaml", ConfigEntry, ZoneEntry)
    schema["properties"]["layout"] |= {"type": "object", "minProperties": 1, "additionalProperties": parts[0]}
    zones = {"type": "object", "minProperties": 1, "additionalProperties": parts[0]}
    schema["$defs"][CanvasEntry.__name__]["properties"]["layout"] |= zones
    return schema


def playlist_schema() -> dict[str, Any]:
    """The schema of one document of a playlist file."""
    schema, parts = _schema("Gateplayer playlist", PlaylistEntry, *KINDS.values())
    schema["properties"]["items"] |= {"type": "array", "minItems": 1, "items": {"anyOf": parts}}
    return schema


def schemas() -> dict[Path, str]:
    """What the shipped files hold."""
    made = {"config.schema.json": config_schema(), "playlist.schema.json": playlist_schema()}
    return {HERE / name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in made.items()}


def _schema(title: str, model: type[Part], *parts: type[Part]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The schema of `model`, with the definitions of `parts`, and the references to them."""
    references, schema = models_json_schema(
        [(one, "validation") for one in (model, *parts)], schema_generator=_Generator
    )
    top = schema["$defs"].pop(model.__name__)
    links = [references[part, "validation"] for part in parts]
    named = _reached([top, *links], schema["$defs"])
    whole = {"$schema": _Generator.schema_dialect, **top, "title": title, "$defs": dict(sorted(named.items()))}
    return whole, links


def _reached(parts: list[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Those of `definitions` that `parts` lead to: pydantic also lists what our own readers stand in for."""
    found: dict[str, Any] = {}
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found[name] = definitions[name]
                waiting.append(found[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def main() -> None:
    """Write the shipped files anew."""
    for path, text in schemas().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""`controller:` of config.yaml: what sets the brightness of the LED modules, so that no picture has to be darkened."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from player.config import fields, units
from player.config.checking import Part
from player.config.commands import SCHEMA, Words, placed, words
from player.config.language import _
from player.config.suggest import WordingError
from player.config.yamlsource import shown

NOVASTAR_PORT = 5200
COEX_PORT = 8001
PERCENT, LEVEL = "{percent}", "{level}"


@dataclass(frozen=True, slots=True)
class ByCommand:
    """A command, with the brightness where `{percent}` or `{level}` (0 to 255) stands in it."""

    command: Words


@dataclass(frozen=True, slots=True)
class NovaStar:
    """A sending card of NovaStar on the network."""

    host: str
    port: int = NOVASTAR_PORT


@dataclass(frozen=True, slots=True)
class Coex:
    """A controller of NovaStar's COEX series."""

    host: str
    port: int = COEX_PORT


Controller = ByCommand | NovaStar | Coex


def _address(word: str, port: int) -> tuple[str, int]:
    """ "192.168.0.10", with or without a port."""
    try:
        parts = urlsplit(f"//{word}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError:
        host = ""
    if not host or parts.path or parts.query or parts.fragment or parts.username or any(one.isspace() for one in word):
        said = _('"{word}" is no address of a controller; write 192.168.0.10, with :{port} where it is another port')
        raise WordingError(said.format(word=shown(word), port=port))
    return host, port


def _novastar(value: Any) -> NovaStar:
    return NovaStar(*_address(units.text(value).strip(), NOVASTAR_PORT))


def _coex(value: Any) -> Coex:
    """With or without http:// and a slash at the end, for that is how browsers show it."""
    word = units.text(value).strip()
    return Coex(*_address(word.removeprefix("http://").rstrip("/"), COEX_PORT))


def _dimming(value: Any) -> Words:
    found = words(value)
    if not any(PERCENT in word or LEVEL in word for word in found[1:]):
        raise WordingError(_("says nothing of the brightness; write {percent} or {level} where it belongs").format(
            percent=PERCENT, level=LEVEL))  # fmt: skip
    return found


class ControllerEntry(Part):
    """What sets the brightness of the LED modules: exactly one of these."""

    command: Annotated[Words, PlainValidator(_dimming), WithJsonSchema(SCHEMA)] = Field(
        default=(), description="Command with {percent} (0 to 100) or {level} (0 to 255) in it"
    )
    novastar: Annotated[
        NovaStar | None, PlainValidator(_novastar), WithJsonSchema(fields.pattern("^[^/ ]+$", "192.168.0.10"))
    ] = Field(default=None, description="Address of a NovaStar sending card, port 5200")
    coex: Annotated[
        Coex | None,
        PlainValidator(_coex),
        WithJsonSchema(fields.pattern("^(http://)?[^/ ]+/?$", "http://192.168.0.10:8001")),
    ] = Field(default=None, description="Address of a NovaStar COEX controller (MX series), port 8001")

    @model_validator(mode="after")
    def _one(self) -> "ControllerEntry":
        if sum(map(bool, (self.command, self.novastar, self.coex))) != 1:
            raise WordingError(_("exactly one of command, novastar and coex is expected"))
        return self

    def controller(self, base: Path) -> Controller:
        found = self.novastar or self.coex
        return found if found else ByCommand(placed(self.command, base))

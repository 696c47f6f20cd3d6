"""The folder of those who publish (the *site*): who they are, their gates, drafts, and the tree that is served.

publish.yaml            who publishes, for people to read; written by `init`
root.json               the root of trust, to be handed to gates
keys/                   private keys made here, and all public ones; online.key is the server's own
gates/<id>/             config.yaml: what drafts are checked and pictured with; token: with it the gate sends reports
drafts/                 what waits for signatures; may be carried to another machine as it is
tree/                   what is served
state/                  our own store of files, each looked into once
reports/                what gates have sent
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from player.config.language import _
from player.core.faults import ContentFault
from player.library.files import write_whole

NAME = "publish.yaml"


@dataclass(frozen=True, slots=True)
class Party:
    """An agency, or the keeper of the key in the safe: `id` names its files, `keyid` its key."""

    id: str
    name: str
    keyid: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site's folders."""

    root: Path

    @property
    def about(self) -> Path:
        return self.root / NAME

    @property
    def anchor(self) -> Path:
        """The root of trust that is handed to gates."""
        return self.root / "root.json"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def online(self) -> Path:
        """The server's own key, which signs snapshots and timestamps."""
        return self.keys / "online.key"

    @property
    def drafts(self) -> Path:
        return self.root / "drafts"

    @property
    def tree(self) -> Path:
        return self.root / "tree"

    @property
    def state(self) -> Path:
        return self.root / "state"

    def gate(self, gate: str) -> Path:
        """The folder of one gate."""
        return self.root / "gates" / gate

    def gates(self) -> list[str]:
        """The gates that are known."""
        return sorted(path.parent.name for path in (self.root / "gates").glob("*/config.yaml"))

    def check_gate(self, gate: str) -> None:
        """ContentFault when there is no such gate."""
        if gate not in self.gates():
            said = _("there is no gate {gate}; known are {gates}. gateplayer publish add-gate {gate} makes one")
            raise ContentFault(said.format(gate=gate, gates=", ".join(self.gates()) or "-"))

    def parties(self) -> tuple[tuple[Party, ...], Party]:
        """The agencies, and who keeps the key in the safe. ContentFault."""
        try:
            said: Any = yaml.safe_load(self.about.read_text("utf-8"))
            agencies = tuple(_party(one) for one in said["agencies"])
            return agencies, _party(said["recovery"])
        except OSError as error:
            raise ContentFault(f"{self.about}: {error.strerror}") from error
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise ContentFault(_("{path} cannot be used: {reason}").format(path=self.about, reason=error)) from error

    def write_about(self, province: str, agencies: tuple[Party, ...], recovery: Party) -> None:
        """Say who publishes. OSError."""
        said = {
            "province": province,
            "agencies": [{"id": one.id, "name": one.name, "keyid": one.keyid} for one in agencies],
            "recovery": {"id": recovery.id, "name": recovery.name, "keyid": recovery.keyid},
        }
        head = "# Written by `gateplayer publish`; who may sign is in root.json and the tree, this is for people.\n"
        write_whole(self.about, (head + yaml.safe_dump(said, allow_unicode=True, sort_keys=False)).encode())

    def province(self) -> str:
        said = yaml.safe_load(self.about.read_text("utf-8"))
        return str(said.get("province", "")) if isinstance(said, dict) else ""


def find_site(given: Path | None, here: Path | None = None) -> Site:
    """The site in `given`, else around this folder. ContentFault when there is none."""
    if given is not None:
        if (given / NAME).is_file():
            return Site(given.resolve())
        raise ContentFault(
            _("{folder} holds no {name}; gateplayer publish init makes one").format(folder=given, name=NAME)
        )
    start = (here or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return Site(folder)
    said = _("there is no {name} here or above; go to the folder of what you publish, or name it with --site")
    raise ContentFault(said.format(name=NAME))


def _party(said: dict[str, Any]) -> Party:
    return Party(str(said["id"]), str(said["name"]), str(said["keyid"]))

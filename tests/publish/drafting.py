"""A site with two agencies and one gate, and drafts in it, made by the real parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from player.publish.drafts import Drafts
from player.publish.founding import add_gate, found_site
from player.publish.keys import make_key
from player.publish.releasing import release
from player.publish.site import Party, Site
from player.publish.staging import Stager, store_of

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
CULTURE, GUARDS = "Sở Văn hóa, Thể thao và Du lịch", "Bộ đội Biên phòng tỉnh"


class Province:
    """`site` is a folder where everything up to the first gate is released."""

    def __init__(self, path: Path, gate: str, config: Path) -> None:
        self.site, self.gate = Site(path), gate
        self.keys = {"culture": make_key(CULTURE), "guards": make_key(GUARDS)}
        parties = tuple(
            Party(name, key.public_key.unrecognized_fields["x-gateplayer-name"], key.public_key.keyid)
            for name, key in self.keys.items()
        )
        public = {name: key.public_key for name, key in self.keys.items()}
        found_site(self.site, "Lào Cai", parties, {**public, "recovery": make_key("két").public_key}, NOW)
        self.release()
        add_gate(self.site, gate, config.read_bytes(), NOW)
        self.release()

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.site.drafts)

    def sign(self, role: str, *names: str) -> None:
        for name in names:
            assert self.drafts.sign(role, self.keys[name])

    def release(self) -> None:
        """Both agencies sign all that is drafted, and it comes into force."""
        for role in self.drafts.roles():
            self.sign(role, *self.keys)
        assert not release(self.site, NOW).waiting

    def stage(self, folder: Path) -> None:
        with self._stager() as stager:
            stager.stage(folder, [self.gate], NOW)

    def stage_templates(self, folder: Path) -> None:
        with self._stager() as stager:
            stager.stage_templates(folder, NOW)

    @contextmanager
    def _stager(self) -> Iterator[Stager]:
        with store_of(self.site) as intake:
            yield Stager(self.site, intake, lambda _name: None)

"""A site of those who publish, with all keys at hand: for tests of it, and for attacks on it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from securesystemslib.signer import CryptoSigner

from player.publish.contents import quiet
from player.publish.drafts import Drafts
from player.publish.founding import Founder, found
from player.publish.gates import add_gate
from player.publish.keys import make_key, write_key
from player.publish.releasing import Released, online_key, release
from player.publish.signing import sign, subjects
from player.publish.site import Site
from player.publish.staging import Staged, stage, stage_templates
from player.publish.tree import Tree
from player.trust.client import TrustClient
from player.trust.origin import FolderOrigin

GATE = "kim-thanh-2"
A, B, SAFE = "so-van-hoa", "bien-phong", "recovery"
NAMES = {A: "Sở Văn hóa", B: "Bộ đội Biên phòng", SAFE: "Két sắt"}
PASSPHRASE = "bon tu khong lien quan"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
ROUNDS = 1000
"""Of the key files: enough to be real, and quick."""

CONFIG = """\
gate: {gate}
language: en
display: {{canvas: 320x180, output: offscreen, fps: 30}}
layout:
  main: {{size: [100%, 80%]}}
  ticker: {{at: [0, 80%], size: [100%, 20%], hide_when_empty: true}}
"""
TEMPLATES = """\
template: dong-cua
title: Tạm đóng cửa khẩu
slots: {ly-do: 40}
longest: 3h
items:
  - {notice: {title: "TẠM ĐÓNG", text: "Lý do: {ly-do}"}, for: 10s}
"""


@dataclass
class Made:
    """`signers` by A, B, SAFE; `key(A)` is the file. `now` is when things are done; set it to do them later."""

    site: Site
    folder: Path
    signers: dict[str, CryptoSigner]
    now: datetime = NOW
    names: dict[str, str] = field(default_factory=lambda: dict(NAMES))

    @property
    def tree(self) -> Tree:
        return Tree(self.site.tree)

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.site.drafts)

    def key(self, party: str) -> Path:
        return self.site.keys / f"{party}.key"

    @property
    def online(self) -> CryptoSigner:
        """The server's own key."""
        return online_key(self.site, self.tree.trust_root())

    @property
    def root(self) -> bytes:
        """The root of trust that is handed to gates."""
        return self.site.anchor.read_bytes()

    def add_gate(self, gate: str = GATE) -> str:
        """With the small wall above; the token."""
        config = self.folder / f"{gate}.yaml"
        config.write_text(CONFIG.format(gate=gate), "utf-8")
        return add_gate(self.site, gate, config, self.now)

    def stage(self, folder: Path, gates: Iterable[str] = (GATE,)) -> list[Staged]:
        return stage(self.site, folder, tuple(gates), self.now, quiet)

    def stage_templates(self, folder: Path) -> Staged:
        return stage_templates(self.site, folder, self.now, quiet)

    def sign(self, *parties: str, drafts: Path | None = None) -> list[str]:
        """Each of these signs whatever there is for it; the roles."""
        place = drafts or self.site.drafts
        signed = []
        for party in parties or (A, B):
            for subject in subjects(place, self.signers[party].public_key, (), self.now, quiet):
                sign(place, self.signers[party], subject)
                signed.append(subject.role)
        return signed

    def release(self) -> Released:
        return release(self.site, self.now)

    def publish(self, files: Mapping[str, bytes | str], gate: str = GATE) -> Path:
        """Stage a folder of these files, both sign, release; the folder."""
        folder = write_files(self.folder / "content" / gate, files)
        self.stage(folder, (gate,))
        self.sign()
        self.release()
        return folder

    def client(self, folder: Path | None = None, root: bytes | None = None) -> TrustClient:
        """A gate's client that has seen nothing yet, or what is kept in `folder`."""
        number = len(list(self.folder.glob("client-*")))
        place = folder or self.folder / f"client-{number}"
        place.mkdir(exist_ok=True)
        return TrustClient(place, root or self.root, FolderOrigin(self.site.tree), self.now)


def make_site(folder: Path, gates: Iterable[str] = (GATE,), now: datetime = NOW, *, live: bool = True) -> Made:
    """A site in `folder`/site that knows these gates; with `live`, all of it signed and released."""
    site = Site(folder / "site")
    signers = {}
    for party, name in NAMES.items():
        signers[party] = make_key(name)
        write_key(signers[party], site.keys / party, PASSPHRASE, ROUNDS)
    founders = [Founder(party, name, signers[party].public_key, signers[party]) for party, name in NAMES.items()]
    found(site, "Tỉnh Lào Cai", founders[:2], founders[2], now)
    made = Made(site, folder, signers, now)
    for gate in gates:
        made.add_gate(gate)
    if live:
        made.sign()
        made.release()
    return made


def playlists(folder: Path, colours: Mapping[str, str] | None = None, more: str = "") -> Path:
    """A folder with one playlist of pictures, by default a red and a blue one, and a line that crawls."""
    colours = {"red.png": "red", "blue.png": "blue"} if colours is None else colours
    (folder / "media").mkdir(parents=True, exist_ok=True)
    for name, colour in colours.items():
        Image.new("RGB", (64, 48), colour).save(folder / "media" / name)
    items = "".join(f"  - {{image: media/{name}, for: 5s}}\n" for name in colours)
    text = f"title: Giới thiệu\nzone: main\nitems:\n{items}{more}"
    text += '---\ntitle: Chào mừng\nzone: ticker\nitems: [{banner: "Chào mừng quý khách"}]\n'
    (folder / "gioi-thieu.yaml").write_text(text, "utf-8")
    return folder


def write_files(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""A PC that is switched on, plays without a desktop, and has its plug pulled, again and again.

Emulated by qemu, with a real kernel and the package as it is installed at a gate; an hour, and as root: `./test --vm`.
$GATEPLAYER_PLUGS says how often the plug is pulled. The tests go on from each other, in this order.
"""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.install.machine import lacking
from tests.outcomes import Outcome, tell
from tests.trust.treeserver import TreeServer
from tests.vm.computer import Computer, Cut, Parts
from tests.vm.disk import Disk
from tests.vm.gate import CANVAS, LOCAL, Province, codes, write_tools
from tests.vm.image import TOOLS_LABEL, image, make_file_system
from tests.vm.ledger import Ledger, typical
from tests.vm.watch import PACE, Start

pytestmark = [pytest.mark.vm, pytest.mark.skipif(bool(lacking()), reason=lacking())]

PLUGS = int(os.environ.get("GATEPLAYER_PLUGS", "50"))
MOMENTS = ("playing", "at work", "playing", "at work", "starting")
"""When the cuts come, in turn: some seconds after it was lit, after files are on their way in, or before it is lit."""

PLAYED, WORKED = 15.0, 3.0
"""Seconds that it plays at most, and that it has been at work at most."""

LOST = 1.0
"""Seconds of the log that a cut may cost (DESIGN section 9)."""

DESKTOPS = {"Xorg", "Xwayland", "weston", "gnome-shell", "kwin_wayland", "sway", "cage", "labwc"}


@dataclass
class Site:
    """The gate's PC, unplugged, and the province that it follows."""

    folder: Path
    parts: Parts
    province: Province
    codes: dict[str, int] = field(default_factory=codes)
    ledger: Ledger = field(default_factory=Ledger)

    def computer(self) -> Computer:
        return Computer(self.parts, self.folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("vm")
    base = image(folder)
    province = Province(folder / "tree")
    write_tools(folder / "tools", province.tree.root)
    tools = folder / "tools.ext4"
    make_file_system(folder / "tools", tools, TOOLS_LABEL, "64M")
    disk = Disk(base.disk, folder)
    with TreeServer(province.tree.path) as server:
        yield Site(folder, Parts(base.kernel, base.initrd, disk, tools, server.port, CANVAS), province)
    disk.close()
    for path in (folder / "disk", base.disk):
        if path.is_relative_to(folder):
            path.unlink()


def test_switched_on_it_plays_on_the_bare_console(site: Site, request: pytest.FixtureRequest) -> None:
    chance = random.Random(1)
    with site.computer() as computer:
        start = Start(computer, site.codes)
        lit = start.until_lit()
        start.follow(lambda: set(LOCAL) <= start.seen, "pictures in turn")
        looked = start.look_around(lambda looked: set(looked["units"].values()) == {"active"}, "services")
        start.stay(5)
        shutil.copy(site.folder / "screen.ppm", site.folder / "lit.ppm")
        assert start.bare == [], "nothing else is to be seen, no text, no black"
        assert not DESKTOPS & set(looked["programs"])
        assert looked["terminal"] == "tty7"
        assert "kmsdrm" in looked["log"].lower(), looked["log"]
        start.follow(lambda: start.beats[-1].pulse > start.beats[0].clock, "play log")
        cut = computer.unplug(chance)
    site.ledger.cut(start, cut)
    print(f"lit {lit:.1f} s after the switch")
    tell(request, Outcome("power", "an emulated PC switched on, no desktop", 1, lit, "–"))


@dataclass
class Tally:
    """What all the cuts came to."""

    lit: list[float] = field(default_factory=list)
    unsure: int = 0
    forgotten: int = 0
    busy: int = 0
    """Cuts while files were on their way in."""

    def count(self, start: Start, cut: Cut) -> None:
        self.unsure, self.forgotten = self.unsure + cut.unsure, self.forgotten + cut.forgotten
        self.busy += start.is_at_work()
        if start.lit:
            self.lit.append(start.lit)

    def told(self, ledger: Ledger) -> str:
        hasty = sum(not paced for _lost, paced in ledger.losses)
        most = f"at most {ledger.worst(paced=True):.2f} s of the log, of {len(ledger.records)} records"
        others = f"{ledger.worst(paced=False):.2f} s at the {hasty} cuts where it had not kept pace for {PACE:g} s"
        rest = f"{self.forgotten} of {self.unsure} blocks not flushed, files on their way at {self.busy} cuts"
        return f"{most} ({others}); {rest}"


def started_and_cut(site: Site, chance: random.Random, tally: Tally, moment: str) -> None:
    """One start, up to a moment of that kind."""
    site.province.release()
    with site.computer() as computer:
        start = Start(computer, site.codes)
        if moment == "starting":
            start.stay(chance.uniform(2, typical(tally.lit)))
        else:
            start.follow(lambda: start.found is not None, "sign of life")
            computer.say("feed")
            start.until_lit()
        if start.found is not None:
            site.ledger.check(start.found)
        if moment == "playing":
            start.stay(chance.uniform(0, PLAYED))
        if moment == "at work":
            start.follow(start.is_at_work, "work")
            start.stay(chance.uniform(0, WORKED))
        cut = computer.unplug(chance)
    site.ledger.cut(start, cut)
    tally.count(start, cut)
    before = [f"{lost:.2f} s{'' if paced else ', out of step'}" for lost, paced in site.ledger.losses[-1:]]
    print(f"{moment}: lit after {start.lit or 0:.1f} s; {cut}; {start.said()}; the cut before: {before}")
    print(f"so far: {tally.told(site.ledger)}", flush=True)


def test_its_plug_is_pulled(site: Site, request: pytest.FixtureRequest) -> None:
    chance, tally = random.Random(7), Tally()
    for number in range(PLUGS):
        started_and_cut(site, chance, tally, MOMENTS[number % len(MOMENTS)])
    started_and_cut(site, chance, tally, "at work")
    what = "an emulated PC unplugged: starting, playing, syncing, taking in"
    tell(request, Outcome("power", what, PLUGS, max(tally.lit), tally.told(site.ledger)))
    assert site.ledger.worst(paced=True) <= LOST

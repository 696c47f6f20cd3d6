"""Every file of a state folder is damaged in every way, before the start and while everything runs: the wall is lit
with the right picture, nothing answers with a traceback, and the agent makes good what can be made good."""

import logging
import os
import shutil
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from player.agent import assemble
from player.core.model import Show
from player.library import wallsettings
from player.library.blobs import Blobs
from player.library.journalmend import open_journal
from player.library.shows import ShowStore, assets_of, read_show
from player.library.statusfiles import read_json
from tests.endtoend.shows import ShowFolder
from tests.faults import logged
from tests.faults.damage import FEED, LOCKS, Damage, damages, full_gate, restore
from tests.faults.offscreen import LIMIT, Watch, no_traceback, run_folder
from tests.outcomes import Outcome, tell

TOGETHER = 5
"""Damages at once, in the short form: each start costs seconds."""

HEALED = 6


@dataclass
class Patient:
    """A gate whose state folder is damaged again and again; `pristine` is a copy of it as it was."""

    show: ShowFolder
    pristine: Path
    good: Show
    seqs: frozenset[int]
    lit: float = 0.0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def state(self) -> Path:
        return self.show.state

    def damage(self, done: Sequence[Damage]) -> None:
        restore(self.pristine, self.state)
        for one in done:
            one.do(self.state)

    def spoilt(self, done: Sequence[Damage]) -> list[str]:
        """The items that cannot be shown, or not as they were."""
        names = {Path(one.name).name for one in done}
        items = (item for playlist in self.good.playlists for item in playlist.items)
        return [item.id for item in items if getattr(item.content, "asset", "") in names]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Patient:
    folder = tmp_path_factory.mktemp("patient")
    show = full_gate(folder)
    shutil.copytree(show.state, folder / "pristine", symlinks=True)
    stored = ShowStore(show.state).current()
    assert stored is not None
    return Patient(show, folder / "pristine", stored.show, frozenset(seqs(show.state)))


def seqs(state: Path) -> list[int]:
    """The numbers in the play log."""
    return [record.seq for record in logged.records(state)]


def titles(show: Show) -> set[str]:
    return {item.title for playlist in show.playlists for item in playlist.items}


def started(patient: Patient, done: Sequence[Damage]) -> None:
    """Damage, and start the wall, without an agent: it is lit with the right picture."""
    patient.damage(done)
    with Watch(patient.show, playing=patient.good, spoilt=patient.spoilt(done)) as watch:
        watch.until_right()
        watch.daemon.stop()
    no_traceback(watch.daemon.log)
    patient.lit = max(patient.lit, watch.lit)
    journal, _wrong = open_journal(patient.state)
    journal.close()
    left = seqs(patient.state)
    assert len(left) == len(set(left)), "no number is given twice"
    assert max(left) > max(patient.seqs), "the log goes on above what was sealed"
    patient.lost["records"] += len(patient.seqs - set(left))


def healed(patient: Patient, done: Sequence[Damage], caplog: pytest.LogCaptureFixture) -> None:
    """Damage, and have the agent make a show and keep house once: all is as it was, but what only that file held."""
    patient.damage(done)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assemble.once(patient.show.config, housekeep)
        assemble.once(patient.show.config)
    no_traceback(caplog.text)
    current = read_show(patient.state / "current").show
    assert wallsettings.read(patient.state)
    for sha in assets_of(current):
        path = patient.state / "blobs" / sha[:2] / sha
        assert sha256(path.read_bytes()).hexdigest() == sha, done
    for title in titles(patient.good) - titles(current):
        patient.lost[title] += 1
        assert done[0].name.split("/")[0] in ONLY_THERE[title] or len(done) > 1, (done, title)


ONLY_THERE = {
    FEED: ("feeds",),
    "4__1s.png": ("approvals",),
    "5.png": ("blobs", "central"),
}
"""Items of which something lies in the state folder only, and where: they come back with their feed, their officer or
their server."""


def housekeep(state: Path) -> None:
    """As the nightly chore does, but without waiting for the night: damaged assets leave."""
    blobs = Blobs(state)
    for sha in ShowStore(state).assets():
        blobs.verify(sha)


def in_ways(patient: Patient, seed: int, each: int = 1) -> list[Damage]:
    return [one for one in damages(patient.pristine, seed, each) if one.name not in LOCKS]


def test_started_on_a_few_damaged_files(
    patient: Patient, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = in_ways(patient, 7)
    shows = [one for one in chosen if one.name.startswith(("shows/", "current"))]
    others = [one for one in chosen if one not in shows]
    groups = [[shows[number], *others[number * TOGETHER : (number + 1) * TOGETHER]] for number in range(1)]
    for group in groups:
        started(patient, group)
    for one in islice(chosen, HEALED):
        healed(patient, [one], caplog)
    count = sum(map(len, groups)) + HEALED
    tell(
        request,
        Outcome("disk", "files of the state folder damaged before the start", count, patient.lit, lost(patient)),
    )


@pytest.mark.faults
def test_started_on_every_file_damaged_in_every_way(
    patient: Patient, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = in_ways(patient, 8)
    for one in chosen:
        healed(patient, [one], caplog)
    read_by_the_wall = ("shows/", "current", "wall-settings", "journal", "blobs/", "playlog/", "trust/time")
    mattering = [one for one in chosen if one.name.startswith(read_by_the_wall)][:150]
    for one in mattering:
        started(patient, [one])
    count = len(chosen) + len(mattering)
    tell(
        request,
        Outcome("disk", "files of the state folder damaged before the start", count, patient.lit, lost(patient)),
    )


def lost(patient: Patient) -> str:
    said = [f"{number} × {name}" for name, number in sorted(patient.lost.items()) if number and name != "records"]
    items = ", ".join(said) or "no item"
    return f"{items}; {patient.lost['records']} records of the play log"


def while_running(patient: Patient, done: Sequence[Damage]) -> None:
    """Damage one after another under the running wall and agent; the agent hears of each by an edit, every third time
    it is killed."""
    patient.damage([])
    with Watch(patient.show, "run", playing=patient.good, spoilt=patient.spoilt(done)) as watch:
        watch.until(lambda: agent(patient).get("state") == "good", "show of the agent")
        watch.struck()
        for number, one in enumerate(done):
            if not os.path.lexists(patient.state / one.name):
                continue
            one.do(patient.state)
            before = agent(patient).get("checked")
            patient.show.write_playlist("tin", [{"banner": {"feed": FEED}}], zone="ticker", title=f"Lần {number}")
            if number % 3 == 2:
                os.kill(watch.daemon.part("agent").pid, signal.SIGKILL)
            watch.until(
                lambda before=before: agent(patient).get("checked") not in (before, "", None),  # type: ignore[misc]
                "look of the agent",
            )
        watch.stays_right(0.5)
        watch.daemon.stop(LIMIT)
    no_traceback(watch.daemon.log)
    patient.lit = max(patient.lit, watch.lit)


def agent(patient: Patient) -> dict[str, object]:
    return read_json(run_folder(patient.show) / "agent.json")


def test_a_few_files_damaged_while_everything_runs(patient: Patient, request: pytest.FixtureRequest) -> None:
    patient.lit = 0.0
    done = in_ways(patient, 9)[:3]
    while_running(patient, done)
    tell(request, Outcome("disk", "files of the state folder damaged in mid-play", len(done), patient.lit, "nothing"))


@pytest.mark.faults
def test_many_files_damaged_while_everything_runs(patient: Patient, request: pytest.FixtureRequest) -> None:
    patient.lit = 0.0
    done = in_ways(patient, 10)[:120]
    for begin in range(0, len(done), 20):
        while_running(patient, done[begin : begin + 20])
    tell(request, Outcome("disk", "files of the state folder damaged in mid-play", len(done), patient.lit, "nothing"))

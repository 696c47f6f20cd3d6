"""A gate with a compiled show and status files, without its programs: what tests of the page share."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from player.agent.assemble import once
from player.agent.page.app import make_app
from player.agent.page.ring import Ring
from player.library.files import sole
from player.library.inboxentries import State
from player.library.inboxitems import Seen
from player.library.shows import ShowStore
from player.library.watching import FolderView

EVIL = "<img src=x onerror=alert(1)>"
SHA = "ab" * 32
CONFIG = f"""\
gate: kim-thanh-2
title: "Kim Thành {EVIL}"
language: en
display: {{canvas: 320x180, output: offscreen, fps: 30}}
layout:
  main: {{size: [100%, 100%]}}
  ticker: {{at: [0, 90%], size: [100%, 10%], hide_when_empty: true}}
page: off
"""
NOTICE = """\
title: "Tour {evil}"
zone: main
items:
  - {{notice: {{title: "Sa Pa {evil}", text: "x"}}, for: 10s}}
  - {{notice: {{title: "Bắc Hà", text: "y"}}, for: 10s}}
---
title: Rules
zone: main
when: [{{time: "00:00-24:00"}}]
items: [{{notice: {{title: Queue, text: z}}, for: 10s}}]
"""


def compile_gate(folder: Path) -> None:
    """A gate's folder with its show."""
    (folder / "playlists").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "playlists/tour.yaml").write_text(NOTICE.format(evil=EVIL))
    assert once(folder / "config.yaml") == 0
    (folder / "state/run").mkdir()


@dataclass
class Gatehouse:
    """`told` counts approvals that the agent heard of."""

    folder: Path
    seen: tuple[Seen, ...] = (Seen("new <b>.jpg", State.UNAPPROVED, sha=SHA),)
    told: int = 0
    ring: Ring = field(default_factory=Ring)

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def run(self) -> Path:
        return self.state / "run"

    # What the wall and the agent say

    def wall(self, **more: Any) -> None:
        """`wall.json` as the wall leaves it, by this very process."""
        stored = ShowStore(self.state).current()
        assert stored is not None
        tour = next(one for one in stored.show.playlists if one.title.startswith("Tour"))
        now = datetime.now(UTC)
        cue = {"item": "Sa Pa", "id": tour.items[0].id, "playlist_id": tour.id, "offset": 0.0}
        cue |= {"start": now.isoformat(), "end": (now + timedelta(seconds=600)).isoformat()}
        said = {
            "pid": os.getpid(), "open": True, "started": now.isoformat(), "show": {"number": stored.number},
            "output": {"name": "x11", "size": [320, 180], "seen": True},
            "zones": [{"zone": "main", "now": cue, "until": cue["end"]}],
            "film": {"shown": 500, "judder_ms": 1.5, "worst_ms": 33.33, "repeats": 2, "drops": 1},
            "moving": [{"zone": "main", "item": "Sa Pa", "shown": 9, "judder_ms": 0.0, "worst_ms": 0.0, "repeats": 0,
                        "drops": 0}],
            "frames": {"presented": 1000, "missed": 3, "intervals_ms": [0] * 16 + [900, 100]},
        }  # fmt: skip
        (self.run / "wall.json").write_text(json.dumps(said | more))

    def agent(self, **said: Any) -> None:
        """`agent.json`, which counts while `holding`."""
        (self.run / "agent.json").write_text(json.dumps({"state": "good", **said}))

    def holding(self) -> Any:
        return sole(self.state / "agent.lock")

    # What the page asks the agent's other threads

    def folder_view(self) -> FolderView:
        return FolderView(self.folder / "inbox", "", self.seen)

    def client(self, listens: str = "127.0.0.1") -> FlaskClient:
        """A browser without a browser."""
        app = make_app(self.config, listens, self.ring, _Sight(self.folder_view), self._approved)
        return app.test_client()

    def _approved(self) -> None:
        self.told += 1


@dataclass
class _Sight:
    view: Callable[[], FolderView]

    def folder(self) -> FolderView:
        return self.view()

    def approves(self) -> bool:
        return True


def token_of(html: str) -> str:
    """What the page's forms bring back."""
    return html.partition('name="token" value="')[2].partition('"')[0]


def a_second_later() -> None:
    """The page is made once a second."""
    time.sleep(1.05)

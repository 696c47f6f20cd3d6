"""Reports to the province: over real HTTP, to the real server, on a clock that the tests move."""

import gc
import io
import json
import resource
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from PIL import Image

from player.agent.events import Event, UplinkNews
from player.agent.uplink import MOST_DAYS, SLOWLY
from player.agent.uplinkkeeper import UplinkKeeper
from player.agent.uplinkstate import GOOD, OFF, REFUSED, STUCK, UNREACHABLE
from player.config.settings import read_config
from player.library.delivery import BY_STICK, delivered_through, mark_delivered
from tests.agent.sending import GATE, TOKEN, Sender
from tests.agent.webserver import Request, WebServer
from tests.publish.serving import make_site
from tests.publish.test_server import serving

NOWHERE = "http://127.0.0.1:9"


class Province:
    """A server that takes what comes, unless `status` says otherwise, and remembers it in order."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 201
        self.refuses: dict[str, int] = {}
        self.answer = b""

    def __call__(self, request: Request) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        name = request.path.rpartition("/")[2]
        self.headers.append({**request.headers})
        status = self.refuses.get(name, self.status)
        if request.command == "PUT" and status == 201:
            self.got.append((name, body))
        if request.command == "GET":
            held = dict(self.got).get(name)
            request.answer(held or b"", 200 if held else 404)
            return
        request.answer(self.answer, status)

    @property
    def days(self) -> list[str]:
        return [name for name, _data in self.got if name not in ("heartbeat.json", "preview.jpg")]

    def last(self, name: str) -> bytes:
        return next(data for got, data in reversed(self.got) if got == name)


@pytest.fixture
def province() -> Province:
    return Province()


@pytest.fixture
def server(province: Province) -> Iterator[WebServer]:
    with WebServer(province) as server:
        yield server


@pytest.fixture
def sender(tmp_path: Path, server: WebServer) -> Iterator[Sender]:
    sender = Sender(tmp_path / "gate", server.base)
    yield sender
    sender.uplink.close()


def test_the_province_learns_how_the_gate_is(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    with serving(site.path) as server:
        sender = Sender(tmp_path / "gate", f"http://127.0.0.1:{server.port}/")
        sender.wall()
        sender.picture()
        names = sender.seal(3)
        assert sender.beat().state == GOOD
        sender.uplink.close()
    place = site.reports / GATE
    assert sorted(path.name for path in place.iterdir()) == sorted([*names, "heartbeat.json", "preview.jpg"])
    assert all((place / name).read_bytes() == (sender.playlog / name).read_bytes() for name in names)
    said = json.loads((place / "heartbeat.json").read_bytes())
    assert (said["gate"], said["title"]) == (GATE, "Cửa khẩu Kim Thành")
    assert said["wall"]["zones"] == [
        {"zone": "main", "title": "Sa Pa", "kind": "picture", "playlist": "Du lịch", "level": "normal",
         "until": "2026-11-25T02:00:00.000Z"}
    ]  # fmt: skip
    assert (said["wall"]["show"], said["wall"]["open"], said["wall"]["fresh"], said["wall"]["troubles"]) == (
        41,
        True,
        True,
        3,
    )
    assert said["playlog"] == {"sealed": 3, "delivered": 0, "waiting": 3, "by_stick": 0}
    assert said["disk"]["total"] > said["disk"]["free"] > 0
    assert said["clock"]["quality"] in ("synchronised", "free")
    preview = (place / "preview.jpg").read_bytes()
    assert len(preview) <= 20_000
    with Image.open(io.BytesIO(preview)) as image:
        assert (image.format, image.size) == ("JPEG", (480, 270))
    assert (sender.state.delivered, sender.state.waiting) == (3, 0)
    assert TOKEN not in repr(sender.states)


def test_a_heartbeat_is_small_however_much_is_wrong(sender: Sender, province: Province) -> None:
    long = "Ờ" * 5000
    zone = {"zone": "z" * 60, "until": "", "now": {"item": long, "kind": "film", "playlist": long, "level": "normal"}}
    sender.wall(zones=[zone] * 60)
    fault = {"file": f"/secret/folder/{'ê' * 100}", "line": 1, "column": 1, "message": long}
    central = {"state": "good", "since": "", "checked": "", "reason": long, "release": None, "awaited": None,
               "alerts": [], "blank": False, "warnings": [long] * 9}  # fmt: skip
    said = {"state": "faulty", "show": 3, "faults": [fault] * 999, "central": central}
    (sender.run / "agent.json").write_text(json.dumps(said))
    assert sender.beat().state == GOOD
    data = province.last("heartbeat.json")
    assert len(data) <= 8192
    assert b"secret" not in data
    assert json.loads(data)["faults_in_all"] == 999


def test_days_go_in_order_each_once_and_the_seal_last(sender: Sender, province: Province) -> None:
    names = sender.seal(MOST_DAYS + 5)
    sender.beat()
    assert province.days == names[: 2 * MOST_DAYS]
    sender.beat()
    sender.beat()
    assert province.days == names
    assert delivered_through(sender.playlog) == MOST_DAYS + 5


def test_a_picture_goes_when_it_is_another(sender: Sender, province: Province) -> None:
    sender.picture()
    sender.beat()
    assert "preview.jpg" not in dict(province.got), "no wall draws, so what is there is old"
    for _turn in range(3):
        sender.wall()
        sender.beat()
    assert [name for name, _data in province.got].count("preview.jpg") == 1
    sender.picture(seed=2)
    sender.wall()
    sender.beat()
    assert [name for name, _data in province.got].count("preview.jpg") == 2
    sender.configure("reports: {picture: off}\n")
    sender.picture(seed=3)
    sender.wall()
    sender.beat()
    assert [name for name, _data in province.got].count("preview.jpg") == 2


def test_without_a_token_nothing_is_sent(sender: Sender, province: Province) -> None:
    (sender.folder / "trust/report-token").unlink()
    assert sender.beat().state == OFF
    assert "gateplayer enroll --token" in sender.state.reason
    assert not province.headers
    sender.token(TOKEN)
    sender.until(lambda: sender.state.state == GOOD)


def test_a_token_that_is_refused_is_said_and_tried_slowly(sender: Sender, province: Province) -> None:
    province.status = 403
    state = sender.beat()
    assert state.state == REFUSED
    assert "token is refused" in state.reason
    begun, asked = sender.now, len(province.headers)
    sender.beat()
    assert sender.now - begun > SLOWLY * 0.8
    assert len(province.headers) <= asked + 1
    province.status = 201
    sender.until(lambda: sender.state.state == GOOD)


@pytest.mark.parametrize(("status", "said"), [(413, "too large"), (507, "disk is full"), (500, "answers 500")])
def test_what_the_server_answers_is_said(sender: Sender, province: Province, status: int, said: str) -> None:
    names = sender.seal(2)
    province.refuses[names[0]] = status
    assert said in sender.beat().reason
    assert delivered_through(sender.playlog) == 0
    assert not province.days
    province.refuses.clear()
    sender.until(lambda: delivered_through(sender.playlog) == 2)
    assert province.days == names
    assert (sender.state.state, sender.state.reason) == (GOOD, "")


def test_while_days_are_not_taken_the_province_still_learns_how_the_gate_is(sender: Sender, province: Province) -> None:
    names = sender.seal(1)
    province.refuses[names[0]] = 507
    for _turn in range(5):
        sender.beat()
        assert sender.state.state == STUCK
    assert [name for name, _data in province.got].count("heartbeat.json") >= 4
    assert not province.days


def test_a_lost_answer_is_no_conflict_but_another_day_is(sender: Sender, province: Province) -> None:
    names = sender.seal(2)
    province.got.append((names[0], (sender.playlog / names[0]).read_bytes()))
    province.refuses[names[0]] = 409
    assert sender.beat().state == GOOD
    assert delivered_through(sender.playlog) == 2
    more = sender.seal(1, first=3)
    province.got.append((more[0], b"something else"))
    province.refuses[more[0]] = 409
    sender.beat()
    state = sender.beat()
    assert state.state == STUCK
    assert "which one is right" in state.reason
    assert (state.delivered, state.waiting) == (2, 1)


def test_a_page_that_asks_for_a_login_has_taken_nothing(sender: Sender, province: Province) -> None:
    sender.seal(1)
    province.answer = b"\n<!DOCTYPE html><html>Please log in</html>"
    assert sender.beat().state == UNREACHABLE
    assert "login" in sender.state.reason
    province.answer, province.status = b"", 302
    sender.until(lambda: "elsewhere" in sender.state.reason)
    assert delivered_through(sender.playlog) == 0


def test_the_second_address_is_used_when_the_first_is_away(tmp_path: Path, server: WebServer) -> None:
    sender = Sender(tmp_path / "gate", server.base)
    sender.url = f'{NOWHERE}", "{server.base}'
    path = sender.folder / "config.yaml"
    path.write_text(
        f"gate: {GATE}\nlanguage: en\n"
        f'sources: {{central: {{url: ["{NOWHERE}", "{server.base}"], root: trust/root.json}}}}\n'
    )
    sender.uplink.follow(read_config(path))
    sender.seal(1)
    assert sender.beat().state == GOOD
    assert sender.state.server.startswith(server.base)
    assert delivered_through(sender.playlog) == 1
    sender.uplink.close()


def test_an_object_store_with_its_own_address_and_header(sender: Sender, province: Province, server: WebServer) -> None:
    url = f"{server.base}/bucket/{{gate}}/{{name}}?signature=hidden"
    sender.configure(f'reports: {{url: "{url}", header: X-Auth-Token}}\n')
    assert sender.beat().state == GOOD
    assert province.headers[-1]["X-Auth-Token"] == TOKEN
    assert "Authorization" not in province.headers[-1]
    assert province.got[-1][0] == "heartbeat.json?signature=hidden"
    assert "hidden" not in repr(sender.states)


def test_days_keep_to_the_rate_and_the_hours(sender: Sender, province: Province) -> None:
    sender.seal(1, size=40_000)
    sender.configure(central=", hours: [{dates: 2001-01-01..2001-01-02}]")
    assert sender.beat().state == GOOD
    assert not province.days
    sender.configure(central=", rate_limit: 10 kB/s")
    begun = sender.now

    class Ticking(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            sender.now += timeout or 0
            return False

    sender.uplink._ending = Ticking()
    sender.beat()
    assert len(province.days) == 2
    assert sender.now - begun > 3.5
    assert delivered_through(sender.playlog) == 1


def test_a_month_without_a_link_costs_nothing_and_then_all_arrives(tmp_path: Path, province: Province) -> None:
    with WebServer(province) as server:
        port = server.port
    sender = Sender(tmp_path / "gate", f"http://127.0.0.1:{port}", "reports: {every: 15m}\n")
    sender.wall()
    sender.picture()
    begun, sealed, attempts = sender.now, 0, 0
    names: list[str] = []
    sizes: list[int] = []
    while sender.now - begun < 30 * 86_400:
        if sender.now - begun >= sealed * 86_400:
            sealed += 1
            names += sender.seal(1, first=sealed)
            gc.collect()
            sizes.append(resident())
        sender.beat()
        attempts += 1
    assert attempts > 2800
    assert {state.state for state in sender.states} == {UNREACHABLE}
    assert len(sender.states) == sealed, "nothing is told again that is not new"
    grown = sizes[-1] - sizes[4]
    assert grown < 2 << 20, sizes
    kept = {path.relative_to(sender.folder).as_posix() for path in sender.folder.rglob("*") if path.is_file()}
    around = {"config.yaml", "trust/report-token", "state/run/wall.json", "state/run/preview.jpg"}
    assert kept == {f"state/playlog/{name}" for name in names} | around
    with serving(make_site(tmp_path / "site").path) as real:
        sender.url = f"http://127.0.0.1:{real.port}"
        sender.configure()
        sender.until(lambda: sender.state.waiting == 0)
        sender.uplink.close()
    assert all((tmp_path / f"site/reports/{GATE}" / name).is_file() for name in names)
    assert sender.state.delivered == sealed == 30


def resident() -> int:
    """Bytes of memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def test_the_thread_says_how_it_goes_and_ends(tmp_path: Path, province: Province) -> None:
    events: SimpleQueue[Event] = SimpleQueue()
    with WebServer(province) as server:
        sender = Sender(tmp_path / "gate", server.base)
        sender.seal(1)
        mark_delivered(sender.playlog, 1, BY_STICK)
        keeper = UplinkKeeper(sender.folder / "state", events.put, threading.Event())
        keeper.start()
        keeper.follow(read_config(sender.folder / "config.yaml"))
        while True:
            event = events.get(timeout=20)
            assert isinstance(event, UplinkNews)
            if event.uplink.delivered == 1:
                break
        beats = len(province.got)
        keeper.look_now()
        while len(province.got) == beats:
            threading.Event().wait(0.01)
        keeper.stop()
        assert not keeper._thread.is_alive()
    assert json.loads(province.last("heartbeat.json"))["playlog"]["by_stick"] == 1

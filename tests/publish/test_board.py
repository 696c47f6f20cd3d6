"""The board: what a manager sees, and what a thief with a gate's token cannot make of it."""

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from player.cli import main
from player.config.language import use
from player.library.serving import HttpServer
from player.publish.board import page
from player.publish.boardweb import make_board
from player.publish.gatecard import Card, Mood, card
from player.publish.reportfolder import ReportFolder
from tests.publish.browser import Browser
from tests.publish.chromium import PROGRAM, render
from tests.publish.reporting import fill, said

pytestmark = pytest.mark.usefixtures("english_terminal")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return tmp_path / "reports"


def cards(reports: Path, titles: dict[str, str] | None = None) -> dict[str, Card]:
    now = datetime.now(UTC)
    return {one.gate: card(one, now) for one in ReportFolder(reports, titles or {}).seen()}


def change(reports: Path, gate: str, **changes: Any) -> None:
    """Have the gate say something else, just now."""
    value = said(reports, gate)
    for key, more in changes.items():
        value[key] = {**value[key], **more} if isinstance(value.get(key), dict) and isinstance(more, dict) else more
    (reports / gate / "heartbeat.json").write_text(json.dumps(value))


@contextmanager
def shown(reports: Path, titles: dict[str, str] | None = None) -> Iterator[str]:
    folder = ReportFolder(reports, titles or {})
    with HttpServer(make_board(folder, "Lào Cai"), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.stop()
            thread.join(20)


def test_a_gate_that_is_well(reports: Path) -> None:
    (gate,) = fill(reports, 1)
    one = cards(reports)[gate]
    assert (one.mood, one.troubles, one.age, one.stale) == (Mood.GOOD, (), "just now", False)
    assert next(zone.title for zone in one.zones) == "Ruộng bậc thang Sa Pa"
    assert one.title == "Cửa khẩu Kim Thành"


@pytest.mark.parametrize(
    ("changes", "mood", "words"),
    [
        ({"wall": {"running": False}}, Mood.BAD, "the wall is not running"),
        ({"wall": {"fresh": False}}, Mood.BAD, "the wall does not move"),
        ({"wall": {"zones": []}}, Mood.BAD, "open, but nothing plays"),
        ({"wall": {"troubles": 4}}, Mood.CARE, "cannot be shown: 4 items"),
        ({"agent": {"state": "stuck"}}, Mood.BAD, "no show can be made"),
        ({"faults": [{"file": "a.yaml", "line": 3, "message": "no"}], "faults_in_all": 7}, Mood.CARE, "a.yaml:3: no"),
        ({"disk": {"free": 10**9, "total": 10**12}}, Mood.BAD, "disk nearly full: 1 GB left"),
        ({"disk": {"free": 5 * 10**10, "total": 10**12}}, Mood.CARE, "disk nearly full"),
        ({"temperature": 91}, Mood.CARE, "hot: 91 °C"),
        ({"clock": {"quality": "wrong"}}, Mood.BAD, "its clock is wrong"),
        ({"clock": {"quality": "free"}}, Mood.CARE, "nobody keeps its clock right"),
        ({"sync": {"state": "unreachable"}}, Mood.CARE, "central server not reached"),
        ({"sync": {"state": "refused"}}, Mood.BAD, "content refused"),
        ({"playlog": {"waiting": 5}}, Mood.CARE, "play log: 5 days not delivered"),
        ({"playlog": {"waiting": 50}}, Mood.BAD, "play log: 50 days not delivered"),
    ],
)
def test_what_is_wrong_is_said(reports: Path, changes: dict[str, Any], mood: Mood, words: str) -> None:
    (gate,) = fill(reports, 1)
    change(reports, gate, **changes)
    one = cards(reports)[gate]
    assert one.mood is mood
    assert any(words in trouble.said for trouble in one.troubles), one.troubles


def test_a_closed_gate_is_well(reports: Path) -> None:
    (gate,) = fill(reports, 1)
    change(reports, gate, wall={"open": False, "zones": []})
    one = cards(reports)[gate]
    assert (one.mood, one.notes) == (Mood.CLOSED, ("closed",))


def test_a_gate_that_falls_silent(reports: Path) -> None:
    (gate,) = fill(reports, 1)
    for age, mood in ((200, Mood.GOOD), (400, Mood.CARE), (2000, Mood.BAD)):
        then = time.time() - age
        os.utime(reports / gate / "heartbeat.json", (then, then))
        assert cards(reports)[gate].mood is mood
    assert "not seen since" in cards(reports)[gate].troubles[0].said
    assert cards(reports, {"muong-khuong": "Mường Khương"})["muong-khuong"].troubles[0].said.startswith("never seen")


def test_the_worst_comes_first_and_is_counted(reports: Path) -> None:
    fill(reports, 18)
    text = page("Lào Cai", ReportFolder(reports, {}).seen(), datetime.now(UTC), lambda _card: "")
    moods = re.findall(r'<article class="(\w+)', text)
    assert moods == sorted(moods, key=["bad", "care", "good", "closed"].index)
    assert "<b>18</b> all gates" in text
    assert f"<b>{moods.count('bad')}</b> need help" in text


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e\u0000\u2028"
HEARTBEATS: dict[str, dict[str, object]] = {
    "html": {"title": EVIL, "wall": {"running": True, "fresh": True, "open": True, "zones": [
        {"zone": EVIL, "title": EVIL, "playlist": EVIL, "level": EVIL}]}, "faults": [{"file": EVIL, "message": EVIL}],
        "sync": {"state": EVIL, "alerts": [EVIL], "reason": EVIL}, "versions": {"player": EVIL}},
    "types": {"title": [1], "wall": "no", "disk": {"free": "x", "total": {}}, "faults": 7, "sync": [1], "clock": None,
              "playlog": {"waiting": -1e300}, "temperature": True, "every": "often", "at": 5, "timezone": "../../etc"},
    "numbers": {"wall": {"show": 10**30, "zones": [1, None, {}], "troubles": -5}, "temperature": 1e308, "every": -1,
                "disk": {"free": -5, "total": 0}, "faults_in_all": 2**60, "uptime": 1e400},
    "long": {"title": "Ờ" * 10_000, "wall": {"zones": [{"title": "a" * 100}] * 100}},
}  # fmt: skip
RAW = {"empty": b"", "broken": b"{", "list": b"[1]", "deep": b"[" * 20_000, "huge": b" " * 5_000_000,
       "binary": bytes(range(256)), "digits": b'{"format": 1, "every": ' + b"9" * 9000 + b"}"}  # fmt: skip


def hostile(reports: Path) -> list[str]:
    """Gates whose tokens were stolen, each of which sent something else; the pictures are no pictures either."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    bomb = io.BytesIO()
    Image.new("L", (30_000, 30_000)).save(bomb, "JPEG")
    png = io.BytesIO()
    Image.new("RGB", (10, 10)).save(png, "PNG")
    pictures = [svg, bomb.getvalue(), png.getvalue(), b"\xff\xd8\xff\xe0" + b"x" * 500, b"", b"x" * 1_000_000]
    bodies = {name: json.dumps({"format": 1, "every": 60, **value}).encode() for name, value in HEARTBEATS.items()}
    for number, (name, body) in enumerate({**bodies, **RAW}.items()):
        place = reports / name
        place.mkdir(parents=True)
        (place / "heartbeat.json").write_bytes(body)
        (place / "preview.jpg").write_bytes(pictures[number % len(pictures)])
    for name in ("linked", "folder"):
        (reports / name).mkdir()
    (reports / "linked/heartbeat.json").symlink_to("/etc/passwd")
    (reports / "linked/preview.jpg").symlink_to("/etc/passwd")
    (reports / "folder/heartbeat.json").mkdir()
    (reports / "folder/preview.jpg").mkdir()
    (reports / "NOT a gate").mkdir()
    return [*bodies, *RAW, "linked", "folder"]


@pytest.mark.attack
def test_whatever_a_thief_sends_the_board_stands(reports: Path, record_property: Callable[[str, object], None]) -> None:
    gates = hostile(reports)
    (good,) = fill(reports, 1)
    with shown(reports) as url:
        answer = requests.get(url, timeout=20)
        assert answer.status_code == 200
        assert answer.text.count("<article") == len(gates) + 1
        for gate in gates:
            picture = requests.get(f"{url}/picture/{gate}.jpg", timeout=20)
            assert picture.status_code == 404, gate
            assert picture.headers["Content-Type"].startswith("text/plain")
        picture = requests.get(f"{url}/picture/{good}.jpg", timeout=20)
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("/picture/..%2f..%2fx.jpg", "/picture/NOT a gate.jpg", "/reports", "/picture/"):
            assert requests.get(url + path, timeout=20).status_code == 404
    text = answer.text
    assert text.count("<script>") == 1
    assert "<img src=x" not in text
    assert "\u202e" not in text
    assert len(text) < 100_000
    assert text.count("its token may be in strange hands") >= len(RAW) - 1
    record_property("attacks held off", len(gates))


def test_pictures_are_drawn_anew(reports: Path) -> None:
    (gate,) = fill(reports, 1)
    path = reports / gate / "preview.jpg"
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>")
    folder = ReportFolder(reports, {})
    first = folder.picture(gate)
    assert first
    assert b"<script>" not in first
    assert folder.picture(gate) is first, "one read a change"
    fill(reports.parent / "other", 2)
    path.write_bytes((reports.parent / "other/cua-khau-2/preview.jpg").read_bytes())
    assert folder.picture(gate) != first


def test_only_this_computer_and_only_by_its_own_name(reports: Path, tmp_path: Path) -> None:
    fill(reports, 1)
    with shown(reports) as url:
        assert requests.get(url, headers={"Host": "evil.example"}, timeout=10).status_code == 403
        assert requests.get(url, headers={"Host": "localhost:8138"}, timeout=10).status_code == 200
    arguments = ["publish", "board", "--reports", str(reports), "--listen"]
    assert main([*arguments, "0.0.0.0:8139"]) == 2
    del tmp_path


def test_the_verb_serves_until_it_is_told_to_end(reports: Path, tmp_path: Path) -> None:
    fill(reports, 2)
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "player", "publish", "board", "--reports", str(reports), "--listen"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(root)}
    port = 20_000 + os.getpid() % 20_000
    with subprocess.Popen([*command, f"127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True, env=environment,
                          cwd=tmp_path) as process:  # fmt: skip
        assert process.stdout
        line = process.stdout.readline()
        assert str(port) in line
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=20).text.count("<article") == 2
        process.terminate()
        assert process.wait(20) == 0


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(("language", "size"), [("vi", (1440, 900)), ("en", (500, 900))])
def test_a_browser_shows_it_without_a_complaint_and_without_asking_elsewhere(
    reports: Path, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    fill(reports, 6)
    hostile(reports)
    output = tmp_path / "board.html"
    arguments = ["publish", "board", "--reports", str(reports), "--language", language, "--output", str(output)]
    assert main(arguments) == 0
    use("en")
    console, asked = render(output, tmp_path / "board.png", size)
    assert not console
    assert [address for address in asked if not address.startswith(("data:", output.as_uri()))] == []
    text = output.read_text("utf-8")
    assert ("Tìm cửa khẩu" in text) == (language == "vi")
    with Image.open(tmp_path / "board.png") as drawn:
        assert len(drawn.convert("RGB").getcolors(1 << 24) or []) > 1000


@pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed")
def test_finding_a_gate_and_seeing_what_is_new(reports: Path, tmp_path: Path) -> None:
    ids = fill(reports, 9)
    visible = "[...document.querySelectorAll('article')].filter((one) => !one.hidden).length"
    find = "document.getElementById('find')"
    with shown(reports) as url, Browser(tmp_path / "browser", (390, 844)) as browser:
        browser.open(url)
        assert browser.ask(visible) == 9
        browser.ask(f"{find}.value = 'MONG khuong'; {find}.dispatchEvent(new Event('input'))")
        assert browser.ask(visible) == 0
        assert browser.ask("document.getElementById('nothing').hidden") is False
        browser.ask(f"{find}.value = 'MUONG khuong'; {find}.dispatchEvent(new Event('input'))")
        assert browser.ask(visible) == 1
        change(reports, ids[4], title="Mường Khương mới")
        browser.ask("document.dispatchEvent(new Event('visibilitychange'))")
        title = "document.querySelector('article:not([hidden]) h2').textContent"
        end = time.monotonic() + 20
        while browser.ask(title) != "Mường Khương mới":
            assert time.monotonic() < end
        assert browser.ask(visible) == 1, "the filter holds"
        browser.ask(f"{find}.value = ''; document.querySelector('button.bad').click()")
        assert browser.ask(visible) == int(browser.ask("document.querySelector('button.bad b').textContent"))
        assert browser.ask("document.documentElement.scrollWidth <= 390")
        asked = [one["params"]["request"]["url"] for one in browser.events
                 if one.get("method") == "Network.requestWillBeSent"]  # fmt: skip
        assert asked
        assert all(address.startswith(url) for address in asked)

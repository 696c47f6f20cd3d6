"""What the page answers, to whom, and what it refuses."""

import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from player.agent.daystate import DayState
from player.agent.page.guard import is_our_name
from player.library.approvals import Approvals
from player.library.pagepassword import write_password
from tests.agent.page.gatehouse import EVIL, SHA, Gatehouse, a_second_later, compile_gate, token_of

SECRET = "bốn từ không quen"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled once; each test has a copy."""
    folder = tmp_path_factory.mktemp("page") / "gate"
    compile_gate(folder)
    return folder


@pytest.fixture
def house(compiled: Path, tmp_path: Path) -> Gatehouse:
    return Gatehouse(Path(shutil.copytree(compiled, tmp_path / "gate")))


def said(answer: TestResponse) -> Any:
    return json.loads(answer.data)


@pytest.fixture
def client(house: Gatehouse) -> Iterator[FlaskClient]:
    house.wall()
    house.agent()
    with house.holding():
        yield house.client()


def test_the_page_tells_what_is_on_and_why(client: FlaskClient) -> None:
    told = client.get("/").get_data(as_text=True)
    assert "The wall plays as it should." in told
    assert "It takes turns with «Rules»." in told
    assert "from the file tour.yaml" in told
    assert "Bắc Hà" in told


def test_what_others_wrote_is_text(house: Gatehouse, client: FlaskClient) -> None:
    logging.getLogger("test").addHandler(house.ring)
    logging.getLogger("test").error("%s", EVIL)
    told = client.get("/").get_data(as_text=True)
    assert "<img src=x" not in told
    assert told.count("&lt;img src=x onerror=alert(1)&gt;") > 5
    assert "new &lt;b&gt;.jpg" in told


def test_the_language_is_chosen_by_each_visitor(client: FlaskClient) -> None:
    assert "Tường đang chiếu bình thường." in client.get("/?language=vi").get_data(as_text=True)
    assert "Tường đang chiếu bình thường." in client.get("/").get_data(as_text=True)
    assert "The wall plays as it should." in client.get("/?language=en").get_data(as_text=True)
    assert client.get("/?language=../../etc").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pid": 0x7FFFFFFE}, "The wall is not running."),
        ({"troubles": [{"zone": "main", "item": "promo.mp4", "reason": "broken"}]}, "things that need attention: 1."),
    ],
)
def test_what_is_wrong_comes_first(house: Gatehouse, client: FlaskClient, change: object, sentence: str) -> None:
    assert isinstance(change, dict)
    house.wall(**change)
    assert sentence in client.get("/").get_data(as_text=True)


def test_a_wall_that_the_province_has_made_black_is_said_to_be(house: Gatehouse, client: FlaskClient) -> None:
    house.agent(central={"state": "good", "blank": True})
    assert "the province has made it black" in client.get("/").get_data(as_text=True)


def test_a_blackout_is_said_before_all_else(house: Gatehouse, client: FlaskClient) -> None:
    house.agent(central={"state": "cut", "blank": True})
    house.wall(open=False, blackout={"since": "2026-11-25T10:00:00Z", "by": "command", "lasting": True})
    told = client.get("/").get_data(as_text=True)
    assert "The wall is black and the network is cut" in told
    assert "gateplayer blackout off" in told


def test_faults_bring_advice(house: Gatehouse, client: FlaskClient) -> None:
    house.agent(state="faulty", faults=[{"file": "a.yaml", "line": 3, "column": 5, "message": "no such key"}])
    told = client.get("/").get_data(as_text=True)
    assert "a.yaml:3:5" in told
    assert "Correct the line and save" in told


def test_every_answer_forbids_what_comes_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/live.json", "/static/page.js", "/login", "/nothing", "/metrics"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    told = client.get("/").get_data(as_text=True)
    assert "style=" not in told
    assert " on" not in "".join(part.partition(">")[0] for part in told.split("<script")[1:])


def test_news_is_told_once(client: FlaskClient) -> None:
    first = client.get("/live.json")
    assert set(said(first)["parts"]) >= {"zones", "day", "log"}
    tag = first.headers["ETag"]
    assert client.get("/live.json", headers={"If-None-Match": tag}).status_code == 304


def test_only_what_has_changed_is_sent(house: Gatehouse, client: FlaskClient) -> None:
    tag = client.get("/live.json").headers["ETag"]
    house.agent(state="faulty", faults=[{"file": "a.yaml", "line": 3, "column": 5, "message": "no such key"}])
    a_second_later()
    news = said(client.get("/live.json", headers={"If-None-Match": tag}))
    assert {"headline", "attention"} <= set(news["parts"]) <= {"headline", "attention", "coming", "zones", "machine"}
    assert set(said(client.get("/live.json", headers={"If-None-Match": '"made-up-5"'}))["parts"]) > {"log", "day"}


@pytest.mark.attack
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8137", "127.0.0.1.evil.example", "10.0.0.5", "[::2]", ""]
)
def test_a_name_that_is_not_ours_is_turned_away(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421
    assert client.get("/preview.jpg", headers={"Host": host}).status_code == 421


def test_names_of_this_computer_are_ours() -> None:
    assert all(is_our_name(host, "127.0.0.1") for host in ("localhost:8137", "127.0.0.1:9", "[::1]:8137", "LOCALHOST"))
    assert is_our_name("192.168.1.5:8137", "192.168.1.5")
    assert is_our_name("192.168.1.5:8137", "0.0.0.0")
    assert not is_our_name("evil.example", "0.0.0.0")
    assert not is_our_name("192.168.1.5", "127.0.0.1")


@pytest.mark.attack
def test_posts_without_the_token_change_nothing(house: Gatehouse, client: FlaskClient) -> None:
    good = token_of(client.get("/").get_data(as_text=True))
    form = {"sha": SHA, "who": "Hùng"}
    for more, headers in (
        ({}, {}),
        ({"token": "x"}, {}),
        ({"token": house.client().get("/").get_data(as_text=True)[-64:]}, {}),
        ({"token": good}, {"Origin": "http://evil.example"}),
        ({"token": good}, {"Origin": "null"}),
        ({"token": good}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        assert client.post("/approve", data=form | more, headers=headers).status_code == 403
    assert client.get("/approve").status_code == 405
    assert Approvals(house.state).all() == []


def test_a_second_person_approves_a_file_that_waits(house: Gatehouse, client: FlaskClient) -> None:
    token = token_of(client.get("/").get_data(as_text=True))
    assert client.post("/approve", data={"token": token, "sha": SHA, "who": " "}).status_code == 400
    assert client.post("/approve", data={"token": token, "sha": "cd" * 32, "who": "Hùng"}).status_code == 409
    assert client.post("/approve", data={"token": token, "sha": "../../x", "who": "Hùng"}).status_code == 409
    done = client.post("/approve", data={"token": token, "sha": SHA, "who": "Nguyễn Văn\n Hùng" + "x" * 200})
    assert (done.status_code, done.headers["Location"]) == (303, "/#folder")
    (approval,) = Approvals(house.state).all()
    assert (approval.sha, approval.name) == (SHA, "new <b>.jpg")
    assert approval.who.startswith("Nguyễn Văn Hùng")
    assert len(approval.who) < 90
    assert house.told == 1


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    token = token_of(client.get("/").get_data(as_text=True))
    assert client.post("/approve", data={"token": token, "sha": "a" * 20_000}).status_code == 413


@pytest.mark.attack
@pytest.mark.parametrize("path", ["/static/..%2fapp.py", "/static/../app.py", "/../config.yaml", "/static/", "/x"])
def test_no_path_leads_to_a_file(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"import" not in answer.data


# With a password


def test_without_being_logged_in_nothing_is_told(house: Gatehouse, client: FlaskClient) -> None:
    write_password(house.state, SECRET)
    assert client.get("/").headers["Location"] == "/login"
    assert client.get("/live.json").status_code == 401
    assert client.get("/preview.jpg").status_code == 401
    assert client.get("/metrics").status_code == 401
    told = client.get("/login").get_data(as_text=True)
    assert "Kim Thành" not in told
    assert client.get("/healthz").status_code == 200
    assert client.post("/approve", data={"token": token_of(told), "sha": SHA, "who": "x"}).status_code == 401
    assert Approvals(house.state).all() == []


def log_in(client: FlaskClient, password: str = SECRET) -> int:
    token = token_of(client.get("/login").get_data(as_text=True))
    return client.post("/login", data={"token": token, "password": password}).status_code


def test_logging_in_and_out(house: Gatehouse, client: FlaskClient) -> None:
    write_password(house.state, SECRET)
    before = client.get("/login").headers.get("Set-Cookie", "")
    assert "HttpOnly" in before
    assert "SameSite=Strict" in before
    assert log_in(client, "wrong") == 403
    assert log_in(client) == 303
    told = client.get("/").get_data(as_text=True)
    assert "Log out" in told
    assert client.post("/logout", data={"token": token_of(told)}).status_code == 303
    assert client.get("/").headers["Location"] == "/login"


def test_a_new_password_ends_every_session(house: Gatehouse, client: FlaskClient) -> None:
    write_password(house.state, SECRET)
    assert log_in(client) == 303
    write_password(house.state, SECRET + "2")
    assert client.get("/live.json").status_code == 401
    # Removed while the page is open to others: nobody gets in.
    others = house.client("192.168.1.5")
    (house.state / "page-password").unlink()
    assert others.get("/", headers={"Host": "192.168.1.5:8137"}).headers["Location"] == "/login"
    assert log_in(others, "") == 403
    assert log_in(others, SECRET) == 403


@pytest.mark.attack
def test_guessing_is_slowed_down(house: Gatehouse, client: FlaskClient) -> None:
    write_password(house.state, SECRET)
    codes = [log_in(client, f"guess {number}") for number in range(4)]
    assert codes == [403, 403, 403, 429]
    # Also for somebody who knows it: else a guess would show by its answer.
    assert log_in(client) == 429


def test_prometheus_gives_the_password(house: Gatehouse, client: FlaskClient) -> None:
    write_password(house.state, SECRET)
    assert client.get("/metrics", auth=("prometheus", "wrong")).status_code == 401
    assert client.get("/metrics", auth=("prometheus", SECRET)).status_code == 200
    assert client.get("/metrics", auth=("prometheus", SECRET)).status_code == 200


# For machines


def test_metrics_can_be_read_by_prometheus(client: FlaskClient) -> None:
    told = client.get("/metrics")
    assert told.content_type.startswith("text/plain; version=0.0.4")
    samples = dict(line.rsplit(" ", 1) for line in told.get_data(as_text=True).splitlines() if not line.startswith("#"))
    assert samples["gateplayer_frames_presented_total"] == "1000"
    assert samples["gateplayer_frames_missed_total"] == "3"
    assert samples["gateplayer_film_pictures_total"] == "500"
    assert (samples["gateplayer_film_repeats_total"], samples["gateplayer_film_drops_total"]) == ("2", "1")
    assert samples["gateplayer_film_judder_seconds"] == "0.0015"
    assert samples["gateplayer_frame_interval_p99_seconds"] == "0.018"
    assert samples['gateplayer_zone_up{zone="main"}'] == "1"
    assert samples["gateplayer_wall_up"] == "1"
    assert float(samples["gateplayer_disk_free_bytes"]) > 0
    assert EVIL not in told.get_data(as_text=True)


def test_health_is_of_the_wall(house: Gatehouse, client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, said(client.get("/healthz"))["healthy"]) == (200, True)
    (house.run / "wall.json").unlink()
    a_second_later()
    answer = client.get("/healthz")
    assert (answer.status_code, said(answer)["failing"]) == (503, ["wall"])
    assert "Kim" not in answer.get_data(as_text=True)


def test_the_rest_of_what_the_agent_tells(house: Gatehouse, client: FlaskClient) -> None:
    now = "2026-11-25T10:00:00+00:00"
    release = {"version": 7, "made": now, "files": 3, "bytes": 9_000_000, "files_here": 1, "bytes_here": 3_000_000}
    central = {
        "state": "unreachable", "server": "https://tinh.example", "since": now, "reason": "no route", "checked": now,
        "release": release, "awaited": release | {"version": 8}, "fetching": "slow", "blank": False, "taken_down": 2,
        "alerts": [{"id": "a", "template": "dong-cua", "until": now}], "lost": ["a.jpg"], "warnings": ["sign again"],
        "sticks": [{"path": "/media/u", "reason": "", "written": now}],
    }  # fmt: skip
    feed = {"url": "https://tin.example", "failing": now, "reason": "timeout", "fetched": now}
    house.agent(
        central=central,
        feeds=[feed],
        playlog=asdict(DayState(12, "2026-11-24", waiting=3, fingerprint="1a2b 3c4d", fault="disk")),
        uplink={"state": "unreachable", "since": now, "delivered": 9, "reason": "no route", "last": now},
        page={"address": "", "reason": "the port is taken"},
    )
    told = client.get("/").get_data(as_text=True)
    for sentence in (
        "https://tinh.example, cannot be reached; what is here plays on, since",
        "release 8, 1 of 3 files, 3 MB of 9 MB",
        "dong-cua until",
        "a.jpg: was found damaged",
        "sign again",
        "it may be pulled out",
        "sealed up to day 12 (2026-11-24)",
        "1a2b 3c4d",
        "days: 3",
        "reports wait until there is a link, no route",
        "https://tin.example",
        "the port is taken",
    ):
        assert sentence in told, sentence

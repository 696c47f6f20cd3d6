"""The page in a thread of the agent: where it listens, and when it does not."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest

from player.agent.page.ring import Ring
from player.agent.page.serving import StatusPage
from player.config.settings import Config, read_config
from player.library.pagepassword import check_password, is_password, page_faults, stored_password, write_password
from tests.agent.page.gatehouse import CONFIG

PASSWORD = "bốn từ không quen"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "state").mkdir()
    return replace(read_config(tmp_path / "config.yaml"), page=("127.0.0.1", free_port()))


@pytest.fixture
def page(config: Config) -> Iterator[StatusPage]:
    page = StatusPage(config.file, Ring(), lambda: None, lambda: None)
    yield page
    page.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def status(port: int, path: str = "/healthz") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_it_serves_where_the_config_says_and_moves_with_it(page: StatusPage, config: Config) -> None:
    assert config.page is not None
    assert page.follow(config).address == f"http://127.0.0.1:{config.page[1]}/"
    assert status(config.page[1]) == 503
    assert page.follow(config).reason == ""
    moved = replace(config, page=("127.0.0.1", free_port()))
    assert moved.page is not None
    page.follow(moved)
    assert status(moved.page[1], "/") == 200
    with pytest.raises(ConnectionRefusedError):
        status(config.page[1])
    assert page.follow(replace(config, page=None)).address == ""
    with pytest.raises(ConnectionRefusedError):
        status(moved.page[1])


def test_a_port_that_is_taken_is_said_and_tried_again(page: StatusPage, config: Config) -> None:
    assert config.page is not None
    with socket.create_server(config.page):
        told = page.follow(config)
        assert told.address == ""
        assert "cannot be listened on" in told.reason
    assert page.follow(config).reason == ""
    assert status(config.page[1]) == 503


def test_it_is_opened_to_others_only_with_a_password(page: StatusPage, config: Config) -> None:
    assert config.page is not None
    wide = replace(config, page=("0.0.0.0", config.page[1]))
    assert "gateplayer password" in page.follow(wide).reason
    (fault,) = page_faults(wide, config.state, config.file)
    assert "needs a password" in fault.message
    with pytest.raises(ConnectionRefusedError):
        status(config.page[1])
    write_password(config.state, PASSWORD)
    assert page.follow(wide).reason == ""
    assert not list(page_faults(wide, config.state, config.file))
    assert status(config.page[1], "/") == 303
    (config.state / "page-password").unlink()
    assert page.follow(wide).address == ""
    with pytest.raises(ConnectionRefusedError):
        status(config.page[1])


def test_what_is_stored_is_a_hash_that_nobody_else_may_read(tmp_path: Path) -> None:
    write_password(tmp_path, PASSWORD)
    stored = stored_password(tmp_path)
    assert (tmp_path / "page-password").stat().st_mode & 0o777 == 0o600
    assert PASSWORD.encode() not in stored
    assert is_password(stored, PASSWORD)
    assert not is_password(stored, PASSWORD + " ")
    write_password(tmp_path, PASSWORD)
    assert stored_password(tmp_path) != stored


@pytest.mark.parametrize(
    "stored", [b"", b"{}", b"[]", b"null", b'{"salt": "zz", "hash": ""}', b'{"salt": 1, "hash": 2}']
)
def test_a_damaged_password_file_lets_nobody_in(stored: bytes) -> None:
    assert not is_password(stored, PASSWORD)
    assert not is_password(stored, "")


def test_a_short_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="at least 10"):
        check_password("123456789")
    with pytest.raises(Exception, match="at least 10"):
        write_password(tmp_path, "admin")
    assert stored_password(tmp_path) == b""

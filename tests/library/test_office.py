"""Office documents: with a stand-in for LibreOffice that behaves as badly as one likes, and with the true one."""

import contextlib
import errno
import os
import socket
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ContentFault
from player.core.model import Page
from player.library.inboxentries import State
from player.library.office import Conversion, installed
from player.media.sandbox import sandbox_strength
from tests.library.folders import Drop, clockwork, reasons, seen

OPENDOCUMENT = "http://www.oasis-open.org/committees/"


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def stand_in(folder: Path, body: str) -> str:
    """A program that is called as LibreOffice is; `$out` and `$in` are its folder and document."""
    program = folder / "soffice"
    program.write_text(f'#!/bin/sh\nfor in in "$@"; do :; done\nout="$(dirname "$in")/out"; mkdir -p "$out"\n{body}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def slides(path: Path, pages: int) -> Path:
    """A presentation of `pages` slides with nothing but a title."""
    drawn = "".join(f'<draw:page draw:name="{number}" draw:master-page-name="m"/>' for number in range(pages))
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("draw", "drawing"), ("style", "style"))
    )
    kind = "application/vnd.oasis.opendocument.presentation"
    content = (
        f'<?xml version="1.0"?><office:document-content {names} office:version="1.2">'
        f"<office:body><office:presentation>{drawn}</office:presentation></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return slides(tmp_path / "blob", 2)


def finished(conversion: Conversion) -> Path:
    end = time.monotonic() + 60
    while (made := conversion.result()) is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return made


@pytest.fixture
def converting() -> Iterator[list[Conversion]]:
    begun: list[Conversion] = []
    yield begun
    for conversion in begun:
        conversion.close()


def test_what_comes_out_is_handed_over_and_nothing_is_left_behind(
    tmp_path: Path, document: Path, converting: list[Conversion]
) -> None:
    program = stand_in(
        tmp_path, 'printf %s "$HOME" > "$out/document.pdf"; ls "$(dirname "$in")" >> "$out/document.pdf"'
    )
    converting.append(Conversion(program, document, ".odp"))
    made = finished(converting[0]).read_text()
    home, *_around = made.splitlines()
    assert home.startswith("/tmp/gateplayer-office-")
    assert "document.odp" in made
    assert str(tmp_path) not in made
    converting[0].close()
    assert not Path(home.split("document")[0].split("out")[0]).exists()


def test_it_has_no_network(tmp_path: Path, document: Path, converting: list[Conversion]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 2); print('reached')\n"
        (tmp_path / "call.py").write_text(call + "except OSError: print('none')")
        program = stand_in(tmp_path, f'python3 {tmp_path / "call.py"} > "$out/document.pdf"')
        converting.append(Conversion(program, document, ".odp"))
        assert finished(converting[0]).read_text() == "none\n"


def test_its_memory_is_limited(tmp_path: Path, document: Path, converting: list[Conversion]) -> None:
    (tmp_path / "eat.py").write_text("x = bytearray(3 << 30)")
    program = stand_in(tmp_path, f'python3 {tmp_path / "eat.py"} && echo fed > "$out/document.pdf"')
    converting.append(Conversion(program, document, ".odp"))
    with pytest.raises(ContentFault, match="save it as PDF"):
        finished(converting[0])


def running(command: list[str]) -> bool:
    asked = "\0".join(command).encode() + b"\0"
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cmdline").read_bytes() == asked:
                return True
    return False


def test_one_that_hangs_is_ended_with_all_its_children(
    tmp_path: Path, document: Path, converting: list[Conversion]
) -> None:
    child = ["sleep", f"1000.{os.getpid()}"]
    program = stand_in(tmp_path, f"{' '.join(child)} & wait")
    converting.append(Conversion(program, document, ".odp", patience=1.5))
    end = time.monotonic() + 20
    while not running(child):
        assert time.monotonic() < end
        time.sleep(0.01)
    with pytest.raises(ContentFault, match="took more than"):
        finished(converting[0])
    while running(child):
        assert time.monotonic() < end
        time.sleep(0.02)


ATTACKS = """
import os, socket, sys
def tried(name, attempt):
    try:
        attempt()
        print(name, "done")
    except OSError as error:
        print(name, error.errno)
tried("own document", lambda: open(sys.argv[1]))
tried("own folder", lambda: open(os.environ["HOME"] + "/new", "w"))
tried("line", lambda: socket.socket(socket.AF_UNIX))
tried("program", lambda: os.waitstatus_to_exitcode(os.system("true")))
tried("key", lambda: open(sys.argv[2]))
tried("folder", lambda: os.listdir(os.path.dirname(sys.argv[2])))
tried("write", lambda: open(sys.argv[2] + ".new", "w"))
tried("rename", lambda: os.rename(sys.argv[2], sys.argv[2] + ".old"))
tried("change", lambda: open(sys.argv[2], "a"))
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    tried(family.name, lambda: socket.socket(family, socket.SOCK_DGRAM))
tried("signal", lambda: os.kill(int(sys.argv[3]), 0))
"""


@pytest.mark.skipif(not sandbox_strength().whole, reason="this kernel has no Landlock or no filters of system calls")
def test_it_reaches_its_document_and_its_home_and_nothing_else(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, document: Path, converting: list[Conversion]
) -> None:
    key = tmp_path_factory.mktemp("keys") / "gate.key"
    key.write_text("secret")
    (tmp_path / "attacks.py").write_text(ATTACKS)
    attacks = f'python3 {tmp_path / "attacks.py"} "$in" {key} {os.getpid()} > "$out/document.pdf"'
    converting.append(Conversion(stand_in(tmp_path, attacks), document, ".odp"))
    came_of = dict(line.rsplit(" ", 1) for line in finished(converting[0]).read_text().splitlines())
    forbidden, unknown = str(errno.EACCES), str(errno.EAFNOSUPPORT)
    assert came_of.pop("signal") == str(errno.EPERM) or sandbox_strength().landlock < 6
    assert came_of == {
        **dict.fromkeys(["own document", "own folder", "line", "program"], "done"),
        **dict.fromkeys(["key", "folder", "write", "rename", "change"], forbidden),
        **dict.fromkeys(["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"], unknown),
    }
    assert key.read_text() == "secret"


def test_what_one_that_was_killed_left_in_tmp_is_removed(
    tmp_path: Path, document: Path, converting: list[Conversion]
) -> None:
    line = Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_test{os.getpid()}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(line))
        server.listen()
        converting.append(Conversion(stand_in(tmp_path, "exit 1"), document, ".odp"))
        converting[0].close()
        assert line.exists(), "somebody listens there"
    converting[0].close()
    assert not line.exists()


@pytest.mark.parametrize("body", ["exit 1", "exit 0", ': > "$out/document.pdf"', "kill -9 $$"])
def test_one_that_fails_is_refused(tmp_path: Path, document: Path, converting: list[Conversion], body: str) -> None:
    converting.append(Conversion(stand_in(tmp_path, body), document, ".odp"))
    with pytest.raises(ContentFault, match="save it as PDF"):
        finished(converting[0])


def test_where_there_is_no_libreoffice_a_document_is_refused_with_advice(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    slides(drop.inbox / "họp.odp", 1)
    drop.photo("a.png")
    made = drop.made()
    assert seen(made) == {"a.png": State.GOOD, "họp.odp": State.REFUSED}
    assert "save it as PDF" in reasons(made)["họp.odp"]


def test_pictures_do_not_wait_for_a_document_and_emergencies_come_between(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = drop.folder / "sheet.pdf"
    Image.new("RGB", (60, 80), "red").save(sheet)
    gate = drop.folder / "gate"
    os.mkfifo(gate)
    stand_in(drop.folder, f'read go < {gate}; cp {sheet} "$out/document.pdf"')
    monkeypatch.setenv("PATH", f"{drop.folder}:{os.environ['PATH']}")
    with clockwork(drop) as work:
        work.after(0)
        slides(drop.inbox / "a.odp", 1)
        drop.photo("b.png")
        work.now += 1
        work.inbox.tend(work.now)
        work.now += 3
        tended = work.inbox.tend(work.now)
        # On a busy machine the document has not been begun yet.
        assert work.states()["a.odp"] in (State.QUEUED, State.CONVERTING)
        assert work.states()["b.png"] is State.GOOD
        assert tended.due is not None
        drop.photo("KHAN-CAP/c.png")
        work.now += 1
        work.inbox.tend(work.now)
        work.now += 3
        work.inbox.tend(work.now)
        assert work.states()["KHAN-CAP/c.png"] is State.GOOD
        threading.Thread(target=gate.write_text, args=("go\n",), daemon=True).start()
        end = time.monotonic() + 20
        while work.states()["a.odp"] is State.CONVERTING:
            assert time.monotonic() < end
            work.inbox.tend(work.now)
            time.sleep(0.02)
        assert work.states()["a.odp"] is State.GOOD


@pytest.mark.skipif(installed() is None, reason="LibreOffice is not installed here")
def test_the_true_libreoffice_makes_pages_once(drop: Drop) -> None:
    slides(drop.inbox / "họp__5s.odp", 3)
    drop.drop("thư.docx", b"PK\x03\x04 this is no document")
    made = drop.made()
    assert made.show is not None
    (playlist,) = made.show.playlists
    assert [item.title for item in playlist.items] == [f"họp__5s.odp ({page}/3)" for page in (1, 2, 3)]
    assert all(isinstance(item.content, Page) for item in playlist.items)
    assert seen(made)["thư.docx"] is State.REFUSED
    begun = time.monotonic()
    assert drop.made() == made
    assert time.monotonic() - begun < 15, "what has been converted is known"

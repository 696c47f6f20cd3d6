"""What `check` says of texts: with file, line and column, and the characters concerned."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.cli import main
from player.config.language import language_in_use, use
from player.library.feeds import FeedCopy, FeedHealth, FeedStore
from tests.library.gate import CONFIG, Gate

HEAD = "title: b\nzone: ticker\nitems:\n"
FILE = HEAD + "  - {banner: {file: media/tin.txt}}\n"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    gate = Gate(tmp_path)
    before = language_in_use()
    yield gate
    use(before)


def told(gate: Gate, capsys: pytest.CaptureFixture[str], code: int = 0) -> list[str]:
    assert main(["check", "--config", str(gate.config)]) == code
    return capsys.readouterr().out.splitlines()


def test_characters_that_no_font_has(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("playlists/b.yaml", HEAD + "  - {banner: Chào}\n  - {banner: Chào \U00012000 bạn}\n")
    gate.playlist("a.yaml", '{notice: {title: "Giờ \U00012001", text: "7:00"}}')
    said = told(gate, capsys)
    missing = [line for line in said if "no font has" in line]
    assert missing[0].startswith("playlists/a.yaml:5:5: ")
    assert "U+12001 CUNEIFORM SIGN A TIMES A" in missing[0]
    assert missing[1].startswith("playlists/b.yaml:5:5: ")
    assert "U+12000 CUNEIFORM SIGN A" in missing[1]


def test_characters_of_a_text_file_are_told_where_they_stand(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("playlists/b.yaml", FILE)
    gate.write("playlists/media/tin.txt", "Tin một\nTin \U00012000 hai\n\nba\x07\n")
    said = told(gate, capsys)
    assert said[0].startswith("playlists/media/tin.txt:2:5: ")
    assert "U+12000" in said[0]
    assert said[1].startswith("playlists/media/tin.txt:4:3: ")
    assert "U+0007" in said[1]
    assert told(gate, capsys) == said


def test_letters_too_small_to_read(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("config.yaml", CONFIG.replace("at: [0, 80%], size: [100%, 20%]", "at: [0, 160], size: [100%, 20]"))
    gate.write("playlists/b.yaml", HEAD + "  - {banner: Chào}\n  - {banner: Chào, direction: up, style: {size: 30%}}\n")
    gate.playlist("a.yaml", "{notice: {title: Quy định, text: " + "Không mang hàng cấm qua biên giới. " * 40 + "}}")
    small = [line for line in told(gate, capsys) if "too small to read" in line]
    assert [line.split(": ")[0] for line in small] == [
        "playlists/a.yaml:5:5",
        "playlists/b.yaml:4:5",
        "playlists/b.yaml:5:5",
    ]


def test_an_endless_banner(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    long = "Chào mừng quý khách " * 5000
    gate.write("playlists/b.yaml", HEAD + "  - {banner: " + long + "}\n")
    (fault, *_rest) = told(gate, capsys, 2)
    assert fault.startswith("playlists/b.yaml:4:14: ")
    assert "at most 50000 letters" in fault
    assert "99999" in fault
    gate.write("playlists/b.yaml", FILE)
    gate.write("playlists/media/tin.txt", long)
    (fault, *_rest) = told(gate, capsys, 2)
    assert fault.startswith("playlists/b.yaml:4:5: media/tin.txt: ")
    assert "100000" in fault
    gate.write("playlists/media/tin.txt", long[:30_000])
    (note, *_rest) = told(gate, capsys)
    assert note.startswith("playlists/b.yaml:4:5: media/tin.txt: a banner of 29999 characters")
    (gate.playlists / "media/tin.txt").write_bytes(b"x" * 500_000)
    assert "larger than 400 KB" in told(gate, capsys, 2)[0]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("céng hßa x· héi chñ nghÜa viÖt nam".encode("latin-1"), "TCVN3"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam".encode("cp1252"), "VNI"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "encoding of this file is unknown"),
        ("欢迎光临老街口岸".encode("gb18030"), "encoding of this file is unknown"),
        ("欢迎".encode("gb18030"), "encoding of this file is unknown"),
        ("Welcome 歡迎光臨老街口岸".encode("big5"), "encoding of this file is unknown"),
    ],
)
def test_files_in_other_encodings_are_refused_with_advice(
    gate: Gate, capsys: pytest.CaptureFixture[str], data: bytes, name: str
) -> None:
    gate.write("playlists/b.yaml", FILE)
    (gate.playlists / "media/tin.txt").write_bytes(data)
    (fault, *_rest) = told(gate, capsys, 2)
    assert fault.startswith("playlists/b.yaml:4:5: media/tin.txt: ")
    assert name in fault
    assert "UTF-8" in fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_the_encodings_of_operators_are_read(gate: Gate, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    text = "Chào mừng quý khách"
    if encoding == "cp1258":
        # Windows-1258 writes tones behind their vowels.
        text = "Cha\u0300o m\u01b0\u0300ng quy\u0301 kha\u0301ch"
    gate.write("playlists/b.yaml", FILE)
    (gate.playlists / "media/tin.txt").write_bytes(text.encode(encoding))
    assert told(gate, capsys)[-1].startswith("No faults. Playlists: 1, items: 1.")


def test_the_whole_step_that_was_taken(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.write("playlists/b.yaml", HEAD + "  - {banner: Chào, speed: 100}\n  - {banner: Chào, speed: 10}\n")
    said = told(gate, capsys)
    assert any("3 pixels a frame (90 a second)" in line for line in said)
    assert any("1 pixels a frame (30 a second)" in line for line in said)


def test_a_feed_says_since_when_it_is_stale(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://example.com/tin.rss"
    gate.write("playlists/b.yaml", HEAD + f'  - {{banner: {{feed: "{url}", items: 2}}}}\n  - {{banner: Chào}}\n')
    (note, *_rest) = told(gate, capsys)
    assert note == f"playlists/b.yaml:4:5: {url}: not fetched yet; it is shown as soon as the agent has its titles"
    store = FeedStore(gate.state)
    store.keep(FeedCopy(url, ("Một", "Hai", "Ba")))
    store.note(FeedHealth(url, "2026-09-01T01:00:00+00:00"))
    assert told(gate, capsys)[-1].startswith("No faults. Playlists: 1, items: 2.")
    store.note(FeedHealth(url, "2026-09-01T01:00:00+00:00", "2026-09-02T02:00:00+00:00", "the server answers 500"))
    (note, *_rest) = told(gate, capsys)
    assert note == (
        f"playlists/b.yaml:4:5: {url}: not reached since 2026-09-02 09:00 (the server answers 500); "
        "the titles of 2026-09-01 08:00 are shown"
    )
    store.keep(FeedCopy(url, ()))
    store.note(FeedHealth(url, "2026-09-01T01:00:00+00:00"))
    assert "no titles now" in told(gate, capsys)[0]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('feed: "file:///etc/passwd"', "is no web address"),
        ('feed: "ftp://example.com/tin"', "is no web address"),
        ('feed: "https://example.com/tin", items: 51', "from 1 to 50"),
        ("text: Chào, items: 5", "goes with feed: only"),
        ('text: Chào, feed: "https://example.com/"', "one of text, file, feed"),
        ("lang: vi", "one of text, file, feed"),
        ("file: media/tni.txt", "did you mean media/tin.txt"),
        ("file: ../config.yaml", "outside the playlists folder"),
        ('rss: "https://example.com/"', "did you mean feed?"),
    ],
)
def test_what_is_wrong_with_a_banners_source(
    gate: Gate, capsys: pytest.CaptureFixture[str], written: str, said: str
) -> None:
    gate.write("playlists/media/tin.txt", "Tin")
    gate.write("playlists/b.yaml", HEAD + f"  - {{banner: {{{written}}}}}\n")
    (fault, *_rest) = told(gate, capsys, 2)
    assert fault.startswith("playlists/b.yaml:4:")
    assert said in fault


def test_status_says_since_when_a_feed_is_stale(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    from player.library.files import sole

    gate.write("playlists/b.yaml", HEAD + "  - {banner: Chào}\n")
    feed = {"url": "https://example.com/", "fetched": "", "failing": "2026-09-02T02:00:00+00:00", "reason": "offline"}
    (gate.state / "run").mkdir(parents=True)
    (gate.state / "run/agent.json").write_text(json.dumps({"state": "good", "feeds": [feed]}))
    with sole(gate.state / "agent.lock"):
        main(["status", "--config", str(gate.config)])
    assert "https://example.com/: not reached since 2026-09-02 09:00 (offline)" in capsys.readouterr().out

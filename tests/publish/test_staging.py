"""From a folder of playlists to a draft."""

import os
import random
import time
from pathlib import Path

import pytest
from PIL import Image

from player.core.faults import ConfigFault, ContentFault
from player.publish import staging
from player.publish.staging import DRAFTED, LIVE, NEW
from tests.publish.site import GATE, Made, make_site, playlists, write_files

ROLE = f"gate-{GATE}"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make_site(tmp_path)


def names(made: Made, role: str = ROLE) -> list[str]:
    return [entry.name for entry in made.drafts.entries(role)[0]]


def test_draft_lists_the_playlists_and_just_the_media_that_they_use(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    write_files(folder, {"media/unused.png": b"x", "notes.txt": "y", "text.txt": "Xin chào"})
    playlists(folder, {"a.png": "red"}, "  - {folder: media/all/, for: 5s}\n")
    playlists(tmp_path / "other", {"b.png": "green", "c.png": "blue"})
    os.rename(tmp_path / "other/media", folder / "media/all")
    (folder / "chu.yaml").write_text("title: Chữ\nzone: ticker\nitems: [{banner: {file: text.txt}}]\n", "utf-8")
    (staged,) = made.stage(folder)
    assert staged.state == NEW
    wanted = ["chu.yaml", "gioi-thieu.yaml", "media/a.png", "media/all/b.png", "media/all/c.png", "text.txt"]
    assert names(made) == wanted
    assert (staged.count, staged.files) == (3, 6)


def test_files_are_shared_not_copied(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    entry = next(one for one in made.drafts.entries(ROLE)[0] if one.name.endswith("red.png"))
    stored = made.site.state / "blobs" / entry.sha256[:2] / entry.sha256
    assert made.drafts.blob(entry.sha256).samefile(stored)
    made.sign()
    made.release()
    assert (made.site.tree / "blob" / entry.sha256).samefile(stored)
    assert list((made.site.drafts / "blob").iterdir()) == []


def bytes_read() -> int:
    """By this process so far."""
    line = next(line for line in Path("/proc/self/io").read_text().splitlines() if line.startswith("rchar"))
    return int(line.split()[1])


def test_unchanged_files_are_not_read_again(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl", {"big.png": "red"})
    noise = random.Random(1).randbytes(1000 * 1000 * 3)
    Image.frombytes("RGB", (1000, 1000), noise).save(folder / "media/big.png")
    size = (folder / "media/big.png").stat().st_size
    time.sleep(0.05)  # the index remembers no file that was changed this very moment
    before = bytes_read()
    made.stage(folder)
    first = bytes_read() - before
    made.drafts.discard(ROLE)
    made.stage(folder)
    again = bytes_read() - before - first
    assert first > size > 1_000_000 > again


def test_equal_to_what_is_live_is_no_draft(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    made.sign()
    made.release()
    (staged,) = made.stage(folder)
    assert staged.state == LIVE
    assert made.drafts.roles() == []


def test_going_back_to_what_is_live_throws_the_draft_away(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    made.sign()
    made.release()
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    assert made.drafts.roles() == [ROLE]
    made.stage(folder)
    assert made.drafts.roles() == []


def test_the_same_again_keeps_the_draft_and_its_signatures(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    made.sign("so-van-hoa")
    (staged,) = made.stage(folder)
    assert staged.state == DRAFTED
    assert len(made.drafts.signatures(ROLE)) == 1


def test_another_draft_has_no_signatures(made: Made, tmp_path: Path) -> None:
    made.stage(playlists(tmp_path / "pl"))
    made.sign("so-van-hoa")
    made.stage(playlists(tmp_path / "other", {"green.png": "green"}))
    assert made.drafts.signatures(ROLE) == {}


def test_faults_are_listed_with_their_place_and_nothing_is_drafted(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl", more="  - {image: media/absent.png}\n  - {imag: x}\n")
    (folder / "media/red.png").write_bytes(b"no picture")
    with pytest.raises(ConfigFault) as caught:
        made.stage(folder)
    said = [str(fault) for fault in caught.value.faults]
    assert any(line.startswith("pl/gioi-thieu.yaml:6:") and "absent.png" in line for line in said)
    assert any(line.startswith("pl/gioi-thieu.yaml:7:") for line in said)
    assert any(line.startswith("pl/gioi-thieu.yaml:4:") and "red.png" in line for line in said)
    assert made.drafts.roles() == []


def test_one_gate_that_cannot_show_it_keeps_it_from_all(made: Made, tmp_path: Path) -> None:
    made.add_gate("bac-ha")
    config = made.site.gate("bac-ha") / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("ticker:", "dong-chu:"), "utf-8")
    with pytest.raises(ConfigFault, match="ticker"):
        made.stage(playlists(tmp_path / "pl"), (GATE, "bac-ha"))
    assert ROLE not in made.drafts.roles()


def test_feeds_are_refused(made: Made, tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "pl",
        {"a.yaml": 'title: Tin\nzone: ticker\nitems: [{banner: {feed: "https://example.org/rss"}}]\n'},
    )
    with pytest.raises(ConfigFault, match="signed by nobody"):
        made.stage(folder)


def test_links_within_the_folder_have_both_names(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl", {"red.png": "red"})
    (folder / "media/again.png").symlink_to("red.png")
    text = "title: Lại\nzone: main\nitems: [{image: media/again.png}]\n"
    (folder / "lai.yaml").write_text(text, "utf-8")
    (folder / "round").symlink_to(".")
    made.stage(folder)
    assert {"media/again.png", "media/red.png"} <= set(names(made))


def test_names_that_gates_refuse_are_faults(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl", {"a:b.png": "red"})
    with pytest.raises(ConfigFault, match="rename it"):
        made.stage(folder)


def test_empty_folder_and_no_folder(made: Made, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigFault, match="no playlists"):
        made.stage(tmp_path / "empty")
    with pytest.raises(ContentFault, match="no such folder"):
        made.stage(tmp_path / "absent")


def test_unknown_gate(made: Made, tmp_path: Path) -> None:
    with pytest.raises(ContentFault, match="there is no gate nowhere"):
        made.stage(playlists(tmp_path / "pl"), ("nowhere",))


def test_old_draft_is_made_anew(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    made.now += staging.SOON * 6
    (staged,) = made.stage(folder)
    assert staged.state == NEW


def test_what_runs_out_soon_may_be_drafted_as_it_is(made: Made, tmp_path: Path) -> None:
    folder = playlists(tmp_path / "pl")
    made.stage(folder)
    made.sign()
    made.release()
    made.now += staging.SOON * 5.5
    (staged,) = made.stage(folder)
    assert (staged.state, staged.version) == (NEW, 2)

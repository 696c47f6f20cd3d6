import errno
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.model import Banner, Clock, Film, Notice, Page, Picture, Show
from player.core.units import MINUTE, SECOND, seconds
from player.library.blobs import Blobs, NoSpace
from player.library.shows import ShowStore
from player.library.workshop import Made
from tests.library.gate import Gate, titles


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


def show_of(made: Made) -> Show:
    assert made.show is not None
    return made.show


def messages(made: Made) -> str:
    return "\n".join(str(fault) for fault in made.faults)


def in_folder(made: Made) -> list[str]:
    return [title.removeprefix("media/anh/") for title in titles(made)]


def test_every_kind_of_item_is_compiled(gate: Gate) -> None:
    gate.picture("a.png")
    gate.film("film.mp4", 2)
    gate.document("thông báo.pdf", 3)
    gate.playlist(
        "a.yaml",
        "{image: media/a.png, for: 8s, fit: contain}",
        "{video: media/film.mp4, sound: 50%}",
        "{video: media/film.mp4, for: 1s}",
        '{pages: "media/thông báo.pdf", for: 5s}',
        '{notice: {title: "Giờ mở cửa", text: "7:00", background: media/a.png}, for: 10s}',
    )
    made = gate.make()
    assert messages(made) == ""
    (playlist,) = show_of(made).playlists
    picture, film, short, one, _two, three, notice = playlist.items
    assert isinstance(picture.content, Picture)
    assert picture.span == 8 * SECOND
    assert isinstance(film.content, Film)
    assert film.span == film.content.natural == seconds(2)
    assert film.content.volume == 0.5
    assert short.span == SECOND
    assert isinstance(one.content, Page)
    assert isinstance(three.content, Page)
    assert [one.content.number, three.content.number] == [0, 2]
    assert three.title == "media/thông báo.pdf (3/3)"
    assert isinstance(notice.content, Notice)
    assert notice.content.asset == picture.content.asset
    blob = gate.state / "blobs" / picture.content.asset[:2] / picture.content.asset
    assert blob.read_bytes() == (gate.playlists / "media/a.png").read_bytes()


def test_a_banner_is_measured_and_lasts_whole_frames(gate: Gate) -> None:
    gate.write("playlists/b.yaml", "title: b\nzone: ticker\nitems: [{banner: 'Chào mừng · 欢迎', speed: 100}]")
    (playlist,) = show_of(gate.make()).playlists
    (item,) = playlist.items
    banner = item.content
    assert isinstance(banner, Banner)
    assert (banner.step, banner.height) == (3, 36)
    assert banner.width > 100
    assert banner.width % banner.step == 0
    assert item.span == banner.width // banner.step * SECOND // 30


def test_a_clock_zone_gets_its_clock(gate: Gate) -> None:
    gate.write("config.yaml", "gate: a\nlayout: {main: {size: [100%, 90%]}, gio: {size: [20%, 10%], shows: clock}}")
    (playlist,) = show_of(gate.make()).playlists
    assert playlist.zone == "gio"
    (item,) = playlist.items
    assert isinstance(item.content, Clock)
    assert item.span == MINUTE


def test_a_folder_unfolds_in_natural_order_without_what_systems_leave_in_it(gate: Gate) -> None:
    for name in ("10.png", "2.png", "ảnh.png", "an.png"):
        gate.picture(f"anh/{name}")
    gate.film("anh/3.mp4", 2)
    gate.document("anh/4.pdf", 2)
    for name in ("Thumbs.db", ".DS_Store", "~$x.png", "x.png.part"):
        (gate.playlists / "media/anh" / name).write_bytes(b"junk")
    gate.playlist("a.yaml", "{folder: media/anh, for: 1s}")
    made = gate.make()
    assert messages(made) == ""
    assert in_folder(made) == ["2.png", "3.mp4", "4.pdf (1/2)", "4.pdf (2/2)", "10.png", "an.png", "ảnh.png"]
    spans = [item.span / SECOND for item in show_of(made).playlists[0].items]
    assert spans == [1, 2, 1, 1, 1, 1, 1]


def test_a_bad_file_in_a_folder_does_not_hold_up_the_good_ones(gate: Gate) -> None:
    gate.picture("anh/1.png")
    gate.playlist("a.yaml", "{folder: media/anh}")
    gate.make()
    (gate.playlists / "media/anh/2.png").write_bytes(b"no picture")
    gate.picture("anh/3.png")
    made = gate.make()
    assert in_folder(made) == ["1.png", "3.png"]
    assert "2.png: " in messages(made)


def test_a_link_in_a_folder_does_not_lead_out(gate: Gate, tmp_path: Path) -> None:
    gate.picture("anh/1.png")
    (tmp_path / "secret.png").write_bytes(gate.picture("x.png", "blue").read_bytes())
    (gate.playlists / "media/anh/2.png").symlink_to(tmp_path / "secret.png")
    (gate.playlists / "media/anh/3.png").symlink_to(tmp_path / "nowhere")
    gate.playlist("a.yaml", "{folder: media/anh}")
    made = gate.make()
    assert in_folder(made) == ["1.png"]
    assert "2.png: a link that leads out" in messages(made)
    assert "3.png: a link that leads nowhere" in messages(made)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{image: media/film.mp4}", "this is a film; write video:"),
        ("{image: media/doc.pdf}", "this is a PDF document; write pages:"),
        ("{video: media/good.png}", "this is a still picture; write image:"),
        ("{pages: media/good.png}", "this is no PDF document"),
        ("{image: media/empty.jpg}", "media/empty.jpg: "),
        ("{video: media/text.mp4}", "media/text.mp4: "),
        ("{image: media/cut.jpg}", "media/cut.jpg: "),
        ("{notice: {text: x, background: media/doc.pdf}}", "a still picture"),
    ],
)
def test_media_that_cannot_be_shown_is_left_out_with_its_place_and_reason(gate: Gate, item: str, said: str) -> None:
    gate.picture("good.png")
    gate.film("film.mp4", 1)
    gate.document("doc.pdf", 1)
    whole = gate.picture("whole.jpg", size=(300, 300)).read_bytes()
    for name, data in {"empty.jpg": b"", "text.mp4": b"hello", "cut.jpg": whole[: len(whole) // 2]}.items():
        (gate.playlists / "media" / name).write_bytes(data)
    gate.playlist("a.yaml", "{image: media/good.png}", item)
    made = gate.make()
    assert titles(made) == ["media/good.png"]
    (fault,) = made.faults
    assert said in fault.message
    assert (fault.place.file, fault.place.line) == ("playlists/a.yaml", 6)


def test_an_animated_picture_is_a_film_that_image_takes(gate: Gate) -> None:
    from PIL import Image

    frames = [Image.new("RGB", (40, 30), (number * 40, 0, 0)) for number in range(5)]
    frames[0].save(gate.playlists / "media/dong.gif", save_all=True, append_images=frames[1:], duration=200, loop=0)
    gate.playlist("a.yaml", "{image: media/dong.gif, for: 6s}")
    made = gate.make()
    assert messages(made) == ""
    (item,) = show_of(made).playlists[0].items
    assert isinstance(item.content, Film)
    assert (item.content.natural, item.span) == (seconds(1), seconds(6))


def test_a_bad_edit_keeps_the_last_good_of_its_file_only(gate: Gate) -> None:
    for name in "abc":
        gate.picture(f"{name}.png", {"a": "red", "b": "green", "c": "blue"}[name])
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.playlist("b.yaml", "{image: media/b.png}")
    gate.make()
    gate.playlist("a.yaml", "{image: media/c.png}", "{image: media/absent.png}")
    gate.playlist("b.yaml", "{image: media/b.png}", "{image: media/c.png}")
    made = gate.make()
    assert titles(made) == ["media/a.png", "media/b.png", "media/c.png"]
    assert "absent.png" in messages(made)
    assert gate.make() == made
    gate.playlist("a.yaml", "{image: media/c.png}")
    assert titles(gate.make()) == ["media/c.png", "media/b.png", "media/c.png"]


def test_what_never_was_good_plays_its_good_part(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}", "{image: media/absent.png}")
    assert titles(gate.make()) == ["media/a.png"]


def test_a_playlist_that_is_removed_leaves(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.playlist("b.yaml", "{image: media/a.png}")
    gate.make()
    (gate.playlists / "a.yaml").unlink()
    made = gate.make()
    assert [playlist.source for playlist in show_of(made).playlists] == ["b.yaml"]


def test_a_playlists_folder_that_vanishes_withdraws_nothing(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    first = gate.make()
    gate.playlists.rename(gate.folder / "elsewhere")
    made = gate.make()
    assert made.show == first.show
    assert "no such folder" in messages(made)


@pytest.mark.parametrize(
    "folder", ["", "lễ hội", "media/anh"], ids=["all", "a folder of files", "a folder of pictures"]
)
def test_a_folder_that_cannot_be_listed_withdraws_nothing(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """No file handles left, a disk that fails: its playlists stay, those beside it go on, and it is tried again."""
    for name in ("a.png", "b.png", "anh/1.png", "anh/2.png"):
        gate.picture(name)
    gate.playlist("a.yaml", "{folder: media/anh}", title="a")
    gate.playlist("lễ hội/b.yaml", "{image: ../media/b.png}", title="b")
    first = gate.make()
    assert titles(first) == ["media/anh/1.png", "media/anh/2.png", "../media/b.png"]
    listed = os.scandir

    def out_of_handles(path: str | Path) -> object:
        if Path(path) == gate.playlists / folder:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))
        return listed(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", out_of_handles)
        patch.setattr(os, "listdir", lambda path: [entry.name for entry in out_of_handles(path)])  # type: ignore[attr-defined]
        made = gate.make()
    assert made.show == first.show
    assert made.passing
    assert "Too many open files" in messages(made)
    assert not gate.make().passing


def test_a_picture_of_a_folder_that_cannot_be_opened_just_now_stays(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anh/1.png", "anh/2.png"):
        gate.picture(name)
    gate.playlist("a.yaml", "{folder: media/anh}")
    first = gate.make()
    gate.picture("anh/1.png", "green")
    opened = os.open

    def out_of_handles(path: str | Path, *more: int, **named: int) -> int:
        if Path(path).name == "1.png":
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))
        return opened(path, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", out_of_handles)
        made = gate.make()
    assert made.show == first.show
    assert made.passing
    assert gate.make().show != first.show


def test_a_bad_config_keeps_the_last_good_one_while_running(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    with gate.workshop() as shop:
        shop.store(shop.make())
        gate.write("config.yaml", "gate: kim-thanh-2\nlayuot: {}\n")
        gate.playlist("b.yaml", "{image: media/a.png, for: 3s}")
        made = shop.make()
        assert made.config_faulty
        assert "layuot" in messages(made)
        assert [playlist.source for playlist in show_of(made).playlists] == ["a.yaml", "b.yaml"]


def test_a_config_that_never_was_good_makes_no_show_and_leaves_the_stored_one(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.make()
    gate.write("config.yaml", "layout: 7")
    with gate.workshop() as shop:
        made = shop.make()
        assert made.show is None
        assert shop.store(made) == 1
    stored = ShowStore(gate.state).current()
    assert stored is not None
    assert titles(Made(None, False, stored.show, ())) == ["media/a.png"]


def test_kept_banners_fit_their_zone_after_it_has_changed(gate: Gate) -> None:
    banner = "title: b\nzone: ticker\nitems: [{banner: 'Chào mừng', speed: 90}]"
    gate.write("playlists/b.yaml", banner)
    gate.make()
    gate.write("playlists/b.yaml", banner + "\nwrong: key")
    gate.write("config.yaml", (gate.folder / "config.yaml").read_text().replace("20%", "15%").replace("30}", "60}"))
    made = gate.make()
    (item,) = show_of(made).playlists[0].items
    assert isinstance(item.content, Banner)
    assert (item.content.height, item.content.step) == (27, 2)
    assert item.span == item.content.width // 2 * SECOND // 60


def test_files_of_the_same_name_are_told_apart(gate: Gate) -> None:
    gate.picture("bac/anh.png", "red")
    gate.picture("nam/anh.png", "blue")
    gate.write("playlists/bac/a.yaml", "title: Bắc\nzone: main\nitems: [{image: ../media/bac/anh.png}]")
    gate.write("playlists/nam/a.yaml", "title: Nam\nzone: main\nitems: [{image: ../media/nam/anh.png}]")
    made = gate.make()
    assert messages(made) == ""
    bac, nam = show_of(made).playlists
    assert (bac.source, nam.source) == ("bac/a.yaml", "nam/a.yaml")
    assert bac.items[0].id != nam.items[0].id


def test_same_content_has_the_same_id_wherever_it_stands(gate: Gate) -> None:
    gate.picture("a.png")
    (gate.playlists / "media/copy.png").write_bytes((gate.playlists / "media/a.png").read_bytes())
    gate.playlist(
        "a.yaml", "{image: media/a.png, for: 3s}", "{image: media/copy.png}", "{image: media/a.png, fit: stretch}"
    )
    first, second, third = show_of(gate.make()).playlists[0].items
    assert first.id == second.id != third.id


def test_the_order_in_which_folders_list_their_files_does_not_matter(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        gate.picture(f"anh/{number}.png", f"#0000{number:02}")
        gate.playlist(f"{number}.yaml", "{folder: media/anh}", title=f"Số {number}")
    first = gate.make()
    listed = Path.iterdir
    generator = random.Random(7)

    def shuffled(self: Path) -> Iterator[Path]:
        found = list(listed(self))
        generator.shuffle(found)
        return iter(found)

    monkeypatch.setattr(Path, "iterdir", shuffled)
    for _attempt in range(3):
        assert gate.make() == first
    assert ShowStore(gate.state).pointer() == "shows/00000001.json"


def test_unchanged_files_are_not_read_again_and_changed_ones_are(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.picture("a.png")
    film = gate.film("b.mp4", 1)
    gate.playlist("a.yaml", "{image: media/a.png}", "{video: media/b.mp4}", "{folder: media}")
    gate.make()
    read: list[str] = []
    admit = Blobs.admit

    def counted(self: Blobs, path: Path) -> str:
        read.append(path.name)
        return admit(self, path)

    monkeypatch.setattr(Blobs, "admit", counted)
    gate.make()
    assert read == []
    film.write_bytes(gate.film("c.mp4", 2).read_bytes())
    gate.make()
    assert sorted(set(read)) == ["b.mp4", "c.mp4"]


def test_a_swap_that_keeps_size_and_date_is_noticed(gate: Gate) -> None:
    import os

    path = gate.picture("a.bmp", "red")
    gate.playlist("a.yaml", "{image: media/a.bmp}")
    before = gate.make()
    status = path.stat()
    other = gate.picture("other.bmp", "blue")
    assert other.stat().st_size == status.st_size
    path.write_bytes(other.read_bytes())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert gate.make().show != before.show


def test_an_asset_lost_from_the_store_is_taken_in_again(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.make()
    for blob in (gate.state / "blobs").glob("*/*"):
        blob.unlink()
    gate.make()
    assert len(list((gate.state / "blobs").glob("*/*"))) == 1


def test_a_full_disk_keeps_what_played_and_is_worth_another_try(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.make()
    gate.picture("b.png", "blue")
    gate.playlist("a.yaml", "{image: media/b.png}")

    def full(_self: Blobs, _path: Path) -> str:
        raise NoSpace("the disk is full")

    monkeypatch.setattr(Blobs, "admit", full)
    made = gate.make()
    assert made.passing
    assert titles(made) == ["media/a.png"]
    assert "the disk is full" in messages(made)
    monkeypatch.undo()
    assert titles(gate.make()) == ["media/b.png"]


def test_texts_that_will_not_read_well_get_advice_and_play(gate: Gate) -> None:
    gate.playlist("a.yaml", '{notice: {text: "xin chào", style: {ink: "#ffffff", background: "#f0f0f0"}}}')
    made = gate.make()
    assert messages(made) == ""
    assert len(titles(made)) == 1
    (note,) = made.notes
    assert note.place.line == 5


def test_house_keeping_removes_damaged_assets_and_the_next_look_fetches_them(gate: Gate) -> None:
    gate.picture("a.png")
    gate.playlist("a.yaml", "{image: media/a.png}")
    gate.make()
    (blob,) = (gate.state / "blobs").glob("*/*")
    good = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(b"\0" * len(good))
    with gate.workshop() as shop:
        (sha,) = shop.tidy()
        assert not shop.verify(sha)
        assert not blob.exists()
        assert shop.tidy() == ()
        shop.make()
        assert shop.tidy() == (sha,)
        assert shop.verify(sha)
    assert blob.read_bytes() == good

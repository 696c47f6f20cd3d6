"""Key files: standard, encrypted, never overwritten."""

import subprocess
from pathlib import Path

import pytest

from player.core.faults import ContentFault, TrustFault
from player.publish import keys
from player.publish.keys import check_passphrase, make_key, read_private, read_public, write_key
from tests.publish.site import PASSPHRASE, ROUNDS


def test_key_comes_back_with_its_passphrase_and_its_name(tmp_path: Path) -> None:
    made = make_key("Sở Văn hóa")
    write_key(made, tmp_path / "a", PASSPHRASE, ROUNDS)
    again = read_private(tmp_path / "a.key", PASSPHRASE)
    assert again.public_key == made.public_key
    assert keys.name_of(read_public(tmp_path / "a.pub")) == "Sở Văn hóa"
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600


def test_another_tool_reads_it_and_finds_many_rounds(tmp_path: Path) -> None:
    assert keys.ROUNDS >= 600_000
    write_key(make_key("a"), tmp_path / "a", PASSPHRASE)
    command = ["openssl", "pkey", "-in", str(tmp_path / "a.key"), "-passin", f"pass:{PASSPHRASE}", "-noout", "-text"]
    assert "ED25519" in subprocess.run(command, capture_output=True, check=True, text=True).stdout
    parse = ["openssl", "asn1parse", "-in", str(tmp_path / "a.key")]
    said = subprocess.run(parse, capture_output=True, check=True, text=True).stdout
    assert f"INTEGER           :{keys.ROUNDS:06X}" in said
    assert "hmacWithSHA256" in said
    assert "aes-256-cbc" in said


@pytest.mark.parametrize("rounds", [1, 127, 128, 255, 256, 65_535, 65_536])
def test_numbers_of_rounds_of_any_size(tmp_path: Path, rounds: int) -> None:
    write_key(make_key("a"), tmp_path / "a", PASSPHRASE, rounds)
    read_private(tmp_path / "a.key", PASSPHRASE)


def test_accents_may_be_stored_either_way(tmp_path: Path) -> None:
    write_key(make_key("a"), tmp_path / "a", "mật khẩu dài", ROUNDS)
    read_private(tmp_path / "a.key", "mật khẩu dài")


def test_wrong_passphrase_is_said(tmp_path: Path) -> None:
    write_key(make_key("a"), tmp_path / "a", PASSPHRASE, ROUNDS)
    with pytest.raises(TrustFault, match="the passphrase is wrong"):
        read_private(tmp_path / "a.key", PASSPHRASE + "x")
    with pytest.raises(TrustFault, match="the passphrase is wrong"):
        read_private(tmp_path / "a.key", None)


def test_short_passphrase_is_refused() -> None:
    with pytest.raises(ContentFault, match="at least 10"):
        check_passphrase("chin chu_")


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    write_key(make_key("a"), tmp_path / "a", PASSPHRASE, ROUNDS)
    with pytest.raises(ContentFault, match="never written over"):
        write_key(make_key("a"), tmp_path / "a", PASSPHRASE, ROUNDS)


def test_public_key_with_another_id_is_refused(tmp_path: Path) -> None:
    write_key(make_key("a"), tmp_path / "a", PASSPHRASE, ROUNDS)
    text = (tmp_path / "a.pub").read_text("utf-8")
    keyid = read_public(tmp_path / "a.pub").keyid
    (tmp_path / "a.pub").write_text(text.replace(keyid, "0" * 64), "utf-8")
    with pytest.raises(ContentFault, match="no public key"):
        read_public(tmp_path / "a.pub")


def test_something_else_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "a.key").write_text("hello")
    with pytest.raises(ContentFault, match="no private key"):
        read_private(tmp_path / "a.key", PASSPHRASE)

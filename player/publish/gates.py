"""Gates of a site: the configuration with which drafts are checked and pictured, the token of its reports, and who may
sign for it."""

import copy
import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from tuf.api.metadata import Targets

from player.config import fields
from player.config.language import _, language_in_use, use
from player.config.settings import Config, read_config
from player.config.suggest import WordingError
from player.core.faults import ContentFault
from player.library.files import sync_folder, write_whole
from player.publish.drafts import Drafts
from player.publish.founding import gate_delegation
from player.publish.site import Site
from player.publish.tree import Tree
from player.trust.names import TARGETS_ROLE, TEMPLATES, expires, gate_role

_FONTS = re.compile(rb"^fonts:[^\n]*", re.MULTILINE)
USUAL = """\
# Cửa khẩu {gate}: tường LED để kiểm tra và xem trước nội dung. Chép từ config.yaml của máy tại cửa khẩu thì đúng nhất.
# The gate {gate}: its wall, with which content is checked and pictured. Best copied from the gate's own config.yaml.
gate: {gate}

# Tên cho người đọc. / Name for people.
title: {gate}

# Múi giờ của cửa khẩu. / The gate's time zone.
timezone: Asia/Ho_Chi_Minh

display:
  canvas: 1920x1080   # Số điểm đèn LED ngang x dọc của tường. / LED pixels of the wall, across x down.

# Các vùng trên tường; danh sách phát nêu tên chúng. / Zones of the wall; playlists name them.
layout:
  main:               # Tranh, phim, trang PDF, thông báo. / Pictures, films, PDF pages, notices.
    at: [0, 0]
    size: [100%, 100%]
  ticker:             # Dòng chữ chạy. / The crawling line.
    at: [0, 90%]
    size: [100%, 10%]
    hide_when_empty: true

# Giờ mở cửa; bỏ trống là mở suốt ngày đêm. / Opening hours; always open when left out.
# hours:
#   - {{days: mon-sun, time: "06:00-22:00"}}
"""


def add_gate(site: Site, gate: str, config: Path | None, now: datetime) -> str:
    """Make a gate known, with a copy of its `config` or the usual one, and draft that both agencies may sign for it.
    The token with which it sends reports. ContentFault, ConfigFault, OSError."""
    try:
        gate = fields.name(gate)
    except WordingError as error:
        raise ContentFault(str(error)) from error
    place = site.gate(gate)
    if place.exists() and _is_named(site, gate):
        raise ContentFault(_("there is a gate {gate} already: {folder}").format(gate=gate, folder=place))
    text = _checked(config, gate) if config else USUAL.format(gate=gate).encode()
    token = secrets.token_urlsafe(24)
    _let_sign(site, gate, now)
    if place.exists():
        return (place / "token").read_text("utf-8").strip()
    fresh = place.with_name(f".{gate}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    write_whole(fresh / "config.yaml", text)
    handle = os.open(fresh / "token", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(token + "\n")
        stream.flush()
        os.fsync(handle)
    fresh.replace(place)
    sync_folder(place.parent)
    return token


def gate_config(site: Site, gate: str) -> Config:
    """The configuration of a gate; messages stay in the language of whoever works here. ConfigFault."""
    site.check_gate(gate)
    return _read(site.gate(gate) / "config.yaml")


def _is_named(site: Site, gate: str) -> bool:
    """Whether it is said who signs for the gate: what says so may have been thrown away as a draft."""
    return Drafts(site.drafts).authority().knows(gate_role(gate))


def _read(path: Path) -> Config:
    language = language_in_use()
    try:
        return read_config(path)
    finally:
        use(language)


def _checked(path: Path, gate: str) -> bytes:
    config = _read(path)
    if config.gate != gate:
        said = _("{path} is the configuration of the gate {other}, not of {gate}")
        raise ContentFault(said.format(path=path, other=config.gate, gate=gate))
    # The gate's own fonts are not here, nor on the machines to which drafts are carried.
    return _FONTS.sub(b"# fonts: (at the gate)", path.read_bytes())


def _let_sign(site: Site, gate: str, now: datetime) -> None:
    """Draft the upper role that names who signs for whom, with one gate more."""
    drafts = Drafts(site.drafts)
    signed = next_targets(site, now)
    assert signed.delegations is not None
    assert signed.delegations.roles is not None
    roles = signed.delegations.roles
    if gate_role(gate) not in roles:
        roles[gate_role(gate)] = gate_delegation(gate, roles[TEMPLATES].keyids)
        drafts.put(TARGETS_ROLE, signed)


def next_targets(site: Site, now: datetime) -> Targets:
    """What targets says, or is to say, as a new version to be changed. ContentFault when there is none."""
    drafts, live = Drafts(site.drafts), Tree(site.tree).role(TARGETS_ROLE)
    drafted = drafts.metadata(TARGETS_ROLE) if TARGETS_ROLE in drafts.roles() else None
    found = drafted or live
    if found is None:
        raise ContentFault(_("nothing has been released yet"))
    signed: Targets = copy.deepcopy(found.signed)
    signed.version = live.signed.version + 1 if live else 1
    signed.expires = now + expires(TARGETS_ROLE)
    return signed

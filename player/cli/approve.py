"""`gateplayer approve`: an officer's yes to files of the watched folder."""

import getpass
import hashlib
import os
import stat
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from player.cli.compiling import compiled
from player.cli.terminal import coloured, good, out, table, warn
from player.cli.verbs import verb
from player.config.language import _
from player.config.settings import FolderSource, read_config
from player.core.faults import ContentFault, GateplayerFault
from player.library.approvals import Approval, Approvals
from player.library.filenames import shown_name
from player.library.inboxentries import State
from player.library.locate import state_dir

_DIGITS = 12


class NotWritable(GateplayerFault):
    """The approval cannot be put on record."""

    exit_code = 4


@verb("approve")
@click.argument("files", nargs=-1, metavar="FILE…")
@click.option("--list", "as_list", is_flag=True, help=_("List what waits for approval, and what was approved by whom."))
@click.option("--by", "who", metavar="NAME", help=_("Who approves (default: the name that you have logged in with)."))
def command(config: Path, files: tuple[str, ...], as_list: bool, who: str | None) -> int:
    """Put the approval of each file's content on record, or list."""
    read = read_config(config)
    folder = read.sources.folder
    if folder is None:
        raise ContentFault(_("config.yaml names no watched folder"))
    if not folder.approve:
        raise ContentFault(_("nothing waits for approval here; config.yaml does not say approve: yes for the folder"))
    approvals = Approvals(state_dir(config))
    if as_list:
        _list(config, approvals)
        return 0
    if not files:
        raise click.UsageError(_("name a file, or ask for --list"))
    who = who or os.environ.get("SUDO_USER") or getpass.getuser()
    when = datetime.now(ZoneInfo(read.timezone)).isoformat(timespec="seconds")
    for file in files:
        path = _found(file, folder)
        approval = Approval(_digest(path), shown_name(str(path.relative_to(folder.path.resolve()))), who, when)
        try:
            approvals.approve(approval)
        except OSError as error:
            said = _("the approval cannot be stored: {reason}").format(reason=error.strerror)
            raise NotWritable(said) from error
        told = _("{name}: approved by {who} (content {digits})")
        out(coloured(told.format(name=approval.name, who=who, digits=approval.sha[:_DIGITS]), good))
    return 0


def _found(file: str, folder: FolderSource) -> Path:
    """The file in the watched folder, named from there or from here."""
    root = folder.path.resolve()
    for candidate in (Path(file), root / file):
        path = candidate.parent.resolve() / candidate.name
        if path.is_relative_to(root) and os.path.lexists(path):
            return path
    said = _("{name}: there is no such file in the watched folder {folder}")
    raise ContentFault(said.format(name=shown_name(file), folder=root))


def _digest(path: Path) -> str:
    """The SHA-256 of a plain file, which must not change meanwhile. ContentFault."""
    name = shown_name(path.name)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise ContentFault(_("{name}: not a plain file").format(name=name))
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            after = os.fstat(handle)
    except OSError as error:
        raise ContentFault(f"{name}: {error.strerror}") from error
    if (before.st_size, before.st_mtime_ns, before.st_ctime_ns) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ctime_ns,
    ):
        raise ContentFault(_("{name}: is still being copied; wait until it is whole").format(name=name))
    return digest


def _list(config: Path, approvals: Approvals) -> None:
    with compiled(config) as (made, _state):
        seen = made.folder.seen if made.folder else ()
    waiting = [(coloured(_("waiting"), warn), one.name, one.sha[:_DIGITS], "", "") for one in seen
               if one.state is State.UNAPPROVED]  # fmt: skip
    given = [(coloured(_("approved"), good), one.name, one.sha[:_DIGITS], one.who, one.when) for one in approvals.all()]
    if waiting or given:
        table((_("state"), _("file"), _("content"), _("by"), _("at")), [*waiting, *given])
    else:
        out(_("Nothing waits for approval, and nothing has been approved."))

"""`gateplayer enroll`: whom this gate is to believe."""

import sys
import tempfile
from contextlib import closing
from pathlib import Path

import click

from player.cli.terminal import coloured, good, out, warn
from player.cli.tokens import keep_token, read_token
from player.cli.verbs import verb
from player.config.editing import with_value
from player.config.language import _
from player.config.settings import Config, read_config
from player.config.suggest import WordingError
from player.core.faults import ContentFault, GateplayerFault, TrustFault
from player.library.files import write_whole
from player.trust.client import TrustClient, check_root
from player.trust.clock import TrustClock
from player.trust.fingerprint import fingerprint_of
from player.trust.http import HttpOrigin, Link
from player.trust.names import METADATA, gate_target
from player.trust.origin import FolderOrigin, Origin

ROOT = Path("trust/root.json")
_MOST_ROOT = 512_000


class NotWritable(GateplayerFault):
    """The enrolment cannot be put on record."""

    exit_code = 4


@verb("enroll")
@click.argument("tree", metavar="URL")
@click.option(
    "--gate", metavar="ID", help=_("The gate's name as the province knows it (default: that of config.yaml).")
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("The root of trust as the province handed it over (default: the server's, to be compared)."),
)
@click.option("--fingerprint", metavar="HEX", help=_("The fingerprint that the province told; nothing is asked then."))
@click.option(
    "--ca",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help=_("The certificate of a private authority."),
)
@click.option(
    "--token",
    metavar="FILE",
    help=_("The token for reports to the province: a file with it, - to type it, or the token itself."),
)
def command(
    config: Path,
    tree: str,
    gate: str | None,
    root: Path | None,
    fingerprint: str | None,
    ca: Path | None,
    token: str | None,
) -> int:
    """Fetch the root of trust, have it compared, and write it and the address into the configuration."""
    read = read_config(config)
    secret = read_token(token)
    name = gate or read.gate
    with closing(_origin(tree, ca)) as origin:
        data = _bytes(root) if root else origin.read(f"{METADATA}/1.root.json", _MOST_ROOT)
        check_root(data)
        _compare(data, fingerprint)
        known = _is_known(origin, data, name)
    _write(config, read, data, {"gate": name, "url": tree, "ca": str(ca.resolve()) if ca else ""})
    _keep_token(read, secret, asked=token is not None)
    out(coloured(_("This gate is {gate} now, and believes what is signed under this root.").format(gate=name), good))
    if not known:
        said = _("Nothing has been signed for {gate} yet; is that the name by which the province knows it?")
        out(coloured(said.format(gate=name), warn))
    out(_("Next: gateplayer sync --once"))
    return 0


def _keep_token(read: Config, secret: str, *, asked: bool) -> None:
    """Put the token where the agent looks for it; at a terminal it is asked for unless there is one."""
    place = read.reports.token
    if not secret and not asked and sys.stdin.isatty() and not place.exists():
        secret = read_token("-")
    if secret:
        try:
            keep_token(place, secret, read.state)
        except OSError as error:
            said = _("{path} cannot be written: {reason}")
            raise NotWritable(said.format(path=place, reason=error.strerror or error)) from error
        out(_("The province will hear how this gate is; the token is in {path}.").format(path=place))


def _origin(tree: str, ca: Path | None) -> Origin:
    if tree.startswith(("http://", "https://")):
        return HttpOrigin([tree], Link(ca=ca))
    if Path(tree).is_dir():
        return FolderOrigin(Path(tree))
    raise ContentFault(_("{tree} is no web address and no folder").format(tree=tree))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ContentFault(f"{path}: {error.strerror}") from error


def _compare(data: bytes, told: str | None) -> None:
    """The root is believed because a person has compared it; nothing that came over the network says so."""
    found = fingerprint_of(data)
    if told is not None:
        if "".join(told.split()).lower() != found.replace(" ", ""):
            said = _("the fingerprint is another: {found}. Do not use this server; ask the province.")
            raise TrustFault(said.format(found=found))
        return
    out(_("The root of trust has this fingerprint:"))
    half = len(found) // 2
    out(f"\n    {found[:half].strip()}\n    {found[half:].strip()}\n")
    if not sys.stdin.isatty():
        raise ContentFault(_("compare it with what the province told, and say it with --fingerprint"))
    if not click.confirm(_("Is that, digit by digit, what the province told by telephone or on paper?")):
        raise TrustFault(_("nothing was changed"))


def _is_known(origin: Origin, root: bytes, gate: str) -> bool:
    """Whether something has been signed for the gate; TrustFault when the tree does not hold under this root."""
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as folder:
        clock = TrustClock(Path(folder), write_whole)
        client = TrustClient(Path(folder) / "metadata", root, origin, clock.now())
        client.refresh()
        return client.target(gate_target(gate)) is not None


def _write(config: Path, read: Config, root: bytes, values: dict[str, str]) -> None:
    central = read.sources.central
    place = central.root if central else config.resolve().parent / ROOT
    edits = [(["gate"], values["gate"])]
    if values["url"].startswith("http"):
        edits.append((["sources", "central", "url"], f'"{values["url"]}"'))
    if central is None:
        edits.append((["sources", "central", "root"], ROOT.as_posix()))
    if values["ca"]:
        edits.append((["sources", "central", "ca"], f'"{values["ca"]}"'))
    try:
        text = config.read_text("utf-8")
        for path, written in edits:
            text = with_value(text, path, written)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, root)
        mode = config.stat().st_mode
        write_whole(config, text.encode())
        config.chmod(mode & 0o777)
    except OSError as error:
        said = _("{path} cannot be written: {reason}")
        raise NotWritable(said.format(path=error.filename or config, reason=error.strerror or error)) from error
    except WordingError as error:
        said = _("{path} cannot be changed here ({reason}); write under sources: central: {{url: {url}, root: {root}}}")
        raise ContentFault(said.format(path=config, reason=error, url=values["url"], root=ROOT)) from error
    read_config(config)

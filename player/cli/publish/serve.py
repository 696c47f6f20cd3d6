"""`gateplayer publish serve`: the embedded server of one province."""

import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from player.cli.publish.group import publish_verb, site_option
from player.cli.terminal import coloured, err, good, out, warn
from player.config.entries import listening
from player.config.language import _
from player.config.suggest import WordingError
from player.core.faults import ContentFault
from player.publish.site import find_site

ADDRESS = "127.0.0.1:8136"


def _listening(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    try:
        return listening(value)
    except WordingError as error:
        raise click.BadParameter(str(error)) from error


def listening_option(usual: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    return click.option(
        "--listen",
        default=usual,
        callback=_listening,
        metavar="ADDRESS:PORT",
        help=_("Where to listen (default: {address}, this computer only).").format(address=usual),
    )


@publish_verb("serve")
@site_option
@listening_option(ADDRESS)
def command(site: Path | None, listen: tuple[str, int]) -> int:
    """Serve until told to end. ContentFault when nothing has been released."""
    place = find_site(site)
    from player.publish.renewing import renew_if_due
    from player.publish.server import Server, is_loopback
    from player.publish.web import make_app
    from player.trust.fingerprint import fingerprint_of

    if not place.anchor.exists():
        raise ContentFault(_("nothing has been released yet; gateplayer publish release does that"))
    fingerprint = fingerprint_of(place.anchor.read_bytes())
    host, port = listen
    with Server(make_app(place.root, fingerprint), host, port, lambda now: renew_if_due(place, now)) as server:
        end_on_signal(server.stop)
        shown = f"[{host}]" if ":" in host else host
        out(coloured("●", good) + " " + _("serving {folder} at {url}").format(
            folder=place.root, url=f"http://{shown}:{server.port}/"))  # fmt: skip
        out(_("fingerprint of the root of trust: {fingerprint}").format(fingerprint=fingerprint))
        if not is_loopback(host):
            err(coloured(_open_door(), warn))
        server.run()
    return 0


def _open_door() -> str:
    return _(
        "Other computers can reach this address, over plain http. Nobody can put anything on a wall by that, but who "
        "listens on the way can read the tokens of reports and see what gates fetch. For the open internet put a web "
        "server with https in front: docs/server/README.md."
    )


def end_on_signal(stop: object) -> None:
    assert callable(stop)

    def told(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)

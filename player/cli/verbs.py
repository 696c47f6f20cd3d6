"""The verbs and what they have in common."""

import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from player import __version__
from player.config.language import _
from player.library.locate import config_file, prefer_fonts

VERBS = {
    "run": ("player.cli.run", _("Play: the wall and its agent together, until Ctrl-C.")),
    "wall": ("player.cli.wall", _("Draw the wall (systemd starts this).")),
    "agent": ("player.cli.agent", _("Follow the playlists and feed the wall (systemd starts this).")),
    "check": ("player.cli.check", _("List everything that is wrong in config.yaml, playlists and media.")),
    "plan": ("player.cli.plan", _("Tell what plays when.")),
    "snapshot": ("player.cli.snapshot", _("Draw the wall at an instant into a picture file; needs no display.")),
    "status": ("player.cli.status", _("Tell what is on the wall now and how the programs are.")),
    "report": ("player.cli.report", _("Tell what was shown, how often and how long; prove it (--verify).")),
    "password": ("player.cli.password", _("Set the password with which the status page may be opened to others.")),
    "approve": ("player.cli.approve", _("Approve files of the watched folder, where two persons must agree.")),
    "enroll": ("player.cli.enroll", _("Let this gate believe the central server of its province.")),
    "sync": ("player.cli.sync", _("Fetch now what the central server, or a stick, has for this gate.")),
    "publish": ("player.cli.publish.group", _("The central side: what both agencies sign, and what gates fetch.")),
    "blackout": ("player.cli.blackout", _("Make the wall black and cut the network at once, or end that.")),
    "testcard": (
        "player.cli.testcard",
        _("Show a test card on the wall for a while, or draw it into a file."),
    ),
    "doctor": ("player.cli.doctor", _("Check this computer: display, sound, fonts, disk, clock.")),
}

Command = TypeVar("Command", bound=Callable[..., Any])


class LazyGroup(click.Group):
    """Imports a verb's module when the verb is called, not to list it. `verbs` are the modules and sentences."""

    verbs = VERBS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.verbs:
            return None
        command = importlib.import_module(self.verbs[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, sentence) for name, (_module, sentence) in self.verbs.items()])


@click.group(cls=LazyGroup, help=_("Gateplayer plays pictures, films and banners on an LED wall."))
@click.version_option(__version__, prog_name="gateplayer")
def gateplayer() -> None:
    pass


def shown(group: click.Group, arguments: Sequence[str]) -> int:
    """Run the group; click's own complaints are printed and become exit code 2."""
    try:
        result = group.main(list(arguments), prog_name="gateplayer", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    return result if isinstance(result, int) else 0


def verb(name: str) -> Callable[[Callable[..., int]], click.Command]:
    """Make a function `(config: Path, …) -> exit code` the verb `name`, with the options that every verb takes."""

    def decorate(function: Callable[..., int]) -> click.Command:
        def called(config_path: Path | None, verbose: bool, **options: Any) -> int:
            log_to_terminal(verbose)
            try:
                found = config_file(config_path)
                prefer_fonts(found)
                return function(found, **options)
            except BrokenPipeError:
                # The reader of our output has left (`gateplayer plan | head`); nothing more can be told.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return 0

        return click.command(name, help=VERBS[name][1])(_with_options(called, function))

    return decorate


def _with_options(called: Callable[..., int], function: Callable[..., int]) -> Callable[..., int]:
    # The options that decorate the verb's own function are carried over to what click calls.
    parameters = getattr(function, "__click_params__", [])
    called.__click_params__ = parameters  # type: ignore[attr-defined]
    called = click.option("-v", "--verbose", is_flag=True, help=_("Tell more of what happens."))(called)
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=_("The config file (default: config.yaml here, else $GATEPLAYER_CONFIG, else the system's)."),
    )(called)


def log_to_terminal(verbose: bool) -> None:
    """The log goes to stderr; under systemd with the levels that its journal understands, and without the time."""
    under_systemd = "JOURNAL_STREAM" in os.environ
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _JournalFormatter() if under_systemd else logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for chatty in ("apscheduler", "watchdog", "PIL", "urllib3", "tuf"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _JournalFormatter(logging.Formatter):
    _PRIORITIES = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

    def format(self, record: logging.LogRecord) -> str:
        priority = next((number for level, number in self._PRIORITIES if record.levelno >= level), 7)
        text = super().format(record)
        return "\n".join(f"<{priority}>{line}" for line in text.splitlines())

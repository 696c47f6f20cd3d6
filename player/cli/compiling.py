"""The show as it would be compiled now, for verbs that work without a running agent."""

import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from player.config.language import _
from player.config.settings import read_config
from player.core.faults import ConfigFault
from player.core.model import Show
from player.library.locate import state_dir
from player.library.workshop import Made, Workshop, workshop

log = logging.getLogger(__name__)


@contextmanager
def compiled(config_path: Path, watching: float = 0.0) -> Iterator[tuple[Made, Path]]:
    """What the files are worth now, and the state folder that holds their assets while the context lasts.

    Uses the player's own state folder, so what the agent has looked at is not looked at again; nothing on the wall
    changes. Films that are not known yet are watched for flashes, for `watching` seconds at most. ConfigFault when
    there is no config file. Where that folder is not ours to write, a temporary one does.
    """
    if not config_path.is_file():
        # Says what is wrong, and makes no state folder beside a misspelt name.
        read_config(config_path)
    state = state_dir(config_path)
    if _ours(state):
        with workshop(config_path, state, threading.Event()) as shop:
            yield _made(shop, watching), state
        return
    with tempfile.TemporaryDirectory(prefix="gateplayer-") as folder:
        log.info("%s", _("{state} is not ours to write; working in a temporary folder").format(state=state))
        with workshop(config_path, Path(folder), threading.Event(), stored_in=state) as shop:
            yield _made(shop, watching), Path(folder)


def _made(shop: Workshop, watching: float) -> Made:
    made = shop.make()
    if not watching or not made.unexamined:
        return made
    shop.examine(made.unexamined, watching)
    return shop.make()


def show_of(made: Made) -> Show:
    """The compiled show. ConfigFault when config.yaml is wrong, so that there is none."""
    if made.show is None or made.config_faulty:
        raise ConfigFault(list(made.faults))
    return made.show


def _ours(state: Path) -> bool:
    try:
        state.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=state):
            return True
    except OSError:
        return False

"""The status page's server, in a thread of the agent."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from player.agent.page.ring import Ring
from player.config.language import _
from player.config.settings import Config
from player.core.faults import SyncFault
from player.library.locate import state_dir
from player.library.pagepassword import may_listen, without_password
from player.library.serving import HttpServer
from player.library.watching import FolderView

log = logging.getLogger(__name__)

_THREADS = 4
_GRACE = 0.3


@dataclass(frozen=True, slots=True)
class PageState:
    """Where the page is found, empty for nowhere; `reason` says why it is not where it should be."""

    address: str = ""
    reason: str = ""


class StatusPage:
    """`follow` and `stop` are called by one thread. `folder` tells of the watched folder, `changed` hears that somebody
    has approved a file; both are called by the server's threads."""

    def __init__(
        self, config_path: Path, ring: Ring, folder: Callable[[], FolderView | None], changed: Callable[[], None]
    ) -> None:
        self._config_path, self._ring = config_path, ring
        self._folder, self._changed = folder, changed
        self._config: Config | None = None
        self._address: tuple[str, int] | None = None
        self._server: HttpServer | None = None
        self._thread: threading.Thread | None = None

    def follow(self, config: Config) -> PageState:
        """Serve where config.yaml says, or nowhere."""
        self._config = config
        allowed = config.page is not None and may_listen(config.page, state_dir(self._config_path))
        if config.page and config.page == self._address and self._server and allowed:
            return self._at(config.page)
        self.stop()
        self._address = config.page
        if config.page is None:
            return PageState()
        if not allowed:
            # Its fault is among those of config.yaml.
            return PageState(reason=without_password(config.page))
        try:
            self._serve(*config.page)
        except SyncFault as fault:
            log.warning("%s", fault)
            return PageState(reason=str(fault))
        return self._at(config.page)

    def stop(self) -> None:
        """Within a second."""
        if self._server and self._thread:
            self._server.stop()
            self._thread.join(1)
            self._server.close()
        self._server = self._thread = None

    # What the page asks, in the server's threads

    def folder(self) -> FolderView | None:
        return self._folder()

    def approves(self) -> bool:
        source = self._config.sources.folder if self._config else None
        return source is not None and source.approve

    def _serve(self, host: str, port: int) -> None:
        # Flask costs a third of a second, which a gate without a page need not pay.
        from player.agent.page.app import MOST_BODY, make_app

        app = make_app(self._config_path, host, self._ring, self, self._changed)
        self._server = HttpServer(app, host, port, threads=_THREADS, most_body=MOST_BODY)
        self._thread = threading.Thread(target=self._server.run, args=(_GRACE,), name="page", daemon=True)
        self._thread.start()
        log.info(_("status page: {address}").format(address=self._at((host, port)).address))

    @staticmethod
    def _at(address: tuple[str, int]) -> PageState:
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        return PageState(f"http://{host}:{address[1]}/")

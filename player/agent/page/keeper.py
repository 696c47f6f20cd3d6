"""Has the status page follow config.yaml, and tells where it is found."""

from collections.abc import Callable

from player.agent.events import Event, PageNews
from player.agent.page.serving import StatusPage
from player.config.settings import Config


class PageKeeper:
    """Used by the agent's main thread."""

    def __init__(self, page: StatusPage, report: Callable[[Event], None]) -> None:
        self._page, self._report = page, report

    def follow(self, config: Config | None) -> None:
        """Serve where config.yaml says; as long as it cannot be read, where it said before."""
        if config is not None:
            self._report(PageNews(self._page.follow(config)))

    def look_now(self) -> None:
        """The page shows what is there whenever it is asked."""

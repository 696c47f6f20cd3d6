"""A real browser before the page: Debian's Chromium without a window, and with nowhere else to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.publish.chromium import PROGRAM, QUIET


@dataclass
class Visit:
    """A tab of its own, with nothing remembered. What it asked for and complained of is kept."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", self._asks)
        self.page.on("console", self._complains)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def origins(self) -> set[str]:
        """Whom it has asked for anything."""
        return {"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in self.asked}

    def widest(self) -> int:
        """How wide the page is laid out, in pixels."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def _asks(self, request: Request) -> None:
        self.asked.append(request.url)

    def _complains(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=PROGRAM, args=list(QUIET))
        yield started
        started.close()


@contextmanager
def visit(started: Browser, size: tuple[int, int] = (1280, 900), scheme: str = "light") -> Iterator[Visit]:
    assert scheme in ("light", "dark")
    context = started.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    seen = Visit(context.new_page())
    seen.watch()
    seen.page.set_default_timeout(20_000)
    yield seen
    context.close()

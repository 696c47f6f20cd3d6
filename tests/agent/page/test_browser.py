"""The page in a real browser, of a gate that really plays."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from player.library.approvals import Approvals
from player.library.pagepassword import write_password
from tests.agent.page.browsing import browser, visit
from tests.agent.page.gatehouse import EVIL
from tests.agent.page.test_serving import free_port, status
from tests.endtoend.daemon import Daemon
from tests.endtoend.shows import ShowFolder, write_show
from tests.publish.chromium import PROGRAM

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")
SECRET = "bốn từ không quen"


@dataclass
class Gate:
    """It plays, without a screen."""

    show: ShowFolder
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder, port = tmp_path_factory.mktemp("browser") / "show", free_port()
    layout = {
        "main": {"at": [0, 0], "size": ["100%", "100%"]},
        "ticker": {"at": [0, "90%"], "size": ["100%", "10%"], "hide_when_empty": True},
    }
    show = write_show(
        folder,
        layout=layout,
        title="Cửa khẩu Kim Thành",
        display={"canvas": "320x180", "output": "offscreen", "fps": 10},
        sources={"playlists": "playlists/", "folder": {"path": "inbox/", "approve": True, "settle": "0.2s"}},
        page={"listen": f"127.0.0.1:{port}"},
    )
    notices = [{"notice": {"title": f"{name} {EVIL}", "text": "…"}, "for": "1h"} for name in ("Sa Pa", "Bắc Hà")]
    show.write_playlist("tour", notices[:1])
    show.write_playlist("market", notices[1:])
    (folder / "inbox").mkdir()
    Image.new("RGB", (64, 36), "red").save(folder / "inbox/hoa đào <i>.png")
    with Daemon(show, None) as daemon:
        daemon.wait_for(lambda: _answers(port), "page", 60)
        yield Gate(show, port)


def _answers(port: int) -> bool:
    try:
        return status(port) == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def test_a_desk_in_vietnamese(gate: Gate, chromium: Browser) -> None:
    with visit(chromium) as seen:
        page = seen.page
        page.goto(f"{gate.address}/?language=vi")
        expect(page.locator("h1")).to_have_text("Cửa khẩu Kim Thành")
        expect(page.locator(".zone h3").first).to_contain_text(EVIL)
        expect(page.locator("#preview")).to_have_js_property("naturalWidth", 160)
        assert page.locator("#preview").evaluate("one => one.complete")
        # With the keyboard alone: to the question, and open.
        for _key in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "ask-main":
                break
        page.keyboard.press("Enter")
        expect(page.locator("#why-main li").first).to_be_visible()
        expect(page.locator("#why-main")).to_contain_text("Luân phiên với «")
        # It goes on counting, and what was opened stays open when the words come anew.
        left = page.locator(".zone span[data-left]").first
        before = left.inner_text()
        expect(left).not_to_have_text(before)
        page.evaluate("(part => replace(part, part.innerHTML))(document.querySelector('[data-part=zones]'))")
        expect(page.locator("#why-main li").first).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "ask-main"
        assert page.evaluate("document.querySelectorAll('img').length") == 1
        assert seen.widest() <= 1280
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "vi")
        assert seen.complaints == []
        assert seen.origins() == {gate.address}


def test_a_telephone_in_english(gate: Gate, chromium: Browser) -> None:
    with visit(chromium, (360, 740), "dark") as seen:
        page = seen.page
        page.goto(f"{gate.address}/?language=en")
        expect(page.locator("#ask-main")).to_have_text("Why is this showing?")
        for one in page.locator("summary").all():
            one.click()
        expect(page.locator("details[open]").nth(2)).to_be_visible()
        assert seen.widest() <= 360
        assert page.evaluate(CLIPPED) == []
        assert page.evaluate(CONTRASTS) >= 4.5
        assert seen.complaints == []
        assert seen.origins() == {gate.address}


def test_light_letters_have_enough_contrast_too(gate: Gate, chromium: Browser) -> None:
    with visit(chromium, scheme="light") as seen:
        seen.page.goto(gate.address)
        assert seen.page.evaluate(CONTRASTS) >= 4.5


def test_without_scripts_all_of_it_is_there(gate: Gate, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gate.address}/?language=en")
    expect(page.locator(".zone h3").first).to_contain_text(EVIL)
    page.locator("#ask-main").click()
    expect(page.locator("#why-main li").first).to_be_visible()
    context.close()


def test_a_file_is_approved(gate: Gate, chromium: Browser) -> None:
    with visit(chromium) as seen:
        page = seen.page
        page.goto(f"{gate.address}/?language=en")
        expect(page.locator("#folder")).to_contain_text("hoa đào <i>.png")
        page.get_by_label("Your name").fill("Nguyễn Văn Hùng")
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("#folder")).to_contain_text("PLAYING")
        (approval,) = Approvals(gate.show.state).all()
        assert (approval.who, approval.name) == ("Nguyễn Văn Hùng", "hoa đào <i>.png")
        assert seen.complaints == []


def test_logging_in_and_out(gate: Gate, chromium: Browser) -> None:
    write_password(gate.show.state, SECRET)
    try:
        with visit(chromium) as seen:
            page = seen.page
            page.goto(f"{gate.address}/?language=en")
            assert page.url == f"{gate.address}/login"
            page.get_by_label("Password").fill("not this one")
            page.get_by_role("button", name="Log in").click()
            expect(page.get_by_role("alert")).to_have_text("The password is wrong.")
            page.get_by_label("Password").fill(SECRET)
            page.keyboard.press("Enter")
            expect(page.locator("#ask-main")).to_be_visible()
            # Another site's form has no token, and the browser sends it no cookie either.
            page.evaluate("document.querySelector('form[action=\"/logout\"] [name=token]').value = 'stale'")
            page.get_by_role("button", name="Log out").click()
            expect(page.locator("h1")).to_have_text("403")
            page.goto(gate.address)
            page.get_by_role("button", name="Log out").click()
            expect(page.get_by_label("Password")).to_be_visible()
            page.goto(gate.address)
            assert page.url == f"{gate.address}/login"
            assert seen.origins() == {gate.address}
    finally:
        (gate.show.state / "page-password").unlink()


CLIPPED = """[...document.querySelectorAll("h1, h2, h3, p, li, dd, dt, button, summary, label")]
  .filter(one => one.offsetParent && getComputedStyle(one).display !== "inline")
  .filter(one => one.scrollWidth > one.clientWidth + 1)
  .map(one => one.textContent.trim().slice(0, 60))"""
"""Words that do not fit where they stand."""

CONTRASTS = """(() => {
  const channels = colour => colour.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const found = channels(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter(one => one.offsetParent && one.checkVisibility()
    && [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  return Math.min(...texts.map(one => {
    const [a, b] = [light(channels(getComputedStyle(one).color)), light(ground(one))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
})()"""
"""The least contrast of any text with what is behind it, as WCAG 2 reckons it."""

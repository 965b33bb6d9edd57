"""The console in a real browser over the real service on sandboxes: by keyboard alone, typed words safe, readable at 900 px."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.surfaces.console_stage import MEI, SOFIA, Live, live

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
FIRST_WORDS = "Hi, my home battery (SV-20417) has not arrived and the DHL tracking has not moved for days. Where is my parcel?"
MORE_WORDS = "And what happens now?"
PATIENCE_MS = 20_000
FAULTS = (Path(__file__).parent / "console_faults.js").read_text()

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs /usr/bin/chromium (apt-get install chromium)"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with live(tmp_path_factory.mktemp("console")) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        await started.close()


async def signed_in(browser: Browser, stage: Live, agent_id: str, width: int = 1440) -> Page:
    """A new person at a new browser; whatever the page complains of fails the test."""
    context = await browser.new_context(viewport={"width": width, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    await page.goto(stage.entrance)
    assert "token" not in page.url
    await page.locator(f'button[value="{agent_id}"]').press("Enter")
    await page.wait_for_url("**/console")
    await expect(page.locator("[data-live-text]")).to_have_text("Live")
    return page


async def tab_to(page: Page, label: str) -> None:
    """Only as far as a person would: the button is near."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == label:
            return
    raise AssertionError(f"Tab does not reach “{label}”")


async def test_an_alert_is_taken_answered_and_sent_by_keyboard_while_the_customer_goes_on_writing(
    browser: Browser, stage: Live
) -> None:
    mei = await signed_in(browser, stage, MEI)
    conversation_id = await stage.customer_writes(FIRST_WORDS)
    alert = mei.locator("[data-list=channel] [data-message]").first
    await expect(alert).to_contain_text("Priya Nair", timeout=PATIENCE_MS)
    await expect(mei.locator("[data-announce]")).to_contain_text("Priya Nair")

    await mei.keyboard.press("j")
    await expect(alert).to_be_focused()
    await tab_to(mei, "Take")
    await mei.keyboard.press("Enter")
    await expect(alert.locator(".pill").first).to_contain_text("Mei Tan", timeout=PATIENCE_MS)

    drafts = mei.locator("[data-list=thread] textarea[data-input=reply_text]")
    await expect(drafts.last).to_be_visible(timeout=PATIENCE_MS)
    await expect(alert).to_be_focused()  # the pressed button is gone, the place is kept
    await mei.keyboard.press("r")
    draft = mei.locator(f"#{await mei.evaluate('document.activeElement.id')}")
    await expect(draft).to_have_attribute("data-input", "reply_text")
    await mei.keyboard.press("ControlOrMeta+a")
    await mei.keyboard.type("Hello Priya, I look into it my")
    caret = await draft.evaluate("field => field.selectionStart")

    before = await alert.get_attribute("data-seq")
    await stage.customer_writes(MORE_WORDS, conversation_id)
    await expect(alert).to_contain_text(MORE_WORDS, timeout=PATIENCE_MS)
    assert await alert.get_attribute("data-seq") != before
    await expect(draft).to_be_focused()
    assert await draft.evaluate("field => field.selectionStart") == caret
    await mei.keyboard.type("self.")
    await expect(draft).to_have_value("Hello Priya, I look into it myself.")

    await mei.keyboard.press("Control+Enter")
    thread = mei.locator("[data-list=thread]")
    await expect(thread).to_contain_text("Not sent: there is a newer message", timeout=PATIENCE_MS)
    await expect(draft).to_have_value("Hello Priya, I look into it myself.")
    await expect(mei.locator("[data-busy]")).to_have_count(0, timeout=PATIENCE_MS)
    await mei.keyboard.press("Escape")
    await mei.keyboard.press("r")
    await mei.keyboard.press("ControlOrMeta+a")
    await mei.keyboard.type("We open an investigation now.")
    await mei.keyboard.press("Control+Enter")
    sent = thread.locator("[data-message]", has_text="Reply sent")
    await expect(sent).to_contain_text("We open an investigation now.", timeout=PATIENCE_MS)
    parts = (await stage.intercom.get(f"/_sandbox/conversations/{conversation_id}"))["parts"]
    assert any("We open an investigation now." in (one.get("body") or "") for one in parts)
    await mei.context.close()


async def test_a_draft_that_is_updated_keeps_what_is_typed(browser: Browser, stage: Live) -> None:
    """The card itself changes under the hands: the server's text is new, the typed one stays, and is what is sent."""
    mei = await signed_in(browser, stage, MEI)
    await stage.customer_writes("Where is my parcel SV-20417? The DHL tracking stands still.")
    alert = mei.locator("[data-list=channel] [data-message]", has_text="stands still")
    await alert.locator("[data-open-thread]").click()
    draft = mei.locator("[data-list=thread] textarea[data-input=reply_text]").last
    await expect(draft).to_be_visible(timeout=PATIENCE_MS)
    await draft.fill("My own words, ")
    await mei.evaluate(
        """() => {
            const message = [...document.querySelectorAll("[data-list=thread] [data-message]")]
                .filter((one) => one.querySelector("textarea")).at(-1);
            const fresh = message.cloneNode(true);
            const field = fresh.querySelector("textarea");
            field.defaultValue = "A newer suggestion";
            fresh.querySelector(".card__title").textContent = "Suggested reply, newer";
            fresh.querySelector(".section").insertAdjacentHTML("beforebegin", "<div class='section'><p>New above</p></div>");
            merge({message_id: message.dataset.message, channel_id: "live-chat", thread_id: message.dataset.thread, seq: 1,
                   position: Number(message.dataset.position), replies: 9, said: "x", mine: false, html: fresh.outerHTML});
        }"""
    )
    await expect(mei.locator(".card__title", has_text="Suggested reply, newer")).to_be_visible()
    await expect(draft).to_be_focused()
    await draft.press_sequentially("to the end.")
    await expect(draft).to_have_value("My own words, to the end.")
    message_id = await draft.evaluate("field => field.closest('[data-message]').dataset.message")
    await draft.press("Control+Enter")
    sent = mei.locator(f'[data-message="{message_id}"]')
    await expect(sent).to_contain_text("My own words, to the end.", timeout=PATIENCE_MS)
    await expect(sent.locator("[data-busy]")).to_have_count(0)
    await expect(mei.locator(".kept")).to_have_count(0)
    await mei.context.close()


async def test_a_second_press_while_the_first_works_sends_nothing(browser: Browser, stage: Live) -> None:
    mei = await signed_in(browser, stage, MEI)
    sent: list[str] = []
    mei.on("request", lambda request: sent.append(request.url) if request.url.endswith("/api/press") else None)
    button = mei.locator("[data-list=channel] [data-press]", has_text="Customer").last
    await button.evaluate("button => { button.click(); button.click(); button.click(); }")
    await expect(mei.locator("[data-busy]").first).to_be_visible()
    await expect(mei.locator("[data-busy]")).to_have_count(0, timeout=PATIENCE_MS)
    assert len(sent) == 1
    await mei.context.close()


async def test_an_error_is_told_in_place_and_the_repetition_is_the_same_event(browser: Browser, stage: Live) -> None:
    mei = await signed_in(browser, stage, MEI)
    bodies: list[str] = []
    mei.on("request", lambda request: bodies.append(str(request.post_data)) if request.url.endswith("/api/ask") else None)
    await mei.route("**/console/api/ask", lambda route: route.abort())
    await mei.keyboard.press("/")
    await mei.keyboard.type("/deskside help")
    await mei.keyboard.press("Enter")
    form = mei.locator("[data-composer=channel]")
    await expect(form.get_by_role("alert")).to_contain_text("could not be reached")
    await expect(form.locator("textarea")).to_have_value("/deskside help")
    await mei.unroute("**/console/api/ask")
    await mei.keyboard.press("Enter")
    await expect(mei.locator("[data-list=thread]")).to_contain_text("What I can do", timeout=PATIENCE_MS)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    await mei.context.close()


async def test_keys_open_and_close_the_thread_and_show_themselves(browser: Browser, stage: Live) -> None:
    mei = await signed_in(browser, stage, MEI)
    await mei.keyboard.press("?")
    await expect(mei.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    await mei.keyboard.press("Escape")
    await mei.keyboard.press("j")
    await mei.keyboard.press("o")
    await expect(mei.locator("[data-thread-pane]")).to_be_visible()
    await expect(mei.locator("[data-list=thread] [data-message]").last).to_be_focused()
    await mei.keyboard.press("r")
    await mei.keyboard.press("Escape")
    await mei.keyboard.press("Escape")
    await expect(mei.locator("[data-thread-pane]")).to_be_hidden()
    await expect(mei.locator("[data-list=channel] [data-message]").last).to_be_focused()
    await mei.keyboard.press("/")
    await expect(mei.locator("#composer-channel")).to_be_focused()
    await mei.context.close()


async def test_unread_messages_are_counted_where_one_is_not(browser: Browser, stage: Live) -> None:
    sofia = await signed_in(browser, stage, SOFIA)
    await sofia.locator("a", has_text="supervisors").click()
    await expect(sofia.locator("[data-live-text]")).to_have_text("Live")
    await stage.customer_writes("One more question: is the installation date safe?")
    badge = sofia.locator('[data-channel-link="live-chat"] [data-unread]')
    await expect(badge).to_be_visible(timeout=PATIENCE_MS)
    await sofia.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_readable_and_operable(browser: Browser, stage: Live, scheme: str) -> None:
    """Labels, names, focus, contrast and no sideways scrolling at 900 px; our own small checker, not a full audit."""
    sofia = await signed_in(browser, stage, SOFIA, width=900)
    await sofia.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await sofia.keyboard.press("j")
    await sofia.keyboard.press("Enter")
    await expect(sofia.locator("[data-list=thread] [data-message]").last).to_be_focused()
    assert await sofia.evaluate(FAULTS) == []
    for path in ("/console/customer?q=SV-20417", "/console/operations"):
        await sofia.goto(f"{stage.url}{path}")
        assert await sofia.evaluate(FAULTS) == [], path
    await sofia.context.close()

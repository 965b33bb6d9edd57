"""Takes the README's pictures from the real service on sandboxes: `python -m tests.surfaces.pictures --npm FOLDER`.

FOLDER holds the renderers of Slack's and Teams' cards (docs/pictures/README.md); without it only the console is taken.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, async_playwright

from bot.memory import console_messages
from playbooks.domain.card import Card
from tests.shared_files import ROOT
from tests.surfaces.console_stage import MEI, SOFIA, Live, live
from tests.surfaces.test_console_browser import CHROMIUM, FIRST_WORDS, FLAGS

PICTURES = ROOT / "docs" / "pictures"
ZONE = ZoneInfo("Asia/Singapore")
TALLEST = 1040
"""A card of the README: what a reader takes in before they scroll on."""

SLACK = """
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
window.draw = (props) => createRoot(document.body).render(createElement(Message, { ...props, theme: "light" }));
"""
TEAMS = """card => {
    const shown = new AdaptiveCards.AdaptiveCard();
    const text = { default: "#242424", subtle: "#616161" };
    const colours = { good: "#107c10", warning: "#8f4e00", attention: "#b10e1c", accent: "#4f52b2" };
    const colour = (one) => ({ default: one, subtle: one });
    shown.hostConfig = new AdaptiveCards.HostConfig({
        fontFamily: "'Segoe UI', Inter, system-ui, sans-serif",
        fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 22 },
        containerStyles: { default: { foregroundColors: { default: text,
            ...Object.fromEntries(Object.entries(colours).map(([name, value]) => [name, colour(value)])) } } },
        actions: { actionsOrientation: "horizontal", actionAlignment: "left", maxActions: 6, buttonSpacing: 8 },
        spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
    });
    shown.parse(card);
    document.body.append(shown.render());
}"""
TEAMS_STYLE = """
body { margin: 0; padding: 16px; width: 620px; background: #f5f5f5; }
.ac-adaptiveCard { border: 1px solid #e0e0e0; border-radius: 8px; background: #fff; box-shadow: 0 2px 4px rgb(0 0 0 / 8%); }
button { padding: 5px 12px; border: 1px solid #d1d1d1; border-radius: 4px; background: #fff; font: 600 14px 'Segoe UI', Inter; }
button.style-positive, button.primary { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
"""


async def taken(npm: Path | None) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        async with live(Path(directory)) as stage, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            card = await _chat(browser, stage)
            await _pages(browser, stage)
            if npm is not None:
                await _slack(browser, card, npm)
                await _teams(browser, card, npm)
            await browser.close()


async def _chat(browser: Browser, stage: Live) -> Card:
    """Mei has taken Priya's chat; the customer card and a draft are in its thread."""
    page = await _signed_in(browser, stage, MEI)
    await stage.customer_writes(FIRST_WORDS)
    await page.locator("[data-press]", has_text="Take").first.click()
    thread = page.locator("[data-list=thread]")
    await thread.locator("textarea[data-input]").first.wait_for()
    await page.locator("[data-busy]").first.wait_for(state="detached")
    await page.wait_for_timeout(2500)  # the marks of what just changed fade
    await thread.evaluate("list => list.querySelector('textarea').scrollIntoView({ block: 'center' })")
    await page.locator("[data-list=channel]").evaluate("list => list.scrollTo(0, 0)")
    await page.screenshot(path=PICTURES / "console-chat.png")
    shown = thread.locator("[data-message]", has_text="As of").locator(".card").first
    await _clipped(page, shown, "card-console.png")
    rows = await stage.service.database.read(lambda conn: console_messages.since(conn, "live-chat"))
    await page.context.close()
    return next(one.card for one in rows if one.card and one.card.as_of)


async def _pages(browser: Browser, stage: Live) -> None:
    page = await _signed_in(browser, stage, SOFIA)
    await page.goto(f"{stage.url}/console/customer")
    await page.fill("#q", "priya.nair@example.com")
    await page.keyboard.press("Enter")
    await page.locator(".card--page").wait_for()
    await page.screenshot(path=PICTURES / "console-customer.png")
    await page.goto(f"{stage.url}/console/operations")
    await page.screenshot(path=PICTURES / "console-operations.png")
    await page.context.close()


async def _signed_in(browser: Browser, stage: Live, agent_id: str) -> Page:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await page.goto(stage.entrance)
    await page.locator(f'button[value="{agent_id}"]').click()
    await page.locator('.live[data-state="on"]').wait_for()
    return page


async def _slack(browser: Browser, card: Card, npm: Path) -> None:
    from bot.slack.render import blocks  # noqa: PLC0415 - only where its picture is wanted

    logo = f"data:image/svg+xml;utf8,{(ROOT / 'bot/console/static/mark.svg').read_text().replace('#', '%23')}"
    await asyncio.to_thread((npm / "slack.mjs").write_text, SLACK)
    await _run(npm, "node_modules/.bin/esbuild", "slack.mjs", "--bundle", "--outfile=slack.js", "--log-level=error")
    page = await browser.new_page(viewport={"width": 700, "height": 1400})
    await page.set_content("<style>body { margin: 0; padding: 16px; width: 640px; background: #fff }</style>")
    await page.add_style_tag(path=npm / "node_modules/slack-blocks-to-jsx/dist/style.css")
    await page.add_script_tag(path=npm / "slack.js")
    await page.evaluate(
        "props => draw(props)", {"blocks": _as_drawn(blocks(card, ZONE).blocks), "logo": logo, "name": "Deskside"}
    )
    await page.wait_for_timeout(500)  # it reads its Markdown after the first drawing
    await _clipped(page, page.locator("#slack_blocks_to_jsx"), "card-slack.png")


def _as_drawn(value: Any) -> Any:
    """Without `verbatim`, which in Slack only stops the linking of bare words, and in this renderer all of its formatting."""
    if isinstance(value, dict):
        return {name: _as_drawn(one) for name, one in value.items() if name != "verbatim"}
    return [_as_drawn(one) for one in value] if isinstance(value, list | tuple) else value


async def _teams(browser: Browser, card: Card, npm: Path) -> None:
    from bot.teams.render import adaptive_card  # noqa: PLC0415

    page = await browser.new_page(viewport={"width": 660, "height": 1400})
    await page.set_content(f"<style>{TEAMS_STYLE}</style>")
    await page.add_script_tag(path=npm / "node_modules/adaptivecards/dist/adaptivecards.js")
    await page.evaluate(TEAMS, adaptive_card(card, ZONE))
    await _clipped(page, page.locator(".ac-adaptiveCard").first, "card-teams.png")


async def _clipped(page: Page, shown: Any, name: str) -> None:
    """From the card's top, as far as a reader looks; the page grows so that nothing is scrolled away."""
    await page.set_viewport_size({"width": page.viewport_size["width"] if page.viewport_size else 1440, "height": 2600})
    await shown.scroll_into_view_if_needed()
    box = await shown.bounding_box()
    clip = {
        "x": box["x"] - 8,
        "y": max(0, box["y"] - 8),
        "width": box["width"] + 16,
        "height": min(TALLEST, box["height"] + 16),
    }
    await page.screenshot(path=PICTURES / name, clip=clip)  # type: ignore[arg-type]


async def _run(folder: Path, *command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, cwd=folder)
    if await process.wait():
        raise SystemExit(f"{command[0]} failed with {process.returncode}")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--npm", type=Path, help="folder with the packages of docs/pictures/README.md")
    began = datetime.now(UTC)
    asyncio.run(taken(parser.parse_args(arguments).npm))
    for one in sorted(PICTURES.glob("*.png")):
        print(f"{one.name}: {one.stat().st_size // 1000} kB")  # noqa: T201
    print(f"{(datetime.now(UTC) - began).total_seconds():.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()

"""The Slack app's manifest, made from what the code listens to, so that the two cannot drift apart.

*Source:* docs.slack.dev "App manifest reference" (2026); `agent_view` with its description and suggested prompts as in public
manifests of July 2026. `python -m bot.slack.manifest [https://host]` prints it; without an address it is for Socket Mode.
"""

import json
import sys
from typing import Any

from bot.slack.inbound import SUGGEST_REPLY

COMMANDS = (
    ("/customer", "Who is this customer?", "[e-mail, phone, name, order or tracking number]"),
    ("/order", "Where is this order?", "[order number]"),
    ("/kb", "Ask the knowledge base", "[question]"),
    ("/macro", "Find a macro", "[a few words]"),
    ("/case", "Show a Salesforce case", "[case number]"),
    ("/sla", "What is due", "[conversation, or nothing for all]"),
    ("/shift", "Who is on shift", "[start | end | nothing]"),
    ("/report", "Today's figures", "[day | week | month]"),
    ("/deskside", "What Deskside can do", "help"),
)

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "users:read",
    "users:read.email",
)

EVENTS = ("app_mention", "message.im")

PROMPTS = (
    ("Who is this customer?", "Who is the customer with the e-mail …?"),
    ("What is due?", "Which conversations are close to breaching their SLA?"),
    ("Find an answer", "What does the knowledge base say about …?"),
)

ABOUT = "Knows each customer, drafts grounded replies, walks the live-chat procedure and escalates to Salesforce."


def manifest(address: str | None) -> dict[str, Any]:
    """`address` is the service's https origin; None: Socket Mode."""
    url = f"{address.rstrip('/')}/slack/events" if address else None
    here = {"url": url} if url else {}
    request = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": "Deskside", "description": ABOUT, "background_color": "#1d3557"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Deskside", "always_online": True},
            "agent_view": {
                "agent_description": ABOUT,
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "shortcuts": [
                {
                    "name": "Suggest a reply",
                    "type": "message",
                    "callback_id": SUGGEST_REPLY,
                    "description": "Draft a grounded reply to this message",
                }
            ],
            "slash_commands": [
                {"command": name, "description": said, "usage_hint": hint, "should_escape": True, **here}
                for name, said, hint in COMMANDS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def text(address: str | None) -> str:
    return json.dumps(manifest(address), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(sys.argv[1] if len(sys.argv) > 1 else None))

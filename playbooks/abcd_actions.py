"""One action of an ABCD guideline in our procedures' words: a step with its form and effects, and what is lost; pure."""

import re
from typing import Any, Literal

from playbooks.domain.base import Frozen

Extent = Literal["whole", "partly", "not"]


class Mapped(Frozen):
    """`effects` and `needs` in the procedure's own YAML shape. `ways`: where the step forks, one name a branch.

    `optional`: the guideline takes this step under a condition, so that it may be passed over. `extent` and `why` say what
    of the action cannot be expressed; "not": the act itself is done elsewhere, the step guides, notes and times it.
    """

    extent: Extent
    how: str
    why: str = ""
    effects: tuple[Any, ...] = ()
    needs: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - frozen: pydantic copies defaults
    ways: tuple[str, ...] = ()
    ends: bool = False
    answered: bool = False
    optional: bool = False


NOTE = {"add_note": "collected"}
_CONDITION = re.compile(r"\b(?:if|only|unless|optional|option [ab]|skip|depends|whether)\b", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:options?|either|one of|valid)\b", re.IGNORECASE)
_QUOTED = re.compile(r"['‘’“”\"]([A-Za-z][^'‘’“”\"]{1,30})['‘’“”\"]")
_NOTHING_TO_ENTER = re.compile(r"(?:nothing|not need|no need) to enter", re.IGNORECASE)
_LEVELS = ["Gold", "Silver", "Bronze", "Guest"]
_SHOP = "no effect changes a record of the shop; the agent does it there and presses the step done"
_LONGEST_LABEL = 80

Action = dict[str, Any]


def mapped(action: Action) -> Mapped:
    """By the button the guideline names; a button nobody knows becomes a guided step that is noted as not expressed."""
    found = _by_button(action)
    conditions = _CONDITION.search(action["text"]) or any("skip" in one.lower() for one in action["subtext"])
    if not conditions:
        return found
    lost = "the condition is text for the agent, who passes the step over with its reason kept: no guard asks for it"
    worse: Extent = "partly" if found.extent == "whole" else found.extent
    why = "; ".join(one for one in (found.why, lost) if one)
    return found.model_copy(update={"optional": True, "extent": worse, "why": why})


def _by_button(action: Action) -> Mapped:
    match action["button"]:
        case "Pull up Account":
            return Mapped(extent="whole", how="the bot shows the customer by itself", effects=("show_customer",))
        case "Verify Identity" | "Validate Purchase":
            why = "no guard compares what was typed with the customer's record; the agent does, beside the customer card"
            return Mapped(extent="partly", how="a form, noted", why=why, effects=(NOTE,), needs=_listed_needs(action))
        case "Ask the Oracle":
            why = "no effect asks another system a question and no guard reads its answer; the agent presses which it was"
            return Mapped(extent="partly", how="a fork", why=why, ways=("yes", "no"))
        case "Membership Privileges":
            why = "what each level may have is text: no guard asks for the customer's tier"
            needs = {"membership_level": _choice("Membership level", _LEVELS)}
            return Mapped(extent="partly", how="a form, noted", why=why, effects=(NOTE,), needs=needs)
        case "Record Reason" | "Enter Details" | "Enter Detail" | "Shipping Status":
            return Mapped(extent="whole", how="a form, noted", effects=(NOTE,), needs=_typed(action))
        case "Offer Refund" | "Make Purchase" | "Update Order" | "Update Account" | "Promo Code" | "Make Password":
            return _shop(action)
        case "Subscription Status":
            why = "no effect asks the shop for a subscription's state; the customer card shows Stripe's"
            return Mapped(extent="partly", how="the customer card", why=why, effects=("show_customer",))
        case "Send Link":
            why = "a draft is offered; the agent puts the link in"
            return Mapped(extent="partly", how="a drafted reply", why=why, effects=("suggest_reply",))
        case "Notify Internal Team":
            return _notify(action)
        case "Search FAQ" | "Select Answer":
            return Mapped(extent="whole", how="a reply drafted from the help centre, sources shown", effects=("suggest_reply",))
        case "Try Again" | "Log Out/In" | "Instructions":
            return Mapped(extent="whole", how="instructions for the agent, recorded", effects=(_recorded(action),))
        case "End Conversation":
            return Mapped(extent="whole", how="a fork: go on, or end", ways=("go_on", "end"), ends=True)
        case "N/A":
            return Mapped(extent="whole", how="done by the agent's next reply", answered=True)
        case _ if action["type"] == "faq/policy":
            tag = {"add_tag": name_of(action["button"])}
            return Mapped(extent="whole", how="a tag", effects=(tag,))
        case _:
            return Mapped(extent="not", how="a guided step", why="unknown to the importer", effects=(_recorded(action),))


def _shop(action: Action) -> Mapped:
    return Mapped(extent="not", how="a guided step, noted", why=_SHOP, effects=(NOTE,), needs=_typed(action))


def _notify(action: Action) -> Mapped:
    told = " ".join([action["text"], *action["subtext"]]).lower()
    if "manager" in told:
        return Mapped(extent="whole", how="the supervisor is told", effects=({"notify_role": "supervisor"},))
    why = "that department is no role of ours; the supervisor is told instead"
    return Mapped(extent="partly", how="the supervisor is told", why=why, effects=({"notify_role": "supervisor"},))


def _recorded(action: Action) -> dict[str, str]:
    return {"record": name_of(action["button"])}


def _listed_needs(action: Action) -> dict[str, dict[str, Any]]:
    """Each line that names something to ask for; none is required, because the guidelines ask for some of them."""
    labels = [re.split(r"\s+[-–]\s+", one)[0].strip() for one in action["subtext"]]
    wanted = [
        one for one in labels if 0 < len(one) <= 40 and not re.match(r"(?:then|use|if|enter|once|click)\b", one, re.IGNORECASE)
    ]
    return {name_of(one): {"label": one, "required": False} for one in wanted or ["What the customer told"]}


def _typed(action: Action) -> dict[str, dict[str, Any]]:
    lines = [action["text"], *action["subtext"]]
    if any(_NOTHING_TO_ENTER.search(one) for one in lines):
        return {}
    options = list(dict.fromkeys(found.strip() for one in lines if _ONE_OF.search(one) for found in _QUOTED.findall(one)))
    label = _label(action)
    name = name_of(action["button"])
    return {name: _choice(label, options)} if len(options) > 1 else {name: {"label": label, "required": False}}


def _label(action: Action) -> str:
    first = re.split(r"(?<=[.:?])\s", action["text"].strip())[0].rstrip(" .:")
    return first[:_LONGEST_LABEL] if len(first) > 3 else action["button"]


def _choice(label: str, choices: list[str]) -> dict[str, Any]:
    return {"label": label, "kind": "choice", "choices": choices, "required": False}


def name_of(words: str, longest: int = 44) -> str:
    """As a procedure calls things: small letters, digits, underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return (name if name[:1].isalpha() else f"x_{name}")[:longest].rstrip("_")

"""Shortens a collapsed section where a surface cannot fold, and says by how much; controls and sources always stay."""

from bot import rich
from playbooks.domain.card import Element, Facts, Paragraph, Quote, Section, Steps, Timeline
from playbooks.words import shortened

QUOTE_CHARACTERS, PARAGRAPH_CHARACTERS, ENTRIES = 160, 280, 5


def folded(section: Section) -> tuple[Section, str]:
    """The short section, and a sentence on what was left out ("" where nothing was)."""
    short = tuple(_short(one) for one in section.elements)
    changed = sum(one != two for one, two in zip(section.elements, short, strict=True))
    entries = sum(_entries(one) - _entries(two) for one, two in zip(section.elements, short, strict=True))
    said = [f"{entries} more entries"] if entries else []
    said += [f"{changed} parts shortened"] if changed and not entries else []
    return section.model_copy(update={"elements": short}), f"… {', '.join(said)}" if said else ""


def _short(element: Element) -> Element:
    match element:
        case Quote():
            return element.model_copy(update={"text": shortened(element.text, QUOTE_CHARACTERS)})
        case Paragraph() if len(rich.plain(element.rich)) > PARAGRAPH_CHARACTERS and "](" not in element.rich:
            return element.model_copy(update={"rich": _plain_short(element.rich)})
        case Timeline() | Steps() | Facts():
            return element.model_copy(update={"items": element.items[:ENTRIES]})
        case _:
            return element


def _plain_short(source: str) -> str:
    """The words alone, their signs kept from styling."""
    text = shortened(rich.plain(source), PARAGRAPH_CHARACTERS)
    return "".join(f"\\{one}" if one in "\\*_`[]" else one for one in text)


def _entries(element: Element) -> int:
    return len(element.items) if isinstance(element, Timeline | Steps | Facts) else 0

"""Light Markdown as a person would type it: links keep their address, emphasis goes, cells stand apart; it drops no word."""

import re

_ROW = re.compile(r"\s*\|.*\|\s*$")
_LINK = re.compile(r"!?\[(?P<words>[^\]]*)\]\([^)]*\)|\[\s*https?://[^\]\s]+\s*\]|<?https?://\S+")


def shown(raw: str) -> str:
    """The words without the light Markdown around them."""
    text = raw.strip()
    if _ROW.match(text):
        return " – ".join(cells(text))
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)[^)]*\)", r"\1 (\2)", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?<!\w)(\*\*\*|\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    text = re.sub(r"^(?:[-*+•–]|>)\s+", "", text)
    return re.sub(r"\s+", " ", text.replace("\\", "")).strip()


def cells(row: str) -> tuple[str, ...]:
    return tuple(shown(one) for one in row.strip().strip("|").split("|"))


def is_bare_link(raw: str) -> bool:
    """Links and nothing said beside them: the way to another page, no statement."""
    return _LINK.search(raw) is not None and not re.search(r"\w", _LINK.sub("", raw))


def labelled(names: tuple[str, ...], row: str) -> str:
    """A row with its columns' names, so that it can be read without the table: "Japan – Duty: none – Paid: to the carrier"."""
    told = cells(row)
    if len(told) != len(names):
        return " – ".join(one for one in told if one)
    if len(told) == 2:
        return ": ".join(one for one in told if one)
    first, *rest = told
    pairs = [f"{name}: {cell}" if name else cell for name, cell in zip(names[1:], rest, strict=True) if _says(cell)]
    if first.rstrip(".").isdigit() and pairs:
        return " – ".join([f"{first.rstrip('.')}. {rest[0]}", *pairs[1:]])
    return " – ".join([*([first] if first else []), *pairs])


def _says(cell: str) -> bool:
    return any(letter.isalnum() for letter in cell)

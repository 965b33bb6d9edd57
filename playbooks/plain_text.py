"""Light Markdown as a person would type it: links keep their address, emphasis goes, cells stand apart; it drops no word."""

import re

_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"[\s|:-]*-{3}[\s|:-]*$")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_MARK = re.compile(r"(?P<mark>\s*(?:[-*+•]|\d+[.)])\s+)(?=\S)")
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


def readable(raw: str) -> str:
    """A passage line by line: headings without their marks, lists with theirs, no line that only rules a table."""
    lines = (_line(one) for one in raw.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one for one in lines if one is not None))


def _line(raw: str) -> str | None:
    if _RULE.match(raw):
        return None
    mark = _MARK.match(raw)
    return (mark["mark"] + shown(raw[mark.end() :])) if mark else shown(_HEADING.sub("", raw))


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

"""Cuts an article into passages along its structure: headings, paragraphs, lists and tables. Changes no character.

A passage is `body[start:end]`. Lists and tables stay whole up to MOST_WORDS; a longer one is cut between items or rows,
a longer paragraph between sentences. A heading is not part of its passage but of the breadcrumb, except where short
neighbouring sections are read together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from retrieval.index.blocks import HEADING, ITEM, Block, blocks_of, measured

AIM_WORDS = 120
"""Near the 150 words of the baseline, and below the 256 tokens the model reads, with title and breadcrumb before it."""
MOST_WORDS = 220
"""A list or table up to this size is kept whole even though the model may not read its last words."""

SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")


@dataclass(frozen=True)
class Piece:
    """A stretch of the body and the headings above it."""

    start: int
    end: int
    breadcrumb: str


def passages_of(body: str) -> list[Piece]:
    """In reading order, covering every word of the body that is not a heading; [] for a body without words."""
    pieces: list[Piece] = []
    for group in _grouped(list(_sections(body))):
        if len(group) > 1:
            shared = _shared([one.path for one in group])
            pieces.append(_trimmed(body, group[0].start, group[-1].end, shared))
            continue
        small = [part for block in group[0].blocks for part in _fitting(body, block)]
        pieces += [_trimmed(body, start, end, group[0].path) for start, end in _packed(small)]
    return [piece for piece in pieces if piece.end > piece.start]


@dataclass(frozen=True)
class _Section:
    """Blocks under one heading; `start` is where the heading begins."""

    path: tuple[str, ...]
    start: int
    blocks: tuple[Block, ...]

    @property
    def words(self) -> int:
        return sum(one.words for one in self.blocks)

    @property
    def end(self) -> int:
        return self.blocks[-1].end


def _sections(body: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    start = 0
    for block in blocks_of(body):
        heading = HEADING.match(body[block.start : block.end].rstrip("\n")) if block.kind == "heading" else None
        if heading is None:
            blocks.append(block)
            continue
        if blocks:
            yield _Section(tuple(title for _, title in path), start, tuple(blocks))
        level = len(heading[1])
        path, blocks, start = [*(one for one in path if one[0] < level), (level, heading[2])], [], block.start
    if blocks:
        yield _Section(tuple(title for _, title in path), start, tuple(blocks))


def _grouped(sections: list[_Section]) -> Iterator[list[_Section]]:
    """Neighbours that are too short to say much alone are read together, their headings with them."""
    group: list[_Section] = []
    for section in sections:
        if group and sum(one.words for one in group) + section.words > AIM_WORDS:
            yield group
            group = []
        group.append(section)
    if group:
        yield group


def _shared(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The headings above all of them."""
    same = takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))
    return tuple(level[0] for level in same)


def _fitting(body: str, block: Block) -> Iterator[Block]:
    """The block, or its items, rows or sentences packed to size where it is too long to stay whole."""
    whole = AIM_WORDS if block.kind == "paragraph" else MOST_WORDS
    if block.words <= whole:
        yield block
        return
    yield from (measured(body, start, end, block.kind) for start, end in _packed(_atoms(body, block)))


def _atoms(body: str, block: Block) -> list[Block]:
    cuts = _sentence_cuts(body, block) if block.kind == "paragraph" else _line_cuts(body, block)
    edges = [block.start, *cuts, block.end]
    atoms = [measured(body, one, other, block.kind) for one, other in pairwise(edges)]
    return [part for atom in atoms for part in _broken(body, atom)]


def _sentence_cuts(body: str, block: Block) -> list[int]:
    text = body[block.start : block.end]
    ends = {found.end() for found in SENTENCE_END.finditer(text)} | {found.end() for found in re.finditer(r"\n", text)}
    return sorted(block.start + one for one in ends if 0 < one < len(text))


def _line_cuts(body: str, block: Block) -> list[int]:
    """Between items for a list, between lines for a table or listing."""
    cuts, offset = [], block.start
    for line in body[block.start : block.end].splitlines(keepends=True):
        if offset > block.start and (block.kind != "list" or ITEM.match(line)):
            cuts.append(offset)
        offset += len(line)
    return cuts


def _broken(body: str, atom: Block) -> Iterator[Block]:
    """Even one sentence or item can be endless (a log, a pasted page): cut it between words."""
    if atom.words <= MOST_WORDS:
        yield atom
        return
    words = list(re.finditer(r"\S+\s*", body[atom.start : atom.end]))
    for first in range(0, len(words), AIM_WORDS):
        last = words[min(first + AIM_WORDS, len(words)) - 1]
        start = atom.start + (0 if first == 0 else words[first].start())
        yield measured(body, start, atom.start + last.end(), atom.kind)


def _packed(parts: list[Block]) -> Iterator[tuple[int, int]]:
    """Neighbours joined while they stay within AIM_WORDS."""
    start, end, words = 0, 0, 0
    for part in parts:
        if words and words + part.words > AIM_WORDS:
            yield start, end
            words = 0
        start, end, words = (start if words else part.start), part.end, words + part.words
    if words:
        yield start, end


def _trimmed(body: str, start: int, end: int, path: tuple[str, ...]) -> Piece:
    text = body[start:end]
    return Piece(start + len(text) - len(text.lstrip()), start + len(text.rstrip()), " › ".join(path))

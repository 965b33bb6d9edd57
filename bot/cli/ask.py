"""`deskside ask`: a question to a help centre in a folder, answered in the terminal."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.card_view import card_view
from bot.cli.terminal import console, print_json, refuse


@app.command(epilog=examples('deskside ask "What is error E07?"', 'deskside ask "…" --knowledge ./help-centre --json'))
def ask(
    question: str,
    knowledge: Annotated[
        Path | None, typer.Option(help="A folder of Markdown, or one with corpus.jsonl; default: the demo's help centre.")
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(help="Keep the search index here for the next question; default: a temporary one."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer from a help centre: a draft with citations and scores, or that it has no answer."""
    from bot.asking import answered  # noqa: PLC0415
    from bot.settings import KNOWLEDGE  # noqa: PLC0415

    folder = knowledge or KNOWLEDGE
    if not folder.exists():
        refuse(f"{folder} does not exist.", "Name a folder of Markdown files, or one that holds corpus.jsonl.")
    if not question.strip():
        refuse("The question is empty.", 'Put it in quotes: deskside ask "How do I …?"')
    result, draft, card = asyncio.run(answered(question, folder, index))
    if json:
        print_json(
            {
                "question": question,
                "has_answer": result.has_answer,
                "answerable": round(result.answerable, 4),
                "why_not": result.why_not,
                "draft": draft.text if draft else None,
                "citations": [one.model_dump(mode="json") for one in draft.citations] if draft else [],
                "passages": [
                    {
                        "article_id": hit.passage.article_id,
                        "title": hit.passage.title,
                        "score": round(hit.score, 4),
                        "text": hit.passage.text,
                    }
                    for hit in result.hits
                ],
            }
        )
        return
    console.print(card_view(card))

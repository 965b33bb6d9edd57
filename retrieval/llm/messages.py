"""Puts a task into messages for the model: the instructions first and always the same, so that servers can cache them."""

from playbooks.domain.writing import ReplyTask, SummaryTask, TranslationTask
from retrieval.llm.fences import fenced
from retrieval.llm.prompts import Prompt, prompt

STYLES = {
    "shorter": "Write at most two sentences, or only the steps.",
    "friendlier": "Write a little warmer than usual, without exclamation marks and without apologies.",
    "plainer": "Use short sentences and everyday words. Explain a technical word where it cannot be avoided.",
}


def reply_messages(task: ReplyTask) -> tuple[Prompt, list[dict[str, str]]]:
    """The company's principles belong to the cached beginning; sources come before the question, which changes most."""
    told = prompt("reply")
    principles = "\n".join(f"- {one}" for one in task.principles)
    parts = [fenced(f"source {one.marker}", f"{one.title}\n\n{one.text}") for one in task.sources]
    parts += [fenced("facts about the customer", "\n".join(task.facts) or "none")]
    parts += [fenced("customer's message", task.question)]
    parts += [f"Write in the language with the ISO 639-1 code {task.language}. {STYLES.get(task.style, '')}".strip()]
    return told, _messages(f"{told.text}\n\nHow we sound:\n{principles}" if principles else told.text, parts)


def translation_messages(task: TranslationTask) -> tuple[Prompt, list[dict[str, str]]]:
    told = prompt("translate")
    parts = [fenced(f"sentence {number}", one) for number, one in enumerate(task.sentences, 1)]
    return told, _messages(told.text, [*parts, f"Translate into the language with the ISO 639-1 code {task.language}."])


def summary_messages(task: SummaryTask) -> tuple[Prompt, list[dict[str, str]]]:
    told = prompt("summary")
    return told, _messages(told.text, [fenced("transcript", "\n".join(task.transcript)), f"At most {task.most_words} words."])


def _messages(system: str, parts: list[str]) -> list[dict[str, str]]:
    return [{"role": "system", "content": system}, {"role": "user", "content": "\n\n".join(parts)}]

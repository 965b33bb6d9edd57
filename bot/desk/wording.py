"""Asks the language model for a reply in its own words and lets nothing of it through that its sources do not bear out.

Whatever goes wrong, the agent has the extractive draft, and its notice says why. The model sees masked text and no tools.
"""

from collections.abc import Sequence

from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene
from bot.desk.while_writing import Spot, watched
from playbooks.cards.writing import writing_card
from playbooks.domain.card import Card
from playbooks.domain.content import Draft, DraftKind, SearchResult
from playbooks.domain.writing import TranslationTask, Usage, WrittenSentence
from playbooks.language import LANGUAGES
from playbooks.reply import in_paragraphs, translated, worded
from playbooks.reply_facts import reply_facts
from playbooks.summary import MOST_WORDS, summary
from playbooks.verify import verified
from playbooks.verify_copy import is_in, same_facts, summary_lines
from playbooks.writing_task import masked_lines, reply_task, summary_task
from retrieval.errors import VendorError

FELL_BACK = "Quoted from the articles, because the language model"


def first_name(scene: Scene) -> str | None:
    return scene.customer_name.split()[0] if scene.customer_name else None


async def in_words(
    office: Office, plan: Plan, scene: Scene, base: Draft, result: SearchResult, style: str, spots: Sequence[Spot] = ()
) -> Draft:
    """The model's draft where it stands up to its sources, else `base`. Meanwhile `spots` show what stands so far."""
    if office.drafter is None or base.kind is not DraftKind.EXTRACTIVE:
        return base
    name = first_name(scene)
    facts = reply_facts(scene.customer, name, question=scene.question, zone=office.zone)
    voice = office.policies.voice
    task, known = reply_task(scene.question, result.hits, facts=facts, principles=voice.principles, style=style)

    def so_far(sentences: Sequence[WrittenSentence]) -> Card:
        stands = verified(sentences, known, voice.rules).sentences
        return writing_card(base, stands, customer_name=scene.customer_name)

    try:
        async with watched(office, spots, so_far) as heard:
            written = await office.drafter.reply(task, heard.hear)
    except VendorError as error:
        return _fell_back(plan, base, "reply", error.reason.value, f"did not answer. {error.remedy}")
    checked = verified(written.sentences, known, voice.rules)
    _record(plan, scene, "reply", written.usage, kept=len(checked.sentences), removed=len(checked.dropped))
    base = base.model_copy(update={"usage": written.usage})
    if not written.answered:
        return _fell_back(plan, base, "reply", "no_answer", "found no answer in them.")
    if not checked.is_enough:
        return _fell_back(plan, base, "reply", "unsupported", "wrote what they do not say.")
    plan.counts.append("llm:reply:used")
    return worded(base, checked, voice=voice, contact_first_name=name, vip=scene.triage.vip, style=style)


async def in_their_language(office: Office, plan: Plan, scene: Scene, base: Draft, spots: Sequence[Spot] = ()) -> Draft:
    """`base` sentence by sentence in the customer's language, figures and names unchanged, else `base`."""
    wanted = scene.triage.language
    name = LANGUAGES.get(wanted or "", wanted or "")
    if wanted in {None, "en"}:
        return base.model_copy(update={"notice": "The customer writes English, as far as can be told."})
    if office.drafter is None:
        return base.model_copy(update={"notice": f"The customer writes {name}, and no language model is set up to translate."})
    base = in_paragraphs(base)
    lines = masked_lines([one.text for one in base.sentences])
    waiting = writing_card(base, (), customer_name=scene.customer_name, what=f"translation into {name}")
    try:
        async with watched(office, spots, lambda _: waiting):
            written = await office.drafter.translation(TranslationTask(sentences=lines, language=str(wanted)))
    except VendorError as error:
        return _not_translated(plan, base, error.reason.value, f"The language model did not answer. {error.remedy}")
    names = frozenset(filter(None, (first_name(scene),)))
    same = all(same_facts(one, other, names) for one, other in zip(lines, written.lines, strict=True))
    _record(plan, scene, "translation", written.usage, kept=len(lines) if same else 0, removed=0 if same else len(lines))
    base = base.model_copy(update={"usage": written.usage})
    if not same or not is_in(str(wanted), written.lines):
        return _not_translated(plan, base, "unsupported", "The translation did not say the same figures and names.")
    plan.counts.append("llm:translation:used")
    english = base.text.replace("\n", " ")
    return translated(base, written.lines, f"Translated into {name}; figures, links and names checked. In English: {english}")


async def told_shortly(office: Office, plan: Plan, scene: Scene) -> tuple[tuple[str, ...], str | None]:
    """The conversation in at most a hundred words: the model's, as far as the conversation says it, else quoted.

    With it why the model's are not shown; None where they are.
    """
    quoted = summary(scene.conversation, office.zone)
    if office.drafter is None or not quoted:
        return quoted, ""
    task = summary_task(scene.conversation, MOST_WORDS)
    try:
        written = await office.drafter.summary(task)
    except VendorError as error:
        plan.counts.append(f"llm:summary:{error.reason.value}")
        return quoted, f"The language model did not answer. {error.remedy}"
    lines = summary_lines(written.lines, task.transcript, MOST_WORDS)
    _record(plan, scene, "summary", written.usage, kept=len(lines), removed=len(written.lines) - len(lines))
    if not lines or len(lines) * 2 < len(written.lines):
        plan.counts.append("llm:summary:unsupported")
        return quoted, "The language model wrote what the conversation does not say."
    plan.counts.append("llm:summary:used")
    return lines, None


def _fell_back(plan: Plan, base: Draft, what: str, because: str, words: str) -> Draft:
    plan.counts.append(f"llm:{what}:{because}")
    return base.model_copy(update={"notice": f"{FELL_BACK} {words}"})


def _not_translated(plan: Plan, base: Draft, because: str, words: str) -> Draft:
    plan.counts.append(f"llm:translation:{because}")
    return base.model_copy(update={"notice": f"Not translated. {words}"})


def _record(plan: Plan, scene: Scene, what: str, usage: Usage, *, kept: int, removed: int) -> None:
    """What it cost, beside the conversation it was for; counts and names only."""
    detail = {**usage.model_dump(mode="json", exclude_none=True), "kept": kept, "removed": removed}
    plan.audit.append(Audited("deskside", f"llm.{what}", scene.conversation_id, detail))
    plan.spent.append(usage)

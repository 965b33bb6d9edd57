"""Past conversations for replays: read from a folder, or recorded into one with private data masked."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.memory import runs
from bot.memory.database import Database
from playbooks.domain.conversation import Contact, Conversation
from playbooks.domain.policy import InboxesPolicy
from playbooks.domain.recorded import Recorded
from playbooks.privacy import MaskPolicy, masked
from retrieval.ports import InboxSource
from retrieval.vendors.intercom.recorded import NotARecord, record, recorded
from retrieval.vendors.intercom.translate import Workspace

EVERYTHING = MaskPolicy(phones=True, emails=True)
CUSTOMER = "Customer"


@dataclass(frozen=True)
class Folder:
    """`problems` are files that hold no conversation; `others` counts conversations of inboxes that are not ours."""

    conversations: tuple[Recorded, ...]
    problems: tuple[tuple[str, str], ...]
    others: int


def read_folder(folder: Path, inboxes: InboxesPolicy, workspace: Workspace) -> Folder:
    """Every *.json below it, in order of name."""
    found, problems = [], []
    for path in sorted(folder.rglob("*.json")):
        try:
            found.append(recorded(path.read_text(encoding="utf-8"), workspace))
        except (NotARecord, UnicodeDecodeError) as error:
            reason = str(error) if isinstance(error, NotARecord) else "not UTF-8 text"
            problems.append((path.relative_to(folder).as_posix(), reason))
    ours = tuple(one for one in found if inboxes.is_ours(one.conversation.inbox_id))
    return Folder(ours, tuple(problems), len(found) - len(ours))


async def record_folder(
    folder: Path, inbox: InboxSource, database: Database | None, *, since: datetime, limit: int, keep: Iterable[str]
) -> int:
    """How many were written. `keep` are attribute values that say who is entitled; every other attribute is left out."""
    listed, written, wanted = await inbox.recent(since, limit), 0, frozenset(one.lower() for one in keep)
    for one in listed:
        whole = await inbox.conversation(one.conversation_id)
        if whole is not None:
            kept = await _with_trail(whole, database)
            await asyncio.to_thread(_write, folder, without_private_data(kept, wanted))
            written += 1
    return written


def _write(folder: Path, one: Recorded) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{_file_name(one.conversation.conversation_id)}.json").write_text(record(one), encoding="utf-8")


def _file_name(conversation_id: str) -> str:
    return re.sub(r"[^0-9A-Za-z_-]", "_", conversation_id)


async def _with_trail(conversation: Conversation, database: Database | None) -> Recorded:
    if database is None:
        return Recorded(conversation=conversation)
    saved = await database.read(lambda conn: runs.load(conn, conversation.conversation_id))
    if saved is None:
        return Recorded(conversation=conversation)
    return Recorded(conversation=conversation, sop=saved.run.sop, sop_version=saved.run.sop_version, trail=saved.run.trail)


def without_private_data(one: Recorded, keep: frozenset[str]) -> Recorded:
    """The customer's name, addresses and numbers go, and so does every attribute whose value is not in `keep`.

    Names of third persons in the text stay: no pattern knows them. Look a folder over before you pass it on.
    """
    talk = one.conversation
    names = _names(talk)
    parts = tuple(
        part.model_copy(
            update={
                "text": _plain(part.text, names),
                "author": part.author.model_copy(update={"name": "", "email": None}),
                "attachments": tuple(each.model_copy(update={"name": "attachment", "url": None}) for each in part.attachments),
            }
        )
        for part in talk.parts
    )
    rating = talk.rating.model_copy(update={"remark": _plain(talk.rating.remark, names)}) if talk.rating else None
    changed = {
        "parts": parts,
        "rating": rating,
        "subject": _plain(talk.subject, names),
        "contact": _bare(talk.contact, keep) if talk.contact else None,
        "attributes": _wanted(talk.attributes, keep),
        "url": None,
    }
    trail = tuple(entry.model_copy(update={"reason": _plain(entry.reason, names)}) for entry in one.trail)
    return one.model_copy(update={"conversation": talk.model_copy(update=changed), "trail": trail})


def _names(talk: Conversation) -> re.Pattern[str] | None:
    written = [talk.contact.name or ""] if talk.contact else []
    written += [part.author.name for part in talk.parts if part.author.kind.value == "contact"]
    words = {word for name in written for word in re.findall(r"\w{3,}", name)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", re.IGNORECASE) if words else None


def _plain(text: str, names: re.Pattern[str] | None) -> str:
    shown = masked(text, EVERYTHING)
    return names.sub(CUSTOMER, shown) if names else shown


def _bare(contact: Contact, keep: frozenset[str]) -> Contact:
    gone = {"name": None, "email": None, "phone": None, "external_id": "known" if contact.external_id else None}
    return contact.model_copy(update={**gone, "attributes": _wanted(contact.attributes, keep)})


def _wanted(attributes: Sequence[tuple[str, str]], keep: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in attributes if value.lower() in keep)


__all__ = ["CUSTOMER", "Folder", "read_folder", "record_folder", "without_private_data"]

"""Intercom's objects as its API sends them, as far as we read them: lenient about everything we do not need.

Leniency is deliberate and was seen to be needed: webhooks send ids as strings and as numbers, contacts' times as ISO text
where the API sends seconds, `null` where lists are documented, and a priority the current version does not list.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _identifier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _assignee(value: object) -> object:
    """0 is the API's "nobody"."""
    return None if value in (0, "0", "") else _identifier(value)


def _moment(value: object) -> datetime:
    """Unix seconds as a number or text, or ISO 8601; raises ValueError for anything else."""
    if isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and not value.isdigit():
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        pass  # their words repeat the value, which may be a customer's
    raise ValueError("not a moment")


Id = Annotated[str, BeforeValidator(_identifier)]
MaybeId = Annotated[str | None, BeforeValidator(_identifier)]
AssigneeId = Annotated[str | None, BeforeValidator(_assignee)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
MaybeMoment = Annotated[datetime | None, BeforeValidator(lambda value: None if value is None else _moment(value))]
Attributes = Annotated[dict[str, Any], BeforeValidator(lambda value: value or {})]


def _or_empty(value: object) -> object:
    return [] if value is None else value


class Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Author(Lenient):
    type: str = ""
    id: MaybeId = None
    name: str | None = None
    email: str | None = None
    from_ai_agent: bool | None = None


class Attachment(Lenient):
    name: str | None = None
    url: str | None = None
    content_type: str | None = None
    filesize: int | None = None


class Part(Lenient):
    id: Id
    part_type: str = ""
    body: str | None = None
    created_at: Moment
    author: Author = Author()
    attachments: Annotated[list[Attachment], BeforeValidator(_or_empty)] = []


class Parts(Lenient):
    conversation_parts: Annotated[list[Part], BeforeValidator(_or_empty)] = []


class Source(Lenient):
    id: MaybeId = None
    type: str | None = None
    delivered_as: str | None = None
    subject: str | None = None
    body: str | None = None
    author: Author = Author()
    attachments: Annotated[list[Attachment], BeforeValidator(_or_empty)] = []


class Tag(Lenient):
    id: Id
    name: str = ""


class Tags(Lenient):
    tags: Annotated[list[Tag], BeforeValidator(_or_empty)] = []


class Rating(Lenient):
    """Present with `rating` null from when a rating was asked for until it is given."""

    rating: int | None = None
    remark: str | None = None
    created_at: MaybeMoment = None
    updated_at: MaybeMoment = None


class Reference(Lenient):
    id: Id
    external_id: str | None = None


class Contacts(Lenient):
    contacts: Annotated[list[Reference], BeforeValidator(_or_empty)] = []


class Conversation(Lenient):
    id: Id
    title: str | None = None
    created_at: Moment
    updated_at: Moment
    snoozed_until: MaybeMoment = None
    state: str | None = None
    open: bool | None = None
    priority: str | bool | None = None
    admin_assignee_id: AssigneeId = None
    team_assignee_id: AssigneeId = None
    tags: Tags | None = None
    conversation_rating: Rating | None = None
    source: Source | None = None
    contacts: Contacts | None = None
    custom_attributes: Attributes = {}
    conversation_parts: Parts | None = None


class Addressed(Lenient):
    """A contact's tags or notes: how many there are; the first ten ids are not worth reading."""

    total_count: int | None = None


class Contact(Lenient):
    id: Id
    external_id: str | None = None
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    last_seen_at: MaybeMoment = None
    custom_attributes: Attributes = {}
    tags: Addressed | None = None
    notes: Addressed | None = None


class Note(Lenient):
    id: Id
    created_at: Moment
    author: Author | None = None
    body: str | None = None


class Admin(Lenient):
    id: Id
    name: str = ""
    email: str | None = None
    away_mode_enabled: bool = False


class TicketType(Lenient):
    id: Id
    name: str = ""
    category: str | None = None
    archived: bool = False


class Macro(Lenient):
    id: Id
    name: str = ""
    body: str | None = None
    body_text: str | None = None
    visible_to: str | None = None
    visible_to_team_ids: Annotated[list[Id], BeforeValidator(_or_empty)] = []
    available_on: Annotated[list[str], BeforeValidator(_or_empty)] = []


class Article(Lenient):
    """A help-centre article, or an internal one (which has a locale and an owner but no state, address or tags)."""

    id: Id
    title: str | None = None
    body: str | None = None
    state: str | None = None
    url: str | None = None
    updated_at: MaybeMoment = None
    default_locale: str | None = None
    locale: str | None = None
    help_center_audience: str | None = None
    tags: Tags | None = None


class Next(Lenient):
    starting_after: str | None = None


class Pages(Lenient):
    """`next` is an object with a cursor; older list end points send an address there and count pages instead."""

    page: int | None = None
    total_pages: int | None = None
    next: Next | str | None = None


class Page(Lenient):
    pages: Pages | None = None

    @property
    def cursor(self) -> str | None:
        following = self.pages.next if self.pages else None
        return following.starting_after if isinstance(following, Next) else None


class ConversationPage(Page):
    conversations: Annotated[list[Conversation], BeforeValidator(_or_empty)] = []


class ContactPage(Page):
    data: Annotated[list[Contact], BeforeValidator(_or_empty)] = []


class NotePage(Page):
    data: Annotated[list[Note], BeforeValidator(_or_empty)] = []


class TagPage(Page):
    data: Annotated[list[Tag], BeforeValidator(_or_empty)] = []


class AdminPage(Lenient):
    admins: Annotated[list[Admin], BeforeValidator(_or_empty)] = []


class TicketTypePage(Lenient):
    data: Annotated[list[TicketType], BeforeValidator(_or_empty)] = []


class MacroPage(Page):
    data: Annotated[list[Macro], BeforeValidator(_or_empty)] = []


class ArticlePage(Page):
    data: Annotated[list[Article], BeforeValidator(_or_empty)] = []


class Fault(Lenient):
    code: str | None = None
    field: str | None = None


class Faults(Lenient):
    errors: Annotated[list[Fault], BeforeValidator(_or_empty)] = []

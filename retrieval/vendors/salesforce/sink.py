"""Opens Salesforce cases and comments on them, each exactly once by a key of its cause. It decides nothing.

*Source:* PATCH sobjects/Case/{key field}/{key}, POST sobjects/CaseComment, v62.0 (read 2026-11-22).
"""

from playbooks.domain.case import Case, CaseDraft
from retrieval.errors import Surprised, VendorError
from retrieval.vendors.salesforce import queries
from retrieval.vendors.salesforce.cases import SalesforceCases
from retrieval.vendors.salesforce.people import CasePeople, key_line
from retrieval.vendors.salesforce.refusals import VENDOR
from retrieval.vendors.salesforce.rest import ExternalKey, Rest, path_segment
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import CaseRow, CommentRow

SUBJECT_LIMIT = 255
DESCRIPTION_LIMIT = 32_000
COMMENT_LIMIT_BYTES = 4_000
CUT = "\n… (shortened by Deskside; the whole text is in the conversation)"


class SalesforceDesk(CasePeople):
    """CaseSink."""

    def __init__(self, rest: Rest, settings: Settings, cases: SalesforceCases) -> None:
        super().__init__(rest, settings)
        self._cases = cases

    async def open_case(self, draft: CaseDraft) -> Case:
        """The case of this key: the one that is there already, untouched, or a new one.

        Looking first keeps a late redelivery from resetting what colleagues changed since; the upsert keeps two at once
        from opening two. A doubtful answer is read back before anything else.
        """
        known = await self._cases.case_by_external_id(draft.external_id)
        if known is not None:
            return known
        try:
            await self._rest.upsert("open_case", self._key(draft), self._fields(draft) | await self._asked_for(draft))
        except VendorError as error:
            if not error.doubtful:
                raise
            return await self._read_back(draft, error)
        return await self._read_back(draft, _not_to_be_seen(draft))

    def _key(self, draft: CaseDraft) -> ExternalKey:
        return ExternalKey("Case", self._settings.key_field, draft.external_id)

    async def _read_back(self, draft: CaseDraft, otherwise: VendorError) -> Case:
        found = await self._cases.case_by_external_id(draft.external_id)
        if found is None:
            raise otherwise
        return found

    def _fields(self, draft: CaseDraft) -> dict[str, object]:
        ours = {
            "Subject": shortened(draft.subject, SUBJECT_LIMIT, "…"),
            "Description": shortened(draft.description, DESCRIPTION_LIMIT, CUT),
            "Priority": draft.priority,
            "Origin": draft.origin,
            "Status": draft.status,
            "ContactId": draft.contact_id,
            "AccountId": draft.account_id,
            self._settings.product_field: draft.product,
            self._settings.entitlement_field: draft.entitlement,
            self._settings.conversation_field: draft.intercom_conversation_id,
            self._settings.conversation_url_field: draft.intercom_conversation_url,
        }
        return {name: value for name, value in ours.items() if name and value}

    async def reopen_case(self, case_id: str) -> None:
        """With the status of a new case. One that is open is left as it is: colleagues may have moved it on."""
        row = await self._rest.record("case", f"Case/{path_segment(case_id)}", queries.case_fields(self._settings), CaseRow)
        if row is None or row.IsClosed:
            await self._rest.change("reopen_case", f"Case/{path_segment(case_id)}", {"Status": self._settings.reopened_status})

    async def _asked_for(self, draft: CaseDraft) -> dict[str, object]:
        """What people filled in, as the field wants it: a checkbox is no text. A field nobody described is sent as typed."""
        kinds = await self._cases.described() if draft.fields else {}
        typed = {name: value for name, value in draft.fields if name and value}
        boxes = {name for name in typed if name in kinds and kinds[name].type == "boolean"}
        return {name: value.lower() in {"yes", "true"} if name in boxes else value for name, value in typed.items()}

    async def comment(self, case_id: str, text: str, once_key: str) -> str:
        """The comment's id. A CaseComment has no external id, so the key stands as its last line and is looked for first.

        *Limits:* 4,000 bytes. Two calls with one key at the very same moment could both find nothing: the caller holds the
        lease on its key (perform does).
        """
        mark = key_line(once_key)
        known = await self._comment_with(case_id, mark)
        if known is not None:
            return known
        body = f"{shortened_bytes(text, COMMENT_LIMIT_BYTES - len(mark.encode()) - 2)}\n\n{mark}"
        try:
            return await self._rest.create("comment", "CaseComment", {"ParentId": case_id, "CommentBody": body})
        except VendorError as error:
            found = await self._comment_with(case_id, mark) if error.doubtful else None
            if found is None:
                raise
            return found

    async def _comment_with(self, case_id: str, mark: str) -> str | None:
        """Read and compared here: whether CommentBody may stand in a WHERE differs between editions of the documentation."""
        rows = await self._rest.query("comments", queries.comment_query(case_id), CommentRow)
        return next((row.Id for row in rows if mark in (row.CommentBody or "").splitlines()), None)


def shortened(text: str, limit: int, mark: str) -> str:
    return text if len(text) <= limit else text[: limit - len(mark)] + mark


def shortened_bytes(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - len(CUT.encode())].decode(errors="ignore") + CUT


def _not_to_be_seen(draft: CaseDraft) -> Surprised:
    return Surprised(
        VENDOR,
        "the case was accepted but cannot be read back",
        remedy="The run-as user must be able to read the cases it opens: check sharing and the key field's visibility.",
        doubtful=True,
        field=None,
        code=None,
    )

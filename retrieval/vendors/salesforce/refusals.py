"""Salesforce's error array as one of the four vendor errors; pure, sends nothing.

*Source:* REST API Developer Guide, "Status Codes and Error Responses" (v62, read 2026-11-22); contracts.md 2.10.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from retrieval.errors import Duplicated, Refused, Surprised, Throttled, Unavailable, VendorError

VENDOR = "salesforce"

OURS_TO_FIX = frozenset(
    {
        "INVALID_SESSION_ID",
        "INVALID_LOGIN",
        "INVALID_AUTH_HEADER",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "API_DISABLED_FOR_ORG",
        "API_CURRENTLY_DISABLED",
        "CLIENT_NOT_ACCESSIBLE_FOR_USER",
        "FUNCTIONALITY_NOT_ENABLED",
    }
)
PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG"})
A_PERSON_CAN_FIX = {
    "REQUIRED_FIELD_MISSING": "Salesforce asks for a value",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule in Salesforce says",
    "FIELD_INTEGRITY_EXCEPTION": "Salesforce does not accept a value",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "Salesforce does not offer this choice",
    "STRING_TOO_LONG": "A value is too long for Salesforce",
    "MALFORMED_ID": "This is not an id of the right kind",
    "INVALID_CROSS_REFERENCE_KEY": "The record that is referred to does not exist",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "The record that is referred to cannot be used",
    "DUPLICATES_DETECTED": "Salesforce found records like this one",
    "DUPLICATE_VALUE": "Another record already has this value",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "An automation in Salesforce stopped this",
    "INVALID_FIELD": "Salesforce does not know a field",
}


class MatchedRecord(BaseModel):
    Id: str = ""


class Match(BaseModel):
    record: MatchedRecord = MatchedRecord()


class MatchResult(BaseModel):
    entityType: str = ""
    matchRecords: list[Match] = []


class DuplicateResult(BaseModel):
    """*Source:* SOAP API's DuplicateResult, which REST sends as JSON (read 2026-11-22); the JSON's shape is assumed."""

    allowSave: bool = False
    matchResults: list[MatchResult] = []


class ApiError(BaseModel):
    """One entry of the array; unknown keys (extended details) are left out on purpose."""

    model_config = ConfigDict(populate_by_name=True)

    errorCode: str
    message: str = ""
    fields: list[str] | None = None
    duplicateResult: DuplicateResult | None = None


_ERRORS: TypeAdapter[list[ApiError]] = TypeAdapter(list[ApiError])


def refusal(status: int, body: bytes) -> VendorError:
    """The error to raise. `str()` of it holds codes and field names only; Salesforce's sentence goes into the remedy."""
    try:
        errors = _ERRORS.validate_json(body)
    except ValidationError:
        errors = []
    if not errors:
        return Surprised(
            VENDOR,
            f"status {status} without Salesforce's error array",
            remedy="Check that the login URL is the org's My Domain; read the REST documentation again.",
            code=str(status),
        )
    return _by_remedy(status, errors)


def _by_remedy(status: int, errors: Sequence[ApiError]) -> VendorError:
    code = errors[0].errorCode
    if code == "REQUEST_LIMIT_EXCEEDED":
        return Throttled(
            VENDOR,
            f"{status} {code}",
            remedy="The org's API requests of the last 24 hours are used up; it works again when the window has moved on.",
        )
    if code in PASSING:
        return Unavailable(VENDOR, f"{status} {code}", remedy="Salesforce is busy with this record; it is tried again.")
    if code in OURS_TO_FIX:
        return Refused(
            VENDOR, f"{status} {code}", remedy=f"Salesforce refused us ({code}): check the run-as user's permissions."
        )
    return _surprise(status, code, errors)


def _surprise(status: int, code: str, errors: Sequence[ApiError]) -> Surprised:
    named = list(dict.fromkeys(name for one in errors for name in one.fields or ()))
    said = " ".join(one.message.strip() for one in errors if one.message.strip())
    if code == "DUPLICATES_DETECTED":
        return _duplicated(status, said, errors)
    opening = A_PERSON_CAN_FIX.get(code, f"Salesforce did not accept this ({code})")
    return Surprised(
        VENDOR,
        f"{status} {code} {','.join(named)}".rstrip(),
        remedy=f"{opening}: {said}" if said else f"{opening}.",
        code=code,
        field=named[0] if named else None,
        fields=named,
    )


def _duplicated(status: int, said: str, errors: Sequence[ApiError]) -> Duplicated:
    found = [one.duplicateResult for one in errors if one.duplicateResult]
    matches = [match for result in found for several in result.matchResults for match in several.matchRecords]
    return Duplicated(
        VENDOR,
        f"{status} DUPLICATES_DETECTED",
        remedy=f"{A_PERSON_CAN_FIX['DUPLICATES_DETECTED']}: {said}",
        record_ids=[one.record.Id for one in matches if one.record.Id],
        may_insist=any(result.allowSave for result in found),
    )

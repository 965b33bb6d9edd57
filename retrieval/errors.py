"""The four ways a vendor fails us, told apart by their remedy."""

from collections.abc import Sequence

from playbooks.domain.facts import GapReason


class VendorError(Exception):
    """`doubtful`: a write may have taken effect; read it back before it is tried again (design.md D6).

    `str(error)` is for logs and holds no customer data; `remedy` is fit to show to a person.
    """

    reason: GapReason = GapReason.UNAVAILABLE
    passes: bool = False

    def __init__(self, vendor: str, message: str, *, remedy: str, doubtful: bool = False) -> None:
        super().__init__(f"{vendor}: {message}")
        self.vendor = vendor
        self.remedy = remedy
        self.doubtful = doubtful


class Throttled(VendorError):
    """The vendor, or our own limit for it, says wait. `retry_after_seconds` as the vendor gave it, else None."""

    reason = GapReason.THROTTLED
    passes = True

    def __init__(self, vendor: str, message: str, *, remedy: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(vendor, message, remedy=remedy)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(VendorError):
    """Down, slow, unreachable, or its circuit is open: later."""

    reason = GapReason.UNAVAILABLE
    passes = True


class Refused(VendorError):
    """Our credentials or permissions are not accepted: a person must act."""

    reason = GapReason.REFUSED


class Surprised(VendorError):
    """It answered something its documentation does not promise, or refused our request as malformed: read the docs again.

    `field` names the offending field where the vendor said so, `fields` all of them; `code` is the vendor's own code.
    """

    reason = GapReason.SURPRISED

    def __init__(
        self,
        vendor: str,
        message: str,
        *,
        remedy: str,
        code: str | None = None,
        field: str | None = None,
        fields: Sequence[str] = (),
        doubtful: bool = False,
    ) -> None:
        super().__init__(vendor, message, remedy=remedy, doubtful=doubtful)
        self.code = code
        self.field = field
        self.fields = tuple(fields) or ((field,) if field else ())


class Duplicated(Surprised):
    """It knows records like this one already: `record_ids`. `may_insist`: it would take it all the same, if told so."""

    def __init__(self, vendor: str, message: str, *, remedy: str, record_ids: Sequence[str], may_insist: bool) -> None:
        super().__init__(vendor, message, remedy=remedy, code="DUPLICATES_DETECTED")
        self.record_ids, self.may_insist = tuple(record_ids), may_insist

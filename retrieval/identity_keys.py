"""By what a person can be recognised: an identity as a set of comparable keys, so that one phone in two spellings is one."""

import re
from collections.abc import Collection

from playbooks.domain.customer import Identity
from retrieval.carriers import normalised

Key = tuple[str, str]

SEARCHED = frozenset({"name", "emails", "phones"})
"""Fields by which one may search and find several records; all others name exactly one record."""


def key(field: str, value: str) -> Key:
    match field:
        case "emails" | "name":
            return field, value.strip().casefold()
        case "phones":
            return field, phone_digits(value)
        case "tracking_numbers":
            return field, normalised(value)
        case _:
            return field, value


def phone_digits(phone: str) -> str:
    """Digits only, without the international prefix 00: "+65 8123 4471" and "0065 81234471" are one number."""
    digits = re.sub(r"\D", "", phone)
    return digits.removeprefix("00")


def keys(identity: Identity) -> frozenset[Key]:
    return frozenset(key(field, value) for field, value in _values(identity))


def only(identity: Identity, wanted: Collection[Key]) -> Identity:
    """The part of the identity that has these keys, each once, in the identity's own spelling and order."""
    kept: dict[Key, str] = {}
    for field, value in _values(identity):
        if key(field, value) in wanted:
            kept.setdefault(key(field, value), value)
    return _identity(kept)


def in_order(identity: Identity) -> Identity:
    """The same identity with every list sorted: independent of who answered first."""
    values = sorted(_values(identity))
    return _identity({key(field, value): value for field, value in reversed(values)})


def united(first: Identity, *others: Identity) -> Identity:
    """All of them together, the first one's values in front; two spellings of one key are kept once."""
    joined = first
    for other in others:
        joined = joined.joined(other)
    return only(joined, keys(joined))


def _values(identity: Identity) -> list[Key]:
    found: list[Key] = []
    for field in Identity.model_fields:
        held = getattr(identity, field)
        found += [(field, value) for value in (held if isinstance(held, tuple) else (held,)) if value]
    return found


def _identity(values: dict[Key, str]) -> Identity:
    fields: dict[str, object] = {}
    for (field, _), value in values.items():
        one_only = not isinstance(getattr(Identity(), field), tuple)
        fields[field] = value if one_only else (*_tuple(fields.get(field)), value)
    return Identity.model_validate(fields)


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()

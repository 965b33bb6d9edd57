"""Fake sources with records: each answers with what matches a key it is asked by, after a time of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Charge, Money, SourceFacts
from retrieval.identity_keys import keys, only, united

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
READ = datetime(2026, 11, 22, 8, 59, tzinfo=UTC)


def charge(charge_id: str) -> Charge:
    money = Money(amount_minor=100, currency="sgd")
    return Charge(
        charge_id=charge_id,
        amount=money,
        captured=money,
        refunded=Money(amount_minor=0, currency="sgd"),
        status="succeeded",
        payment_method="visa •••• 4242",
        created_at=READ,
    )


class Records:
    """A source over (identity, charge id) records; `delays` are used up call by call, the last one for all further calls."""

    def __init__(
        self,
        name: str,
        fields: Sequence[str],
        records: Sequence[tuple[Identity, str]] = (),
        *,
        delays: Sequence[float] = (0.0,),
        fails: BaseException | None = None,
    ) -> None:
        self.name, self._fields, self._records, self._fails = name, frozenset(fields), records, fails
        self._delays: Iterator[float] = iter(delays)
        self._delay = 0.0
        self.asked: list[Identity] = []
        self.cancelled = 0

    def wants(self, identity: Identity) -> Identity:
        return only(identity, {key for key in keys(identity) if key[0] in self._fields})

    async def facts(self, identity: Identity) -> SourceFacts:
        self.asked.append(identity)
        self._delay = next(self._delays, self._delay)
        try:
            await asyncio.sleep(self._delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._fails:
            raise self._fails
        found = [record for record in self._records if keys(record[0]) & keys(identity)]
        return SourceFacts(
            source=self.name,
            as_of=READ,
            identity=united(Identity(), *(who for who, _ in found)),
            charges=tuple(charge(charge_id) for _, charge_id in found),
        )

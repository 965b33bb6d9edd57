"""Settings to a Salesforce connection: one HTTP client, one door, the roles on it. It asks nothing until a role is used."""

from datetime import UTC, datetime

import httpx

from retrieval.connection import Connection
from retrieval.errors import Refused
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.vendors.salesforce.auth import VENDOR, ClientCredentials
from retrieval.vendors.salesforce.cases import SalesforceCases
from retrieval.vendors.salesforce.finder import SalesforcePeople
from retrieval.vendors.salesforce.rest import Rest
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.sink import SalesforceDesk
from retrieval.vendors.salesforce.source import SalesforceCustomers
from retrieval.vendors.salesforce.wire import Description


def connect(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    auth = ClientCredentials(settings.login_url, settings.client_id, settings.client_secret)
    client = httpx.AsyncClient(base_url=settings.login_url, auth=auth, transport=transport)
    policy = Policy(rate=Rate(settings.calls_per_second, 1), timeout_seconds=settings.timeout_seconds)
    door = Door(VENDOR, client, policy, calls)
    rest = Rest(door, settings.api_version)
    cases = SalesforceCases(rest, settings)

    async def check() -> None:
        missing_field(await rest.describe("Case"), settings)

    return Connection(
        vendor=VENDOR,
        customer_source=SalesforceCustomers(rest, settings, lambda: datetime.now(UTC)),
        customer_finder=SalesforcePeople(rest, settings),
        case_source=cases,
        case_sink=SalesforceDesk(rest, settings, cases),
        check=check,
        close=client.aclose,
    )


def missing_field(case: Description, settings: Settings) -> None:
    """*Errors:* Refused, naming the field, where Case lacks it or the key is not an external id."""
    fields = {one.name: one for one in case.fields}
    wanted = [
        settings.key_field,
        settings.conversation_field,
        settings.conversation_url_field,
        settings.product_field,
        settings.entitlement_field,
    ]
    for name in wanted:
        if name and name not in fields:
            raise Refused(VENDOR, f"Case has no {name}", remedy=f"Create the Case field {name}, or let the run-as user see it.")
    key = fields[settings.key_field]
    if not (key.externalId and key.unique):
        raise Refused(
            VENDOR, f"{key.name} is no unique external id", remedy=f"Mark the Case field {key.name} as External ID and Unique."
        )

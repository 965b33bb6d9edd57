"""The four vendor errors from real faults on a real socket, and Intercom's own refusals with code and field (L21)."""

import logging
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.search import ConversationSearch as Search
from retrieval.connection import Connection
from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from retrieval.http import Calls
from retrieval.vendors.intercom import VENDOR
from retrieval.vendors.intercom.source import IntercomInbox
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import MEI

PRIYAS = "21547001"


@pytest_asyncio.fixture
async def hasty(served: Served) -> AsyncIterator[Connection]:
    connection = served.connected(timeout_seconds=0.3)
    yield connection
    assert connection.close is not None
    await connection.close()


async def read(connection: Connection) -> object:
    assert connection.inbox_source is not None
    return await connection.inbox_source.conversation(PRIYAS)


async def test_an_unknown_token_is_refused(served: Served) -> None:
    connection = served.connected(access_token="revoked")
    assert connection.check is not None
    with pytest.raises(Refused) as caught:
        await connection.check()
    assert "credentials" in caught.value.remedy
    assert connection.close is not None
    await connection.close()


async def test_a_missing_permission_is_refused(hasty: Connection, served: Served) -> None:
    served.fault("status", status=403)
    with pytest.raises(Refused):
        await read(hasty)


async def test_a_full_window_is_throttled_until_intercom_says() -> None:
    """Intercom sends no Retry-After: the wait comes from X-RateLimit-Reset."""

    def answered(_: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"X-RateLimit-Reset": str(int(time.time()) + 60)})

    settings = VENDOR.settings.model_validate({"access_token": "t", "bot_admin_id": "1"})
    calls = Calls()
    connection = VENDOR.connect(settings, calls, httpx.MockTransport(answered))
    assert connection.inbox_sink is not None
    with pytest.raises(Throttled) as caught:
        await connection.inbox_sink.reply(PRIYAS, MEI, "Hello")
    assert caught.value.retry_after_seconds is not None
    assert 50 < caught.value.retry_after_seconds <= 60
    assert (caught.value.doubtful, calls.by_vendor["intercom"]) == (False, 1)


async def test_a_longer_wait_than_our_patience_is_reported_not_waited_for(hasty: Connection, served: Served) -> None:
    served.fault("status", status=429, retry_after="3600")
    with pytest.raises(Throttled) as caught:
        await read(hasty)
    assert caught.value.retry_after_seconds == 3600
    assert len(served.ask("calls")) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_fault_of_its_own_is_tried_again(hasty: Connection, served: Served, status: int) -> None:
    served.fault("status", status=status, times=2)
    assert await read(hasty) is not None


@pytest.mark.parametrize(
    ("kind", "more"), [("hang", {}), ("reset", {}), ("slow", {"seconds": 0.5}), ("status", {"status": 500})]
)
async def test_down_slow_and_cut_off_are_unavailable(
    hasty: Connection, served: Served, kind: str, more: dict[str, float]
) -> None:
    served.fault(kind, match="GET", **more)
    with pytest.raises(Unavailable) as caught:
        await read(hasty)
    assert not caught.value.doubtful


async def test_garbage_is_a_surprise(hasty: Connection, served: Served) -> None:
    served.fault("garbage")
    with pytest.raises(Surprised):
        await read(hasty)


async def test_garbage_after_a_write_leaves_doubt(hasty: Connection, served: Served) -> None:
    served.fault("garbage", match="POST")
    assert hasty.inbox_sink is not None
    with pytest.raises(Surprised) as caught:
        await hasty.inbox_sink.reply(PRIYAS, MEI, "Hello")
    assert caught.value.doubtful


async def test_a_refusal_names_intercoms_code_and_field_and_leaves_no_doubt(hasty: Connection) -> None:
    assert hasty.inbox_sink is not None
    with pytest.raises(Surprised) as caught:
        await hasty.inbox_sink.reply(PRIYAS, "4711", "Hello")
    assert (caught.value.code, caught.value.field, caught.value.doubtful) == ("admin_not_found", "admin_id", False)
    with pytest.raises(Surprised) as caught:
        await hasty.inbox_sink.reply(PRIYAS, MEI, "   ")
    assert (caught.value.code, caught.value.field) == ("parameter_not_found", "body")
    with pytest.raises(Surprised) as caught:
        await hasty.inbox_sink.assign(PRIYAS, MEI, "4711", to_team=True)
    assert caught.value.field == "assignee_id"


async def test_a_reply_to_no_conversation_is_a_surprise(hasty: Connection) -> None:
    assert hasty.inbox_sink is not None
    with pytest.raises(Surprised) as caught:
        await hasty.inbox_sink.reply("999", MEI, "Hello")
    assert caught.value.code == "not_found"


async def test_an_answer_of_another_shape_names_the_field_and_not_the_value() -> None:
    def answered(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": "1", "created_at": 1, "updated_at": "private words"})

    settings = VENDOR.settings.model_validate({"access_token": "t", "bot_admin_id": "1"})
    connection = VENDOR.connect(settings, Calls(), httpx.MockTransport(answered))
    with pytest.raises(Surprised) as caught:
        await read(connection)
    assert caught.value.field == "updated_at"
    assert "private words" not in str(caught.value) + caught.value.remedy


async def test_a_cursor_that_never_moves_on_does_not_hold_us_forever() -> None:
    def answered(_: httpx.Request) -> httpx.Response:
        assert calls.by_vendor["intercom"] < 20, "it would never have ended"
        pages = {"type": "pages", "next": {"starting_after": "the same"}}
        return httpx.Response(200, json={"conversations": [], "data": [], "pages": pages})

    settings = VENDOR.settings.model_validate({"access_token": "t", "bot_admin_id": "1", "calls_per_minute": 100_000})
    calls = Calls()
    connection = VENDOR.connect(settings, calls, httpx.MockTransport(answered))
    assert isinstance(connection.inbox_source, IntercomInbox)
    assert connection.macro_source is not None
    assert connection.article_source is not None
    assert await connection.inbox_source.search(Search()) == []
    assert await connection.macro_source.macros() == []
    assert await connection.article_source.articles() == []
    assert calls.by_vendor["intercom"] == 6


async def test_no_log_line_holds_what_was_asked_or_answered(
    hasty: Connection, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="retrieval")
    served.fault("status", status=500, times=1)
    assert hasty.customer_finder is not None
    await hasty.customer_finder.find(Lookup(kind=LookupKind.EMAIL, value="priya.nair@example.com"))
    assert hasty.inbox_sink is not None
    with pytest.raises(Surprised):
        await hasty.inbox_sink.reply(PRIYAS, "4711", "private words")
    written = " ".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    assert "vendor call failed" in written
    for private in ("priya", "private words", "sandbox-intercom-token"):
        assert private not in written.lower()


async def test_calls_are_counted_by_operation(served: Served) -> None:
    calls = Calls()
    settings = VENDOR.settings.model_validate(served.settings)
    connection = VENDOR.connect(settings, calls, None)
    await read(connection)
    assert calls.by_operation == {("intercom", "read conversation", "ok"): 1, ("intercom", "read contact", "ok"): 1}
    assert connection.close is not None
    await connection.close()

"""Everything our client asks and the sandbox answers conforms to Intercom's published 2.16 file; skips where it is absent.

The fixtures check every other test's exchanges too, silently; this one names the operations and is seen to skip.
"""

from datetime import timedelta

from playbooks.domain.customer import Identity, Lookup, LookupKind
from retrieval.connection import Connection
from tests.conformance import checker
from tests.vendors.intercom.served import SPEC, Served, template
from tests.vendors.intercom.small_world import ARJUN, BOT, MEI, NOW, OURS, at

LENAS = "21547003"
OURS_TO_ASK = {
    ("GET", "/me"),
    ("GET", "/conversations/{conversation_id}"),
    ("POST", "/conversations/search"),
    ("POST", "/conversations/{conversation_id}/reply"),
    ("POST", "/conversations/{conversation_id}/parts"),
    ("POST", "/conversations/{conversation_id}/tags"),
    ("DELETE", "/conversations/{conversation_id}/tags/{tag_id}"),
    ("GET", "/contacts/{contact_id}"),
    ("POST", "/contacts/search"),
    ("GET", "/contacts/{contact_id}/notes"),
    ("GET", "/contacts/{contact_id}/tags"),
    ("POST", "/tags"),
    ("PUT", "/conversations/{conversation_id}"),
    ("POST", "/conversations/{conversation_id}/convert"),
    ("GET", "/tickets/{ticket_id}"),
    ("GET", "/ticket_types"),
    ("GET", "/admins"),
    ("POST", "/contacts/{contact_id}/notes"),
    ("POST", "/contacts/{contact_id}/tags"),
    ("DELETE", "/contacts/{contact_id}/tags/{tag_id}"),
    ("GET", "/macros"),
    ("GET", "/articles"),
    ("GET", "/internal_articles"),
}


async def test_every_request_and_every_answer_conforms_to_the_published_file(intercom: Connection, served: Served) -> None:
    check = checker(SPEC)
    await _everything(intercom, served)
    asked = {(one.method, template(one.path)) for one in served.recorder.exchanges}
    assert asked >= OURS_TO_ASK
    assert served.recorder.faults(check) == []


async def _everything(intercom: Connection, served: Served) -> None:
    sink, source = intercom.inbox_sink, intercom.inbox_source
    assert sink is not None
    assert source is not None
    assert intercom.check is not None
    assert intercom.customer_source is not None
    assert intercom.customer_finder is not None
    assert intercom.macro_source is not None
    assert intercom.article_source is not None
    served.tell("seed", macros=[{"name": "M", "body": "<p>{{user.name}}</p>"}], articles=[{"title": "A", "body": "<p>x</p>"}])
    served.tell("seed", articles=[{"title": "I", "body": "<p>x</p>", "internal": True}])
    contact = served.ask("conversations/21547001")["contact_id"]
    assert intercom.contact_sink is not None
    await intercom.contact_sink.note_contact(contact, MEI, "n")
    await intercom.contact_sink.tag_contact(contact, "t")
    await intercom.contact_sink.tag_contact(contact, "u")
    await intercom.contact_sink.untag_contact(contact, "u")
    await intercom.check()
    await source.conversation("21547001")
    await source.recent(at(100))
    await intercom.customer_source.facts(
        Identity(name="Priya Nair", emails=("priya.nair@example.com",), phones=("+6591234567",))
    )
    await intercom.customer_finder.find(Lookup(kind=LookupKind.ORDER, value="SV-2041"))
    await intercom.customer_finder.find(Lookup(kind=LookupKind.INTERCOM_CONTACT, value="0" * 24))
    await sink.reply(LENAS, MEI, "Hello")
    await sink.note(LENAS, BOT, "Noted")
    await sink.add_tag(LENAS, BOT, "new")
    await sink.remove_tag(LENAS, BOT, "new")
    await sink.assign(LENAS, BOT, ARJUN, to_team=False)
    await sink.assign(LENAS, BOT, OURS, to_team=True)
    await sink.snooze(LENAS, MEI, NOW + timedelta(hours=2))
    await sink.reopen(LENAS, MEI)
    await sink.close(LENAS, MEI)
    await sink.set_attributes(LENAS, {"Product": "Inverter"})
    await sink.convert(LENAS, (await source.ticket_types())[0].ticket_type_id)
    await sink.ticket_of(LENAS)
    await source.admins()
    await intercom.macro_source.macros()
    await intercom.article_source.articles()

"""The company's own knowledge, as tests of decisions read it, and a calm chat. Test material."""

from playbooks.domain.conversation import Conversation
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import Policies
from playbooks.domain.triage import Triage
from playbooks.triage import triage
from retrieval.content import knowledge
from tests.playbooks.cast import NOBODY_SPECIAL, NOW, PRIYA, chat, said
from tests.shared_files import ROOT

KNOWN = knowledge(ROOT / "knowledge")
POLICIES: Policies = KNOWN.policies
SOP = KNOWN.sops[0] if KNOWN.sops[0].sop_id == "live_chat" else KNOWN.sops[1]


def triaged(conversation: Conversation, customer: Customer360 | None = NOBODY_SPECIAL) -> Triage:
    return triage(conversation, customer, POLICIES, NOW, SOP)


CALM = chat(said(PRIYA, "Hello, which cable is it?"))

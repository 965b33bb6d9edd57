"""A small voice policy for tests of words. Test material."""

from playbooks.domain.policy import VoicePolicy, VoiceRule

RULE = VoiceRule(
    rule_id="promise", reason="A promise.", severity="block", phrases=("will arrive",), unless="cannot", good=("x",), bad=("y",)
)
WARN = RULE.model_copy(update={"rule_id": "eta", "severity": "warn", "phrases": ("eta",), "unless": ""})
VOICE = VoicePolicy(
    greeting='Hi {{ contact.first_name | fallback: "there" }},',
    greeting_vip="Hello {{ contact.first_name }}, thank you.",
    closing="Anything else?",
    no_answer="I am checking with a specialist.",
    holding={"checking": "I am back within 5 minutes."},
    rules=(RULE,),
)

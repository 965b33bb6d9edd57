"""How agents word their requests: one line a phrasing, the first that fits wins. Patterns only, never what they lead to."""

import re

# Building blocks, used as {name} below.
_BLOCKS = {
    "this_person": r"(?:this|that|the|our) (?:customer|client|person|user|contact|buyer|caller|guy|lady)",
    "them": r"(?:(?:this|that|the|our) (?:customer|client|person|user|contact|buyer|caller|guy|lady|conversation|chat)|them"
    r"|him|her|they|he|she|this|customer|contact|client)",
    "this_chat": r"(?: (?:this|it|that|(?:this|the) (?:chat|conversation|one|issue)))?"
    r"(?: (?:now|please|to (?:a case|salesforce)))*",
    "a_reply": r"(?:(?:a|an|the|my|some|another|new|good|holding) )*(?:reply|replies|response|answer|draft|message)",
    "style": r"(?P<style>shorter|short|briefer|brief|more concise|concise|friendlier|friendly|warmer|warm|kinder|nicer|softer"
    r"|plainer|plain|simpler|simple|clearer|easier|less technical)",
    "parcel": r"(?:orders?|parcels?|packages?|shipments?|delivery|deliveries|tracking|battery order)",
    "whose": r"(?:(?:the|their|her|his|this|my|our|this customer'?s|the customer'?s|customer'?s) )*",
    "macro": r"(?:macros?|saved repl(?:y|ies)|canned (?:response|repl(?:y|ie))s?|templates?)",
    "case": r"(?:(?:a|an|the|new|salesforce|sf) )*(?:case|ticket|escalation)",
    "article": r"(?:(?:kb|help) )?(?:articles?|docs?|documentation|guides?|pages?)",
    "end": r"[\s?.!]*$",
    "note": r"[\s:,.–-]*(?P<note>.*)$",
}

# (what is wanted, phrasings). `query`, `note`, `name` and `style` are what the request is about.
_PHRASINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("macro", (r"(?P<query>#[^\W\d_][\w-]*)$",)),
    (
        "help",
        (
            r"(?:help|\?|commands?)(?: me)?{end}",
            r"help (?:with )?(?P<query>\w+){end}",
            r"what can (?:you|i) (?:do|ask)",
            r"how do(?:es)? (?:i use (?:you|this)|(?:you|this|the bot) work){end}",
            r"(?:what|who) are you{end}",
        ),
    ),
    (
        "styled_reply",
        (
            r"(?:make|keep) (?:it|this|that|the \w+) (?:a (?:bit|little) |much |even )?{style}{end}",
            r"(?:a (?:bit|little) )?{style}(?: (?:please|reply|version|draft|one))?{end}",
            r"(?:draft|write|suggest|give me|regenerate)(?: me)? (?:an? )?{style} (?:reply|response|answer|draft|one)",
        ),
    ),
    (
        "translated_reply",
        (
            r"translate(?: (?:it|this|that|the (?:reply|draft|answer)))?"
            r"(?: (?:in)?to (?:their|his|her|the customer'?s) (?:own )?language)?{end}",
            r"(?:(?:make|write|say|put) (?:it|this|that|the (?:reply|draft)) |(?:draft |write )?{a_reply} )?"
            r"in (?:their|his|her|the customer'?s) (?:own )?language{end}",
        ),
    ),
    (
        "summary",
        (
            r"(?:give me |show me |write )?(?:(?:a|the|short|quick) )*(?:summary|recap|tl;?dr)"
            r"(?: (?:of|for) (?:{them}|this))?(?: so far)?{end}",
            r"(?:summari[sz]e|recap|sum up)(?: {them}| it| that)?(?: (?:up|so far|for me))*{end}",
            r"sum (?:it|this|that|{them}) up{end}",
            r"(?:catch me up|bring me up to (?:speed|date)){end}",
            r"what(?:'s| is) (?:this|it)(?: (?:chat|conversation))?(?: all)? about{end}",
            r"what (?:has )?happened (?:here|so far|in this (?:chat|conversation)){end}",
        ),
    ),
    (
        "macro",
        (
            r"(?:\w+ ){{0,4}}?{macro} (?:for|about|on|regarding|with|that fits|covering) (?P<query>.+?){end}",
            r"(?:what|which|any|show(?: me)?|find|list)?\s?(?:the |a |my )?{macro}(?: (?:fits?|here|should i use))*{end}",
            r"(?:show(?: me)?|find|any|a|the|use)\s(?:the |a |an )?(?P<query>[\w -]+?) {macro}{end}",
            r"(?P<query>[\w-]+) {macro}{end}",
        ),
    ),
    (
        "reply",
        (
            r"(?:draft|write|suggest|compose|prepare|propose|generate|regenerate|give|get|i want|redo)(?: me)? {a_reply}\b",
            r"another (?:reply|draft|answer|response|suggestion|one){end}",
            r"(?:any |a |got a )?(?:suggested |possible )?(?:reply|response|draft)(?: (?:suggestions?|ideas?))?{end}",
            r"(?:reply|respond|write back|draft)(?: to)?(?: {them})?{end}",
            r"answer {them}\b",
            r"(?:reply|respond) to\b",
            r"what (?:should|shall|can|do|could|would) (?:i|we) (?:say|answer|reply|respond|write|tell)\b",
            r"how (?:should|shall|can|do|would) (?:i|we) (?:answer|reply|respond)\b",
        ),
    ),
    (
        "case",
        (
            r"(?:open|create|raise|file|log|start|make)(?: me| us)? {case}\b(?: (?:for|about|with|that))?{this_chat}{note}",
            r"(?:escalate|needs? escalat(?:ion|ing)|hand over to (?:second line|tier 2|l2))\b{this_chat}{note}",
            r"(?:this|it) needs (?:to be escalated|escalation|{case})\b{note}",
        ),
    ),
    (
        "order",
        (
            r"(?:where(?:'s| is| are)|track|status of|what(?:'s| is) the status of) {whose}{parcel}\b",
            r"(?:has|did|is|are) {whose}{parcel} .*\b(?:arriv|deliver|ship|sent|late|delayed|lost|stuck|dispatched)",
            r"when (?:will|does|is) {whose}{parcel} ",
            r"any (?:news|update)s? (?:on|of|about) {whose}{parcel}\b",
            r"what happened (?:to|with) {whose}{parcel}\b",
            r"(?:show (?:me )?)?{whose}{parcel}(?: status| history)?{end}",
        ),
    ),
    (
        "steps",
        (
            r"(?:show (?:me )?|open |what(?:'s| is) )?(?:the |our )?(?:live[- ]chat )?"
            r"(?:sop|procedure|playbook|checklist|steps?)(?: panel)?(?: (?:of|for) {them})?{end}",
            r"where (?:are|do) we (?:stand|at)?(?: ?(?:now|here|in this|with {them}|in the (?:sop|procedure|playbook)))?{end}",
            r"where are we{end}",
            r"(?:what|which) step (?:are we|am i|is {them})(?: (?:on|at|in))?{end}",
            r"what(?:'s| is| comes)(?: the)? next(?: step)?(?: here| now)?{end}",
            r"what (?:do|should|must|can) i do (?:next|now){end}",
            r"what (?:is|was|has been|have we|did we) (?:done|skipped?|missed|left|still (?:due|open))"
            r"(?: so far| here| now)?{end}",
        ),
    ),
    (
        "sla",
        (
            r"(?:show (?:me )?|what(?:'s| is) |check )?(?:the |our )?sla\b",
            r"how (?:long|much time) (?:do|have) (?:we|i) (?:have|got|left)",
            r"when (?:is|does|will) (?:this|it|the sla) (?:due|breach|be due)",
        ),
    ),
    ("shift", (r"(?:who(?:'s| is| else is)|anyone|who all is) (?:on (?:shift|duty|call)|working|around){end}", r"shift{end}")),
    ("handover", (r"hand ?-?over{end}", r"shift (?:hand ?-?over|summary)")),
    (
        "this_customer",
        (
            r"who(?:'s| is| are| am i)(?: talking (?:to|with))? {them}(?: (?:customer|person))?{end}",
            r"who am i (?:talking|chatting|writing) (?:to|with){end}",
            r"who(?:'s| is)? ?(?:writing|asking|it)?{end}",
            r"(?:tell me (?:more )?about|show(?: me)?|look up|pull up|open|get) (?:the )?{them}(?:'s)?"
            r"(?: (?:card|record|profile|details|history|360|customer))?{end}",
            r"(?:what|anything)(?: else)? (?:do|should) (?:we|i|you) (?:know|have) (?:about|on|of) {them}{end}",
            r"(?:what(?:'s| is) known|anything (?:i should know|to know|known)) (?:about|on) {them}{end}",
            r"(?:customer(?: card| 360)?|360|customer history|history){end}",
            r"(?:is|are|has|have|does|do|did) (?:he|she|they|{this_person})\b"
            r".*\b(?:vip|platinum|disput|refund|invoice|case|paid|pay)",
        ),
    ),
    (
        "person",
        (
            r"who(?:'s| is) (?P<name>(?!responsible|in charge|on |the |our |allowed|eligible|supposed)[^?!]+?){end}",
            r"what do (?:we|you) (?:know|have) (?:about|on) (?P<name>[^?!]+?){end}",
            r"(?:tell me (?:more )?about|look ?up|pull up) (?:customer )?(?P<name>[^?!]+?){end}",
            r"(?:find|show|open|get|search)(?: me)?(?: the)? (?:customer|contact|client) (?P<name>[^?!]+?){end}",
            r"(?:customer|contact|client) (?P<name>[^?!]+?){end}",
        ),
    ),
    (
        "article",
        (
            r"(?:search|find|look up|show|check|open)(?: me)?(?: (?:the|an|any))?"
            r" (?:kb|knowledge base|help cent(?:er|re)|{article})(?: (?:for|about|on))? (?P<query>.+?){end}",
            r"(?:is there|are there|do we have|have we got|any)(?: an?| any)? {article}"
            r"(?: (?:for|about|on|that covers))? (?P<query>.+?){end}",
            r"(?:{article}|kb|knowledge base)(?: (?:for|about|on))?:? (?P<query>.+?){end}",
            r"(?:search(?: for)?|find|look up) (?P<query>.+?){end}",
        ),
    ),
)

PHRASES = tuple(
    (wanted, re.compile(phrasing.format(**_BLOCKS), re.IGNORECASE))
    for wanted, phrasings in _PHRASINGS
    for phrasing in phrasings
)

STYLES = {
    "shorter": {"shorter", "short", "briefer", "brief", "more concise", "concise"},
    "friendlier": {"friendlier", "friendly", "warmer", "warm", "kinder", "nicer", "softer"},
    "plainer": {"plainer", "plain", "simpler", "simple", "clearer", "easier", "less technical"},
}

MENTION = re.compile(r"^(?:\s*(?:<@[^>]+>|<at>[^<]*</at>|@?deskside\b)[\s,:]*)+", re.IGNORECASE)
COURTESY = re.compile(
    r"^(?:(?:hi|hey|hello|please|pls|ok|okay|thanks|thank you|and|so|now|then)[\s,!.]+"
    r"|(?:can|could|would|will) (?:you|we|i)(?: please)? (?=(?:show|tell|give|find|draft|write|suggest|make|open|look|check"
    r"|pull|create|raise|get|search|escalate|reply|answer|help|track|summari[sz]e|translate|sum|recap)\b)"
    r"|i(?:'d| would) like (?:you )?to |i need (?:you )?to |let'?s )",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"^(?:how|what|which|why|when|where|can|could|do|does|did|is|are|will|would|should|may|must|has|have|who)\b.{6,}|.{8,}\?\s*$",
    re.IGNORECASE,
)
A_NAME_ALONE = re.compile(r"(?:[A-ZÀ-Þ][\w'’.-]*\s+){1,3}[A-ZÀ-Þ][\w'’.-]*")
ORDER_WORD = re.compile(r"\border\s+(?:number\s+|no\.?\s*)?(#?[A-Z]{0,4}-?\d+)\b", re.IGNORECASE)
# Requests that merely mention a record are not questions about it.
DO_SOMETHING = re.compile(
    r"^(?:draft|write|suggest|reply|respond|answer|escalate"
    r"|(?:open|raise|create|file|log) (?:a|an|the)? ?(?:new )?(?:case|ticket)"
    r"|any macro|macro|make it|what should (?:i|we) (?:say|tell|reply))\b",
    re.IGNORECASE,
)
ABOUT_A_PERSON = re.compile(r"\bwho(?:'s|se)?\b|\bcustomer (?:of|for|behind)\b", re.IGNORECASE)
ABOUT_ALL_OF_IT = re.compile(r"\b(?:summar(?:y|i[sz]e)|recap|tl;?dr)\b", re.IGNORECASE)
ABOUT_TIME = re.compile(r"\bsla\b|\bhow long\b|\bdue\b|\bbreach", re.IGNORECASE)

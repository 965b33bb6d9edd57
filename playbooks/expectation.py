"""Whether an answer tells the customer what happens next and by when; read from its words, it judges nothing else."""

import re

_WE_WILL = re.compile(
    r"\b(?:i|we)(?:'ll| will| am| are|'m|'re| have|'ve| shall)?(?: (?:be|now|just|going to|also|still on it and will))* ?"
    r"(?:check|look|get back|come back|be back|back|return|update|write|let you know|keep you|ask|follow|find out|give you"
    r"|investigat|answer|call|reply|see to|sort|report)\w*"
    r"|\blet me (?:check|look|see|find out|ask)\b|\bbear with me\b"
    r"|\b(?:a colleague|specialist|they) (?:will|answers?|writes?)\b|\bwill (?:give|write|call|send) you\b",
    re.IGNORECASE,
)
_A_TIME = (
    r"(?:a|an|one|two|three|five|ten|fifteen|half)\b|\d+|today|tomorrow|tonight|noon|morning|this (?:morning|afternoon|evening)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|moment|minute|hour|day"
)
_BY_WHEN = re.compile(
    rf"\b(?:within|in|by|before|until|for|at)\s+(?:the\s+)?(?:next\s+|end of\s+)?(?:{_A_TIME})"
    r"|\b(?:today|tomorrow|tonight|this (?:afternoon|evening))\b",
    re.IGNORECASE,
)
_A_MOMENT = re.compile(r"\bgive me (?:just )?(?:a|an|one|two|three|five|ten|\d+) (?:moment|second|minute|hour)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+")


def sets_expectation(text: str) -> bool:
    """A sentence in which we say that we will do something, with a time; a time in somebody else's hands is none."""
    plain = text.replace("’", "'")
    said = _SENTENCE.findall(plain)
    return any(_A_MOMENT.search(one) or (_WE_WILL.search(one) and _BY_WHEN.search(one)) for one in said)

"""How a customer feels, 0 to 1: a word list of our own, and beside it a trained reader where one is handed in.

The words say why; the reader hears what no word list knows. Measured on 168 support sentences (docs/adr/051): of the half not
tuned on, words alone tell .76 of three moods right, with the reader .85. None where neither knows anything. It never decides.
"""

import re
from collections.abc import Callable, Sequence
from math import tanh

from playbooks.domain.triage import Sentiment, Trend

Reader = Callable[[str], float | None]
"""For one message its mood, −4 to 4; None where it cannot tell (another language)."""

# Weights by hand: 1 mild, 2 plain, 3 strong. Phrases first, so that their words are not counted again.
_PHRASES = {
    "not good enough": -3, "waste of time": -3, "waste of money": -3, "rip off": -3, "ripped off": -3, "fed up": -3,
    "had enough": -3, "sick of": -3, "never again": -3, "last time": -1, "no response": -2, "no answer": -2,
    "no reply": -2, "nobody answers": -2, "nobody told": -2, "no one told": -2, "still waiting": -2, "still no": -2,
    "still not": -2, "not working": -2, "doesn't work": -2, "does not work": -2, "stopped working": -2,
    "how long": -1, "how many times": -3, "third time": -2, "second time": -2, "let down": -2, "money back": -2,
    "speak to a manager": -2, "your manager": -2, "small claims": -3, "legal action": -3, "thank you": 2,
    "thanks a lot": 3, "well done": 2, "no problem": 1, "no worries": 1, "works now": 2, "sorted now": 2,
    "all good": 2, "good job": 2, "much better": 2,
}  # fmt: skip
_WORDS = {
    -3: """
        angry furious outraged unacceptable disgusting disgraceful ridiculous appalling scam scammers fraud
        fraudulent liar liars lied pathetic useless worst hate horrible terrible awful disaster lawyer sue chargeback
        incompetent joke disgrace shameful insulting nightmare livid outrageous atrocious
    """,
    -2: """
        upset annoyed annoying frustrated frustrating disappointed disappointing disappointment unhappy broken faulty
        defective late delayed lost missing damaged complaint complain refund cancel ignored ignoring wrong failed
        fails failing poor bad slow rude stuck worried worrying unreliable unprofessional misleading overcharged mess
        impatient dissatisfied shocked dangerous burning smoke swollen leaking scared
    """,
    -1: """
        problem problems issue issues error confused confusing unclear waiting delay wait difficult hard trouble
        sorry unfortunately concern concerned again unable cannot can't
    """,
    1: """
        ok okay fine understand understood clear works working helpful fair patient soon
    """,
    2: """
        good nice happy glad pleased thanks thank cheers appreciate appreciated kind quick fast easy solved resolved
        sorted smooth
    """,
    3: """
        great excellent perfect amazing awesome fantastic brilliant wonderful love loved delighted superb outstanding
        best grateful
    """,
}
_LEXICON = {word: weight for weight, words in _WORDS.items() for word in words.split()}
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "isn't",
        "wasn't",
        "don't",
        "didn't",
        "doesn't",
        "won't",
        "can't",
        "cannot",
        "hardly",
        "without",
        "nor",
    ]
)
_STRONGER = frozenset(
    ["very", "really", "extremely", "so", "absolutely", "completely", "totally", "utterly", "quite", "too", "most"]
)
_WEAKER = frozenset(["slightly", "somewhat", "bit", "little", "kinda", "mildly", "fairly", "rather"])

_TOKEN = re.compile(r"[,.;]|[a-z]+(?:['’][a-z]+)?|[!?]+|[\U0001F300-\U0001FAFF☹☺]|[:;]-?[()D/]")
_EMOJI = {"😡": -3, "🤬": -3, "😠": -3, "😤": -2, "😢": -2, "😭": -2, "👎": -2, "☹": -2, ":(": -2, ":-(": -2, "🙁": -2,
          "👍": 2, "😊": 2, "🙂": 1, ":)": 1, ":-)": 1, "😀": 2, "🙏": 1, "❤": 3, "🎉": 2, "☺": 2}  # fmt: skip

# How far back a "not" still turns a word round ("not at all happy"), in words.
_REACH = 3
# Messages that make the mood; the newest counts two and a half times the one before, and so on back.
_PARTS_COUNTED = 4
_FADE = 0.4
# Less than this between the older and the newer half is no trend.
_TREND_FROM = 0.1

# The reader's scale and the words' (−1 to 1) added up. Of weights 0, .5, 1, 2 for the words the last was best on the tuning
# half of the sentences; there, below −.56 was mostly negative and above .93 mostly positive: they become .32 and .68, so that
# the alert's .3 hears 71 % of the negative half at 2 % false alarms (words alone: 61 % at 2 %).
_WORDS_WEIGH = 2.0
_MIDDLE, _SPREAD = 0.185, 2.0
_PLAIN = 0.18


def sentiment(parts: Sequence[str], reader: Reader | None = None) -> Sentiment | None:
    """Of the customer's messages, oldest first; the last few count, the newest most."""
    read = [(score, words) for text in parts[-_PARTS_COUNTED:] if (found := _heard(text, reader)) for score, words in [found]]
    if not read:
        return None
    scores = [score for score, _ in read]
    weights = [_FADE**age for age in range(len(scores) - 1, -1, -1)]
    mean = sum(score * weight for score, weight in zip(scores, weights, strict=True)) / sum(weights)
    why = tuple(dict.fromkeys(word for _, words in reversed(read) for word in words))[:6]
    return Sentiment(score=round(mean, 3), trend=_trend(scores), why=why)


def _heard(text: str, reader: Reader | None) -> tuple[float, tuple[str, ...]] | None:
    """Words and reader together; either alone where the other knows nothing."""
    read = _read(text)
    mood = reader(text) if reader else None
    if mood is None:
        return read
    by_words, words = read or (0.5, ())
    total = mood + _WORDS_WEIGH * (2 * by_words - 1)
    score = 0.5 + 0.5 * tanh((total - _MIDDLE) / _SPREAD)
    return score, words or (("the tone",) if abs(score - 0.5) > _PLAIN else ())


def _read(text: str) -> tuple[float, tuple[str, ...]] | None:
    """One message's score and the words that made it; None where none is known."""
    counted = [*_phrases(text.lower().replace("’", "'")), *_shouting(text)]
    if not counted:
        return None
    total = sum(weight for _, weight in counted)
    # Four strong words are as bad as it gets: tanh keeps long complaints from leaving the scale.
    return 0.5 + 0.5 * tanh(total / 4), tuple(word for word, _ in counted)


def _phrases(text: str) -> list[tuple[str, float]]:
    found = [(phrase, float(weight)) for phrase, weight in _PHRASES.items() if re.search(rf"\b{phrase}\b", text)]
    for phrase, _ in found:
        text = re.sub(rf"\b{phrase}\b", " ", text)
    return found + _words(_TOKEN.findall(text))


def _words(tokens: list[str]) -> list[tuple[str, float]]:
    found = []
    for place, token in enumerate(tokens):
        weight = _LEXICON.get(token, _EMOJI.get(token, 0))
        if weight:
            found.append((token, _adjusted(float(weight), _before(tokens, place))))
    return found


def _before(tokens: list[str], place: int) -> list[str]:
    """The words just before, back to the last pause: in "not bad, thanks" the thanks are not negated."""
    before = tokens[max(0, place - _REACH) : place]
    pauses = [index for index, token in enumerate(before) if not token[0].isalpha()]
    return before[pauses[-1] + 1 :] if pauses else before


def _adjusted(weight: float, before: list[str]) -> float:
    """Turned round by a "not" before it (a negated praise is a complaint, a negated complaint only half a praise)."""
    if any(word in _STRONGER for word in before):
        weight *= 1.5
    if any(word in _WEAKER for word in before):
        weight *= 0.5
    if any(word in _NEGATIONS or word.endswith("n't") for word in before):
        weight *= -1.0 if weight > 0 else -0.5
    return weight


def _shouting(text: str) -> list[tuple[str, float]]:
    """Capitals and rows of marks are a complaint's tone, never one by themselves."""
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    loud = len(letters) >= 12 and capitals / len(letters) > 0.7
    marks = re.search(r"[!?]{3,}", text) is not None
    return [("capitals", -1.0)] * loud + [("!!!", -1.0)] * marks


def _trend(scores: list[float]) -> Trend:
    if len(scores) < 2:
        return "steady"
    half = len(scores) // 2
    change = sum(scores[half:]) / len(scores[half:]) - sum(scores[:half]) / half
    return "rising" if change > _TREND_FROM else "falling" if change < -_TREND_FROM else "steady"

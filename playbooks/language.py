"""The language of a customer's words: by a trained guess where one is handed in, else by script and small words; None where
there is too little to tell."""

import re
from collections import Counter
from collections.abc import Callable

Guess = Callable[[str], str | None]
"""For a text its ISO 639-1 code, None where it is not sure."""

_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u0b80-\u0bff]"), "ta"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
    (re.compile(r"[\u0600-\u06ff]"), "ar"),
    (re.compile(r"[\u0400-\u04ff]"), "ru"),
)
_SMALL_WORDS = {
    "en": "the is my and to of it i you not have was for on with this that are can please when where how what",
    "ms": "saya tidak yang dan di untuk dengan ini itu boleh ada sudah belum bila mana apa tolong kami anda",
    "id": "saya tidak yang dan di untuk dengan ini itu bisa ada sudah belum kapan mana apa tolong kami anda sampai",
    "vi": "tôi không của và là cho có này được đơn hàng khi nào bạn chưa xin",
    "tl": "ang ng sa ko ay hindi po ba kailan saan paano ako na mga naman",
    "de": "ich nicht der die das und ist mein zu von es wann wo wie bitte habe mit",
    "fr": "je ne pas le la les et est mon de un une quand où comment bonjour pour avec",
    "es": "yo no el la los y es mi de un una cuándo dónde cómo hola para con está",
    "pt": "eu não o a os e é meu de um uma quando onde como olá para com está",
    "it": "io non il la gli e è mio di un una quando dove come ciao per con",
    "nl": "ik niet de het en is mijn van een wanneer waar hoe graag met voor",
}
LANGUAGES = {
    "en": "English", "ms": "Malay", "id": "Indonesian", "vi": "Vietnamese", "tl": "Filipino", "de": "German", "fr": "French",
    "es": "Spanish", "pt": "Portuguese", "it": "Italian", "nl": "Dutch", "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
    "th": "Thai", "ta": "Tamil", "hi": "Hindi", "ar": "Arabic", "ru": "Russian",
}  # fmt: skip
"""Every code that `language` may give, as English names it."""

_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def language(text: str, guess: Guess | None = None) -> str | None:
    """An ISO 639-1 code, or None where fewer than two small words are known or two languages are as likely."""
    if guess and (told := guess(text)):
        return told
    for script, code in _SCRIPTS:
        if len(script.findall(text)) >= 2:
            return code
    counted = Counter({code: sum(word in words for word in _words(text)) for code, words in _WORDS.items()})
    (first, most), (second, next_most) = counted.most_common(2)
    if most < 2 or (most == next_most and {first, second} != {"ms", "id"}):
        return None
    return first


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())

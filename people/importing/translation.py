"""What the rules say, in the language of whoever reads."""

from django.utils.translation import gettext

from people.importing.rules.plans import Told
from people.importing.rules.sentences import Sentence


def in_words(sentence: Sentence) -> str:
    return gettext(sentence.message) % {name: _value(value) for name, value in sentence.values.items()}


def reason_of(told: Told) -> str:
    """All that is said about a line, one sentence after the other."""
    return " ".join(in_words(sentence) for sentence in told.reasons)


def _value(value: object) -> object:
    if isinstance(value, Sentence):
        return in_words(value)
    if isinstance(value, tuple):
        return ", ".join(in_words(word) for word in value)
    return value

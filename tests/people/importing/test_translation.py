"""The rules of a list say sentences as values; here they are told in a language in which all words look different."""

import pytest

from people.importing import translation
from people.importing.rules.plans import Told
from people.importing.rules.sentences import Sentence, _


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "gettext", lambda message: f"¡{message}!")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (_("The name is missing."), "¡The name is missing.!"),
        (
            _("The %(field)s is longer than %(limit)d characters.", field=_("name"), limit=150),
            "¡The ¡name! is longer than 150 characters.!",
        ),
        (_("Stays: %(what)s.", what=(_("e-mail address"), _("side"))), "¡Stays: ¡e-mail address!, ¡side!.!"),
        (_("“%(value)s” is no side.", value="100 % %(both)s"), "¡“100 % %(both)s” is no side.!"),
    ],
)
def test_a_sentence_and_the_words_in_it_are_translated_and_what_somebody_wrote_is_not(
    sentence: Sentence, told: str
) -> None:
    assert translation.in_words(sentence) == told


def test_the_reason_is_all_that_is_said_about_a_line() -> None:
    told = Told(2, "A1", (_("The name is missing."), _("The leave date is left out too.")))

    assert translation.reason_of(told) == "¡The name is missing.! ¡The leave date is left out too.!"

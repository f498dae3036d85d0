"""Words that people miss: they suggest them where a search found nothing, and stewards see them."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext_lazy as _

from glossary.models import SuggestedWord
from people.models import Employee
from search.rules.spelling import normalise

MOST_LISTED = 50


class SuggestionForm(forms.Form):
    """The word as typed, and on which page somebody looked for it."""

    word = forms.CharField(label=_("The word that is missing"), max_length=100)
    asked_in = forms.ChoiceField(choices=SuggestedWord.AskedIn, widget=forms.HiddenInput)

    def clean_word(self) -> str:
        word = " ".join(self.cleaned_data["word"].split())
        if not normalise(word):
            raise forms.ValidationError(_("Write the word in letters or figures. Nothing was stored."))
        return word


def suggest_word(*, word: str, asked_in: str, person: Employee, now: datetime) -> bool:
    """Store that somebody misses a word; False if this person had said so before. One row for each person and word."""
    try:
        with transaction.atomic():
            _row, is_new = SuggestedWord.objects.get_or_create(
                normalised=normalise(word),
                suggested_by=person,
                defaults={"typed": word, "asked_in": asked_in, "suggested_at": now},
            )
    except IntegrityError:  # sent twice at once
        return False
    return is_new


@dataclass(frozen=True)
class Missed:
    """A word that people miss: how many of them, and since when. No name: what somebody searched is theirs."""

    word: str
    people: int
    last_at: datetime


def missed_words() -> list[Missed]:
    """The words that most people miss, at most 50, the newest of equals first. 1 SQL query."""
    rows = (
        SuggestedWord.objects.values("normalised")
        .annotate(word=Min("typed"), people=Count("pk"), last_at=Max("suggested_at"))
        .order_by("-people", "-last_at", "normalised")
    )
    return [Missed(row["word"], row["people"], row["last_at"]) for row in rows[:MOST_LISTED]]

"""Rows below a course that somebody has only begun: they stop no draft, and nothing else is lost with them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage
from quizzes.models import Question
from tests.authoring.forms import AUTOSAVE, place_of, question_form
from tests.glossary.words import write_sense

pytestmark = pytest.mark.django_db

FIELDS = (
    "title slug code short_title summary direction level quiz_questions pass_percent session_minutes session_title "
    "session_plan"
).split()


def newest(own: SimpleNamespace) -> Any:
    return CoursePage.objects.get(pk=own.page.pk).get_latest_revision_as_object()


def course_form(own: SimpleNamespace, *words: Any, **changes: str) -> dict[str, str]:
    """The editor's form of the newest draft, with new rows of words."""
    draft = newest(own)
    form = {name: str(getattr(draft, name)) for name in FIELDS} | {
        "bank": str(draft.bank_id),
        "outcomes-count": "0",
    }
    for name in ("course_competences", "comments"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    stored = list(draft.course_terms.all())
    form |= {
        "course_terms-TOTAL_FORMS": str(len(stored) + len(words)),
        "course_terms-INITIAL_FORMS": str(len(stored)),
    }
    rows = [(str(term.pk or ""), str(term.sense_id)) for term in stored] + [("", str(word)) for word in words]
    for number, (pk, word) in enumerate(rows):
        place = f"course_terms-{number}"
        form |= {f"{place}-id": pk, f"{place}-sense": word, f"{place}-ORDER": str(number + 1)}
    return form | changes


def test_a_row_without_a_word_stops_no_draft(client: Client, own: SimpleNamespace, author: Any) -> None:
    client.force_login(author)
    address = reverse("wagtailadmin_pages:edit", args=[own.page.pk])
    sense = write_sense("uptime")
    before = newest(own).course_terms.count()

    saved = client.post(address, course_form(own, "", sense.pk, "", summary="Count the hours."))

    assert saved.status_code == 302
    assert newest(own).summary == "Count the hours."
    assert newest(own).course_terms.count() == before + 1

    autosaved = client.post(address, course_form(own, "", summary="Count them."), headers=AUTOSAVE)

    assert autosaved.json()["success"] is True
    assert newest(own).summary == "Count them."
    assert newest(own).course_terms.count() == before + 1


def test_a_row_that_was_saved_while_it_was_empty_takes_its_word_afterwards(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)
    address = reverse("wagtailadmin_pages:edit", args=[own.page.pk])
    form = course_form(own, "", summary="Count the hours.")
    updates = client.post(address, form, headers=AUTOSAVE).json()["field_updates"]
    row = f"course_terms-{int(form['course_terms-TOTAL_FORMS']) - 1}"
    sense = write_sense("uptime")

    client.post(address, {**form, **updates, f"{row}-sense": str(sense.pk)}, headers=AUTOSAVE)

    assert sense.pk in [term.sense_id for term in newest(own).course_terms.all()]


def test_a_word_that_was_chosen_twice_is_kept_once(client: Client, own: SimpleNamespace, author: Any) -> None:
    client.force_login(author)
    address = reverse("wagtailadmin_pages:edit", args=[own.page.pk])
    sense = write_sense("uptime")

    saved = client.post(address, course_form(own, sense.pk, sense.pk, summary="Count the hours."))

    assert saved.status_code == 302
    assert [term.sense_id for term in newest(own).course_terms.all()].count(sense.pk) == 1
    assert newest(own).summary == "Count the hours."


def test_a_row_without_a_sense_stops_no_draft_of_a_question(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)
    question = own.checks[0]
    row = {
        "sense_tags-TOTAL_FORMS": "1",
        "sense_tags-0-id": "",
        "sense_tags-0-sense": "",
        "sense_tags-0-ORDER": "1",
    }

    saved = client.post(place_of(question), question_form(question, stem="How many hours?", **row))

    assert saved.status_code == 302
    assert Question.objects.get(pk=question.pk).get_latest_revision_as_object().stem == "How many hours?"

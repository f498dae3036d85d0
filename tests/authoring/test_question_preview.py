"""A question of a bank as people will see it, for whoever may change it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.models import Kind, Question, QuestionVersion
from tests.authoring.forms import question_form

pytestmark = pytest.mark.django_db


def address(question: Question) -> str:
    return reverse("wagtailsnippets_quizzes_question:preview_on_edit", args=[question.pk])


def previewed(client: Client, question: Question, **changes: str) -> str:
    """As the editor's panel asks for it: what stands in the form, which nobody has saved."""
    sent = client.post(address(question), question_form(question, **changes))
    assert sent.json()["is_valid"] is True
    return client.get(address(question)).content.decode()


def test_a_preview_shows_how_it_is_asked_and_what_each_answer_is_told(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)
    question = own.checks[0]
    before = QuestionVersion.objects.count()

    html = previewed(client, question, stem="How many **hours** is that?")

    assert "How many <strong>hours</strong> is that?" in html
    assert "I’m not sure" in html
    for option in question.options.all():
        assert option.explanation[:20] in html
    assert html.count("Not quite") == sum(not option.is_correct for option in question.options.all())
    assert 'type="submit"' not in html.partition("<main")[2]
    assert QuestionVersion.objects.count() == before
    assert (
        Question.objects.get(pk=question.pk).get_latest_revision_as_object().stem
        != "How many **hours** is that?"
    )


def test_a_preview_says_which_reason_is_missing(client: Client, own: SimpleNamespace, author: Any) -> None:
    client.force_login(author)

    html = previewed(client, own.checks[0], **{"options-0-explanation": ""})

    assert html.count("the reason is not written yet") == 1


def test_a_kind_that_cannot_be_answered_yet_says_so(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)

    html = previewed(client, own.checks[0], kind=Kind.ORDERING)

    assert "cannot be answered yet" in html


def test_nobody_else_sees_the_preview_of_a_question(
    client: Client, other: SimpleNamespace, author: Any, own: SimpleNamespace
) -> None:
    client.force_login(author)
    theirs = other.checks[0]

    refused = [client.get(address(theirs)), client.post(address(theirs), question_form(theirs))]
    revision = theirs.latest_revision_id
    names = [
        ("revisions_view", [theirs.pk, revision]),
        ("revisions_view", [own.checks[0].pk, revision]),
    ]
    refused += [
        client.get(reverse(f"wagtailsnippets_quizzes_question:{name}", args=args)) for name, args in names
    ]

    for response in refused:
        assert response.status_code in {302, 403, 404}
        assert "CANARY" not in response.content.decode()

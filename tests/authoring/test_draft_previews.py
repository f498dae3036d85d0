"""A preview says what a draft does not have yet, where readers would have it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authoring.readiness import missing, sentence
from courses.models import LessonPage

pytestmark = pytest.mark.django_db

EMPTY_FIGURE = {"alt": "Two boxes and an arrow", "caption": "How it goes"}


def previewed(client: Client, lesson: LessonPage) -> str:
    return client.get(reverse("write:preview", args=[lesson.pk])).content.decode()


def test_a_draft_without_an_objective_says_so(client: Client, own: SimpleNamespace, author: Any) -> None:
    client.force_login(author)
    own.one.objective = ""
    own.one.save_revision(user=author, clean=False)

    html = previewed(client, own.one)

    assert "it does not say yet what people can do after this lesson" in html
    assert "After this you can ." not in html


def test_a_figure_without_a_picture_says_so_where_it_stands(
    client: Client, own: SimpleNamespace, author: Any
) -> None:
    client.force_login(author)
    own.one.body = [
        ("figure", {}),
        ("fold", {"title": "Solution", "parts": [("figure", EMPTY_FIGURE)]}),
    ]
    own.one.save_revision(user=author, clean=False)

    html = previewed(client, own.one)

    assert html.count("the picture is still missing here") == 2
    assert "What it is to show: Two boxes and an arrow" in html
    assert "How it goes" in html


def test_what_is_missing_names_a_figure_in_a_fold_with_the_way_to_it(own: SimpleNamespace) -> None:
    own.one.body = [("fold", {"title": "Solution", "parts": [("text", "Look:"), ("figure", EMPTY_FIGURE)]})]
    fold = own.one.body.get_prep_value()[0]

    (found,) = [one for one in missing(own.one) if sentence(one).startswith("Figure:")]

    assert sentence(found) == "Figure: choose a picture, or delete the block."
    assert found.path == (fold["id"], "parts", fold["value"]["parts"][1]["id"], "image")

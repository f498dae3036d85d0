"""A course with its words is read from a draft and written back with few statements, and says the same as before."""

import copy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelcluster.models import ClusterableModel
from wagtail.models import Locale

from courses.models import CoursePage, CourseTerm
from glossary.models import Sense, Word
from tests.worlds import World, again

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
COUNT = 12


@pytest.fixture(scope="module")
def worded(world: World, published_course: Any) -> CoursePage:
    """A published course with a dozen words."""
    with world():
        locale = Locale.get_default()
        course = CoursePage.objects.get(pk=published_course.page.pk)
        for number in range(COUNT):
            word = Word.objects.create(locale=locale, lemma=f"word {number:02}", slug=f"word-{number:02}")
            sense = Sense.objects.create(
                word=word, locale=locale, slug="it", gloss="What it is.", home_side="shared", live=False
            )
            CourseTerm.objects.create(course=course, sense=sense, sort_order=number)
    return course


@pytest.fixture
def course(worded: CoursePage, db: None) -> CoursePage:
    return again(worded)


def terms(course: CoursePage) -> list[tuple[int, int]]:
    rows = CourseTerm.objects.filter(course=course).order_by("sort_order", "pk")
    return list(rows.values_list("pk", "sense_id"))


def statements(queries: CaptureQueriesContext, *parts: str) -> list[str]:
    return [one["sql"] for one in queries.captured_queries if all(part in one["sql"] for part in parts)]


def test_a_draft_is_read_with_a_query_for_each_key_and_not_for_each_row(course: CoursePage) -> None:
    revision = course.save_revision()

    with CaptureQueriesContext(connection) as queries:
        draft = revision.as_object()

    assert [(term.pk, term.sense_id) for term in draft.course_terms.all()] == terms(course)
    assert len(statements(queries, 'FROM "glossary_sense"')) == 1
    assert len(statements(queries, 'FROM "courses_coursepage"')) == 1


def test_words_that_stand_as_they_are_wanted_are_not_written_again(course: CoursePage) -> None:
    before = terms(course)
    course.pass_percent = 61
    revision = course.save_revision()

    with CaptureQueriesContext(connection) as queries:
        revision.publish()

    assert terms(course) == before
    assert statements(queries, "courses_courseterm", "UPDATE") == []
    assert CoursePage.objects.get(pk=course.pk).pass_percent == 61


def test_a_word_that_moved_came_or_went_is_written(course: CoursePage) -> None:
    rows = list(course.course_terms.order_by("sort_order"))
    (first, first_sense), *rest = terms(course)
    rows[1].sort_order, rows[-1].sort_order = rows[-1].sort_order, rows[1].sort_order
    course.course_terms = [*rows[1:], CourseTerm(sense_id=first_sense, sort_order=COUNT)]

    course.save_revision().publish()

    written = terms(course)
    assert [sense for _pk, sense in written] == [
        rest[-1][1],
        *[sense for _pk, sense in rest[1:-1]],
        rest[0][1],
        first_sense,
    ]
    assert first not in [pk for pk, _sense in written]


def test_a_change_of_one_value_only_is_written(course: CoursePage) -> None:
    rows = list(course.course_terms.order_by("sort_order"))
    word = Word.objects.latest("pk")
    spare = Sense.objects.create(
        word=word, locale=word.locale, slug="people", gloss="Something else.", home_side="shared", live=False
    )
    rows[0].sense = spare
    course.course_terms = rows

    course.save()

    assert terms(course)[0] == (rows[0].pk, spare.pk)


def test_what_a_draft_points_at_and_is_gone_is_dropped_as_wagtail_drops_it(course: CoursePage) -> None:
    """The course of a word is such a key: Wagtail's own reading is asked for the same."""
    data = course.serializable_data()
    data["course_terms"][0]["course"] = 0
    data["course_terms"][2]["pk"] = None

    ours = CoursePage.from_serializable_data(copy.deepcopy(data))
    theirs = ClusterableModel.from_serializable_data.__func__(CoursePage, copy.deepcopy(data))  # type: ignore[attr-defined]

    assert ours is not None
    said = [(term.pk, term.course_id, term.sense_id, term.sort_order) for term in ours.course_terms.all()]
    assert said == [
        (term.pk, term.course_id, term.sense_id, term.sort_order) for term in theirs.course_terms.all()
    ]
    assert len(said) == COUNT - 1


def test_a_word_of_a_draft_that_is_no_word_any_more_is_an_error_as_with_wagtail(course: CoursePage) -> None:
    data = course.serializable_data()
    data["course_terms"][0]["sense"] = 0

    with pytest.raises(Exception, match="can't currently handle on_delete types"):
        CoursePage.from_serializable_data(data)


def test_without_asking_for_keys_nothing_is_asked(course: CoursePage) -> None:
    data = course.serializable_data()

    with CaptureQueriesContext(connection) as queries:
        CoursePage.from_serializable_data(data, check_fks=False)

    assert queries.captured_queries == []


def test_a_page_that_is_gone_altogether_is_nothing_where_that_is_asked_for(course: CoursePage) -> None:
    data = course.serializable_data()
    data["page_ptr"] = 0

    assert CoursePage.from_serializable_data(data, strict_fks=True) is None

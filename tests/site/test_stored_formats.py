"""Stored JSON says its format: what an earlier version wrote is rendered anew, and nobody's record moves by it."""

from datetime import timedelta
from typing import Any

import pytest

from audit.append_only import maintenance
from bothways.operations import installation
from courses.models import CoursePage, CourseRecord, Criterion, Published
from courses.publishing import FORMAT as COURSE_FORMAT
from courses.publishing import render_course
from courses.rules.completion import RULE_FORMAT, Rule
from glossary.models import PublishedWord, SenseVersion, Word
from glossary.published import Guide, WordCard, WordData
from glossary.publishing import FORMAT as WORD_FORMAT
from quizzes.models import QuestionVersion
from quizzes.rendering import FORMAT as QUESTION_FORMAT
from quizzes.rendering import readable
from tests.courses.course import NOW, publish, write_course
from tests.courses.test_records import answer, read
from tests.worlds import World, again

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
COURSE = """
  asks_confidence code criterion_id direction format frameworks key lessons level minutes outcomes
  page_id quiz reviewed_on rule session short_title slug stewards summary terms title url
""".split()
LESSON = """
  asks_confidence code contents course_key course_page_id course_title course_url criterion_id
  direction format key minutes next number objective page_id parts pops previous questions quiz_url
  rule title total url
""".split()
COURSE_CARD = """
  code direction frameworks key lessons level minutes quiz_url rule short_title slug summary title
  url
""".split()
LESSON_CARD = """
  minutes objective title url
""".split()
WORD = """
  careful format is_false_friend key lemma part_of_speech pronunciation senses slug spine url
""".split()
SENSE = """
  abbreviation also_said avoid broader business changed_because changed_on contrasts domain
  exchanges expansion formula friends gloss home_side id key matches narrower qualifier related
  replaced_by signatures slug sources status stewards technology unit uses version why_it_matters
""".split()
QUESTION = """
  anchor code difficulty format lesson_slug options outcome section shuffle side stem text
""".split()


@pytest.fixture(scope="module")
def words(world: World) -> list[Any]:
    """Two words with a published meaning each."""
    from wagtail.models import Locale

    from glossary.models import Sense

    with world():
        locale = Locale.objects.get_or_create(language_code="en")[0]
        made = []
        for slug in ("uptime", "outage"):
            word = Word.objects.create(lemma=slug, slug=slug, locale=locale)
            sense = Sense(word=word, locale=locale, gloss="g", wording_business="b", wording_technology="t")
            sense.save()
            sense.save_revision().publish()
            made.append(word)
        return made


@pytest.fixture(scope="module")
def two_courses(world: World, catalogue_page: Any) -> list[Any]:
    with world():
        return [write_course(catalogue_page), write_course(catalogue_page, "B1", "money")]


def written_by_an_earlier_version() -> None:
    """Rows as 0.2.0 left them: without a format, and with a part that this version would not write."""
    for model in (Published, PublishedWord):
        for row in model.objects.all():
            row.data = {name: value for name, value in row.data.items() if name != "format"} | {"old": True}
            row.save()


def render_older() -> list[str]:
    said: list[str] = []
    installation.render_older_rows(say=said.append, now=LATER)
    return said


def test_what_publishing_writes_says_its_format(two_courses: Any, words: Any) -> None:
    assert {row.data["format"] for row in Published.objects.all()} == {COURSE_FORMAT}
    assert Published.objects.count() == 6
    assert [row.data["format"] for row in PublishedWord.objects.all()] == [WORD_FORMAT] * 2
    assert {version.payload["format"] for version in QuestionVersion.objects.all()} == {QUESTION_FORMAT}
    assert {criterion.rule["format"] for criterion in Criterion.objects.all()} == {RULE_FORMAT}


def test_rows_of_an_earlier_version_are_rendered_anew(two_courses: Any, words: Any) -> None:
    before = {row.pk: row.data for row in Published.objects.all()}
    words_before = {row.pk: row.data for row in PublishedWord.objects.all()}
    versions = SenseVersion.objects.count()
    written_by_an_earlier_version()

    said = render_older()

    assert said == ["Rendered 2 words and 2 courses for this version."]
    assert {row.pk: row.data for row in Published.objects.all()} == before
    assert {row.pk: row.data for row in PublishedWord.objects.all()} == words_before
    assert SenseVersion.objects.count() == versions


def test_rows_of_this_version_are_left_alone(
    two_courses: Any, words: Any, django_assert_num_queries: Any
) -> None:
    before = set(Published.objects.values_list("pk", "rendered_at"))

    with django_assert_num_queries(2):
        said = render_older()

    assert said == []
    assert set(Published.objects.values_list("pk", "rendered_at")) == before


def test_rendering_older_rows_writes_no_criterion_and_completes_nobody(
    two_courses: Any, employee: Any
) -> None:
    course = again(two_courses[0])
    answer(employee, course, 0)
    answer(employee, course, 1)
    read(employee, course)
    # By the rule as the page stands now the course would be complete: the quiz is not needed any more.
    CoursePage.objects.filter(pk=course.page.pk).update(quiz_required=False)
    criteria = list(Criterion.objects.order_by("pk").values())
    record = CourseRecord.objects.values().get()
    written_by_an_earlier_version()

    render_older()

    assert list(Criterion.objects.order_by("pk").values()) == criteria
    assert CourseRecord.objects.values().get() == record
    assert record["completed_at"] is None
    row = Published.objects.get(pk=course.row.pk)
    assert row.data["rule"]["quiz_required"] is True
    assert "old" not in row.data
    # The counter-example: publishing does ask anew, and then the record follows.
    render_course(CoursePage.objects.get(pk=course.page.pk), now=LATER)
    assert Criterion.objects.count() == len(criteria) + 1
    assert CourseRecord.objects.get().completed_at is not None


def test_a_rule_that_says_the_same_in_an_older_format_is_the_same_rule(two_courses: Any) -> None:
    course = again(two_courses[0])
    latest = Criterion.objects.get(course_key=course.page.translation_key)
    with maintenance("a test writes what 0.2.0 wrote"):
        latest.rule.pop("format")
        latest.save()

    publish(course.page)

    assert Criterion.objects.filter(course_key=course.page.translation_key).count() == 1
    # What is published holds the rule as it is stored.
    assert Published.objects.get(pk=course.row.pk).data["rule"] == latest.rule


def test_a_question_that_says_the_same_in_an_older_format_gets_no_new_version(two_courses: Any) -> None:
    question = again(two_courses[0].checks[0])
    version = question.current_version
    with maintenance("a test writes what 0.2.0 wrote"):
        version.payload.pop("format")
        version.save()

    question.save_revision().publish()

    assert QuestionVersion.objects.filter(question=question).count() == 1
    question.stem = "Something else?"
    question.save_revision().publish()
    assert QuestionVersion.objects.filter(question=question).count() == 2


def test_what_a_newer_version_wrote_is_refused_and_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="newer version"):
        Rule.from_json({"format": RULE_FORMAT + 1, "lessons": [], "quiz_required": False, "pass_percent": 80})
    with pytest.raises(ValueError, match="newer version"):
        readable({"format": QUESTION_FORMAT + 1})


def test_a_published_course_is_read_whole(two_courses: Any) -> None:
    """Nothing that a row holds is lost in the values that the program reads it as."""
    for row in Published.objects.all():
        kept = {name: value for name, value in row.data.items() if name != "format"}
        assert row.shown.to_json() == kept
        if not row.slug:
            assert row.course_card.to_json() == row.card


def test_a_published_word_is_read_whole(words: Any) -> None:
    for row in PublishedWord.objects.all():
        kept = {name: value for name, value in row.data.items() if name != "format"}
        assert WordData.from_json(row.data).to_json() == kept
        assert WordCard.from_json(row.card).to_json() == row.card
        assert Guide.from_json(row.guide).to_json() == row.guide


def test_a_changed_shape_of_a_stored_row_needs_a_new_format(two_courses: Any, words: Any) -> None:
    """When this fails, raise FORMAT beside what you changed, and write the new shape here."""
    course, lesson = again(two_courses[0].row), again(two_courses[0].row_one)
    word = PublishedWord.objects.first()
    version = QuestionVersion.objects.first()

    assert (COURSE_FORMAT, sorted(course.data)) == (2, COURSE)
    assert (COURSE_FORMAT, sorted(lesson.data)) == (2, LESSON)
    assert (COURSE_FORMAT, sorted(course.card), sorted(lesson.card)) == (2, COURSE_CARD, LESSON_CARD)
    assert (WORD_FORMAT, sorted(word.data), sorted(word.data["senses"][0])) == (1, WORD, SENSE)
    assert (QUESTION_FORMAT, sorted(version.payload)) == (1, QUESTION)
    assert (RULE_FORMAT, sorted(course.data["rule"])) == (
        1, ["format", "lessons", "pass_percent", "quiz_required"],
    )  # fmt: skip

"""What can happen in a course, in a company with two courses, two audiences and two devices."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from courses import actions, queries
from courses.actions import learning
from courses.models import Audience, CourseRecord, Criterion, Evidence, Published
from quizzes.models import Answer, Attempt, Drawn
from tests.conftest import hire
from tests.courses.course import NOW, write_course
from tests.worlds import again

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def built(world, catalogue_page, published_course):
    with world():
        other = write_course(catalogue_page, "B1", "costs", direction="business-for-technicians")
        return SimpleNamespace(
            course=published_course, other=other, ada=hire("ada", "Employee"),
            ben=hire("ben", "Employee", side="technology"), hr=hire("hr", "HR"),
        )  # fmt: skip


@pytest.fixture
def company(built, db):
    return again(built)


def begin(person, course, now=NOW):
    return actions.begin_course(employee=person, course=course.row, now=now)


def answer_check(person, course, check=0, *, choice=0, now=NOW, **changed):
    question = course.checks[check]
    values = {
        "lesson": course.row_one,
        "question_key": str(question.translation_key),
        "version_id": question.current_version.pk,
        "key": uuid.uuid4(),
        "chosen": [str(question.options.order_by("sort_order")[choice].key)],
    }
    return actions.answer_check(employee=person, unsure=False, confidence=None, now=now, **values | changed)


def read(person, course, now=NOW):
    return actions.read_lesson(employee=person, lesson=course.row_two, now=now)


def answer_quiz(person, course, attempt, position, *, right=True, now=NOW, key=None):
    drawn = Drawn.objects.select_related("version").get(attempt=attempt, position=position)
    chosen = next(option["key"] for option in drawn.version.payload["options"] if option["correct"] is right)
    return actions.answer_quiz(
        employee=person, course=course.row, attempt=attempt, position=position, key=key or uuid.uuid4(),
        chosen=[chosen], unsure=False, confidence=2, now=now,
    )  # fmt: skip


def start_quiz(person, course, now=NOW):
    return actions.start_quiz(employee=person, course=course.row, now=now)


def take_quiz(person, course, *, right=3, now=NOW):
    attempt = start_quiz(person, course, now)
    for position in (1, 2, 3):
        answer_quiz(person, course, attempt, position, right=position <= right, now=now)
    return Attempt.objects.get(pk=attempt.pk)


def complete(person, course, now=NOW):
    answer_check(person, course, 0, now=now)
    answer_check(person, course, 1, now=now)
    read(person, course, now=now)
    take_quiz(person, course, now=now)
    return record_of(person, course)


def record_of(person, course):
    return CourseRecord.objects.get(employee=person, course_key=course.page.translation_key)


def nothing_happened():
    return not Evidence.objects.exists() and not CourseRecord.objects.exists() and not Answer.objects.exists()


# Beginning ---------------------------------------------------------------------------------------


def test_beginning_leaves_evidence_and_a_record_of_this_course(company):
    begin(company.ben, company.other)
    record = begin(company.ada, company.course)

    evidence = Evidence.objects.get(employee=company.ada)
    assert (evidence.kind, evidence.at, evidence.lesson_id, evidence.lesson_key) == (
        "started",
        NOW,
        None,
        None,
    )
    assert evidence.course_id == company.course.page.pk
    assert evidence.course_key == company.course.page.translation_key
    assert (record.course_id, record.criterion_id) == (
        company.course.page.pk,
        company.course.row.as_course.criterion_id,
    )
    assert (record.status, record.started_at, record.lessons_done, record.lessons_needed) == (
        "in_progress",
        NOW,
        0,
        2,
    )
    assert record.progress["started"] == "2026-11-02T09:00:00+00:00"


def test_two_devices_that_begin_at_once_begin_once(company, monkeypatch):
    """The second one looks before the first has stored anything, and is told by the unique key."""
    first = begin(company.ada, company.course)
    really, looks = learning._locked, []

    def too_early(employee, ref):
        looks.append(ref.key)
        return really(employee, ref) if len(looks) > 1 else None

    monkeypatch.setattr(learning, "_locked", too_early)
    second = begin(company.ada, company.course, now=LATER)

    assert len(looks) == 2
    assert second.pk == first.pk
    assert (second.started_at, second.progress) == (NOW, first.progress)
    assert Evidence.objects.get().at == NOW


def test_what_the_database_refuses_for_another_reason_is_raised(company):
    """Evidence of a beginning without its record: nothing is made up for it."""
    Evidence.objects.create(
        employee=company.ada, course=company.course.page, course_key=company.course.page.translation_key,
        kind="started", at=NOW,
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        begin(company.ada, company.course, now=LATER)

    assert not CourseRecord.objects.exists()


def test_the_record_is_locked_before_it_is_changed(company, monkeypatch):
    """SQLite has no such lock; there the words stand in a comment, so that they can be looked for."""
    if not connection.features.has_select_for_update:
        monkeypatch.setattr(connection.features, "has_select_for_update", True)
        monkeypatch.setattr(connection.ops, "for_update_sql", lambda **options: "/* FOR UPDATE */")
    begin(company.ada, company.course)
    audience = set_audience(company)

    def locked(act):
        with CaptureQueriesContext(connection) as found:
            act()
        return {
            table
            for table in ("courses_courserecord", "courses_audience", "courses_coursepage")
            for one in found.captured_queries
            if "FOR UPDATE" in one["sql"] and f'FROM "{table}"' in one["sql"]
        }

    assert locked(lambda: answer_check(company.ada, company.course)) == {"courses_courserecord"}
    assert locked(lambda: grow(company.course) and refresh(company.course)) == {"courses_courserecord"}
    assert locked(lambda: set_audience(company, side="business")) == {"courses_coursepage"}
    assert locked(lambda: actions.end_audience(audience, by=company.hr, now=NOW)) == {"courses_audience"}


# Checks and lessons ------------------------------------------------------------------------------


def test_an_answer_to_a_check_is_kept_in_the_record_once(company):
    key = uuid.uuid4()
    answer_check(company.ada, company.course, key=key)
    answer_check(company.ada, company.course, key=key, now=LATER)

    question = str(company.course.checks[0].translation_key)
    record = record_of(company.ada, company.course)
    assert record.progress["answered"] == {question: "2026-11-02T09:00:00+00:00"}
    assert record.progress["latest"][question]["correct"] is True
    assert Answer.objects.get().context_key == company.course.page.translation_key


def test_a_lesson_is_asked_only_its_own_questions(company):
    one, other = company.course, company.other
    version = other.checks[0].current_version.pk

    for changed in (
        {"question_key": str(other.checks[0].translation_key), "version_id": version},
        {"version_id": version},
        {"version_id": 99999},
    ):
        with pytest.raises(actions.UnknownCheck):
            answer_check(company.ada, one, **changed)

    assert nothing_happened()


def test_a_lesson_that_was_read_is_named_in_the_evidence(company):
    begin(company.ada, company.course)
    record = read(company.ada, company.course, now=LATER)
    read(company.ada, company.course, now=LATER + timedelta(hours=1))

    evidence = Evidence.objects.get(kind="read")
    assert (evidence.lesson_id, evidence.lesson_key) == (
        company.course.two.pk,
        company.course.two.translation_key,
    )
    assert (evidence.course_id, evidence.at) == (company.course.page.pk, LATER)
    assert evidence.course_key == company.course.page.translation_key
    assert record.progress["reads"] == {str(company.course.two.translation_key): "2026-11-02T10:00:00+00:00"}
    assert record_of(company.ada, company.course).lessons_done == 1


def test_a_lesson_with_checks_is_not_completed_by_reading(company):
    with pytest.raises(actions.LessonHasChecks):
        actions.read_lesson(employee=company.ada, lesson=company.course.row_one, now=NOW)

    assert nothing_happened()


# The quiz ----------------------------------------------------------------------------------------


def test_a_course_without_a_quiz_or_with_too_small_a_bank_has_none_to_start(company):
    row = company.course.row
    for quiz in (None, replace(row.as_course.quiz, available=False)):
        row.as_course = replace(row.as_course, quiz=quiz)
        with pytest.raises(actions.NoQuiz):
            start_quiz(company.ada, company.course)

    assert nothing_happened()
    assert not Attempt.objects.exists()


def test_the_quiz_of_a_course_is_drawn_from_its_own_bank(company):
    attempt = start_quiz(company.ada, company.other)

    assert (attempt.bank_id, attempt.quiz_key) == (company.other.bank.pk, company.other.page.translation_key)
    assert (attempt.question_count, attempt.pass_percent) == (3, 80)
    assert record_of(company.ada, company.other).started_at == NOW


def test_only_the_last_answer_puts_a_result_into_the_record(company):
    attempt = start_quiz(company.ada, company.course)
    for position in (1, 2):
        answer_quiz(company.ada, company.course, attempt, position)
        assert record_of(company.ada, company.course).progress["results"] == []

    answer_quiz(company.ada, company.course, attempt, 3, right=False, now=LATER)

    record = record_of(company.ada, company.course)
    assert record.progress["results"] == [["2026-11-02T10:00:00+00:00", 66, False]]
    assert record.best_score_percent == 66


def test_who_has_everything_wrong_has_nought_per_cent(company):
    take_quiz(company.ada, company.course, right=0)

    record = record_of(company.ada, company.course)
    assert record.progress["results"] == [["2026-11-02T09:00:00+00:00", 0, False]]
    assert record.best_score_percent == 0


@pytest.mark.parametrize("again_at", [NOW, LATER])
def test_the_last_answer_sent_again_from_a_page_left_open_counts_once(company, again_at):
    attempt = start_quiz(company.ada, company.course)
    left_open, key = Attempt.objects.get(pk=attempt.pk), uuid.uuid4()
    for position in (1, 2):
        answer_quiz(company.ada, company.course, attempt, position)
    answer_quiz(company.ada, company.course, attempt, 3, key=key)

    # The page that sent it knows that the attempt is over; another one, left open, does not.
    answer_quiz(company.ada, company.course, attempt, 3, key=key, now=again_at)
    answer_quiz(company.ada, company.course, left_open, 3, key=key, now=LATER)

    assert len(record_of(company.ada, company.course).progress["results"]) == 1
    assert list(queries.record_differences()) == []


# A new rule --------------------------------------------------------------------------------------


def grow(course, lessons=("new", "newer", "newest")):
    """From now on the course takes reading three lessons more."""
    last = Criterion.objects.filter(course_key=course.page.translation_key).latest("number")
    for count in (1, 2, 3):
        more = [{"key": key, "checks": [], "required": True} for key in lessons[:count]]
        newest = Criterion.objects.create(
            course=course.page, course_key=course.page.translation_key, number=last.number + count, made_at=NOW,
            rule=last.rule | {"lessons": last.rule["lessons"] + more},
        )  # fmt: skip
    return newest


def refresh(course):
    return actions.refresh_open_records(course_key=str(course.page.translation_key))


def test_a_new_rule_of_one_course_leaves_the_records_of_the_other_alone(company):
    for person in (company.ada, company.ben):
        begin(person, company.course)
        begin(person, company.other)
    newest = grow(company.course)

    assert refresh(company.course) == 2

    for person in (company.ada, company.ben):
        changed, other = record_of(person, company.course), record_of(person, company.other)
        assert (changed.criterion_id, changed.lessons_needed) == (newest.pk, 5)
        assert (other.criterion_id, other.lessons_needed) == (company.other.row.as_course.criterion_id, 2)
    assert refresh(company.course) == 0, "all stand by the newest rule already"
    assert refresh(company.other) == 0


def test_who_completed_keeps_the_rule_of_the_time_whatever_comes_later(company):
    before = complete(company.ada, company.course)
    begin(company.ben, company.course)
    grow(company.course)

    assert refresh(company.course) == 1
    answer_check(company.ada, company.course, choice=1, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.status, record.completed_at, record.criterion_id) == (
        "completed",
        NOW,
        before.criterion_id,
    )
    assert (record.lessons_needed, record.lessons_done, record.best_score_percent) == (2, 2, 100)


def test_what_is_done_while_in_progress_counts_by_the_rule_of_the_page(company):
    begin(company.ada, company.course)
    newest = grow(company.course)
    row = Published.objects.get(pk=company.course.row_two.pk)
    row.data = row.data | {"criterion_id": newest.pk, "rule": newest.rule}

    record = actions.read_lesson(employee=company.ada, lesson=row, now=LATER)

    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)


def test_an_answer_on_its_way_when_a_rule_was_published_takes_no_record_back(company):
    begin(company.ada, company.course)
    as_it_was_asked = Published.objects.get(pk=company.course.row_two.pk)
    newest = grow(company.course)
    refresh(company.course)

    actions.read_lesson(employee=company.ada, lesson=as_it_was_asked, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)
    assert refresh(company.course) == 0


def test_who_begins_while_a_rule_is_published_begins_by_the_newest(company):
    as_it_was_asked = Published.objects.get(pk=company.course.row_two.pk)
    newest = grow(company.course)

    actions.read_lesson(employee=company.ada, lesson=as_it_was_asked, now=LATER)

    record = record_of(company.ada, company.course)
    assert (record.criterion_id, record.lessons_needed, record.lessons_done) == (newest.pk, 5, 1)
    assert refresh(company.course) == 0


def test_a_course_that_was_never_published_has_no_record_to_refresh(company):
    begin(company.ada, company.course)

    assert actions.refresh_open_records(course_key=str(uuid.uuid4())) == 0


# Audiences ---------------------------------------------------------------------------------------


def wanted(company, **fields):
    course = fields.pop("course", company.course).page
    values = {"scope": "side" if fields.get("side") else "everyone", "requirement": "required"} | fields
    return Audience(course=course, course_key=course.translation_key, **values)


def set_audience(company, **fields):
    return actions.set_audience(wanted(company, **fields), by=company.hr, now=NOW)


def test_hr_gets_the_audience_that_was_set(company):
    audience = set_audience(company, side="technology", due_on=date(2026, 12, 1))

    assert audience == Audience.objects.get()
    assert (audience.course_id, audience.course_key) == (
        company.course.page.pk,
        company.course.page.translation_key,
    )
    assert (audience.scope, audience.side, audience.requirement) == ("side", "technology", "required")
    assert (audience.due_on, audience.made_by, audience.made_at) == (date(2026, 12, 1), company.hr, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id, entry.about) == (
        "audience.added", company.hr.pk, f"course:{company.course.page.translation_key}",
    )  # fmt: skip
    assert entry.detail == {
        "audience": audience.pk, "scope": "side", "side": "technology", "requirement": "required", "due_on": "2026-12-01",
    }  # fmt: skip


def test_the_same_people_are_asked_the_same_once_and_anything_else_beside_it(company):
    set_audience(company)
    with pytest.raises(actions.AlreadyAsked):
        set_audience(company, due_on=date(2026, 12, 1))

    set_audience(company, course=company.other)
    set_audience(company, requirement="recommended")
    set_audience(company, side="business")

    assert Audience.objects.count() == 4
    assert AuditEntry.objects.count() == 4


def test_one_audience_is_ended_and_the_others_still_ask(company):
    one, other = set_audience(company), set_audience(company, side="business")

    actions.end_audience(one, by=company.hr, now=NOW)
    actions.end_audience(one, by=company.hr, now=NOW + timedelta(days=3))

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.closed_on, other.closed_on) == (date(2026, 11, 2), None)
    closed = AuditEntry.objects.filter(verb="audience.closed").get()
    assert (closed.detail["audience"], closed.about) == (
        one.pk,
        f"course:{company.course.page.translation_key}",
    )


def test_an_audience_that_would_end_later_can_be_ended_today(company):
    audience = set_audience(company)
    actions.close_audience(audience, on=date(2026, 12, 31))

    actions.end_audience(audience, by=company.hr, now=NOW)

    audience.refresh_from_db()
    assert audience.closed_on == date(2026, 11, 2)

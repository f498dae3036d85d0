"""The one rule of completion, without a database."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import record_facts
from courses.rules.completion import (
    COMPLETED,
    IN_PROGRESS,
    NOT_STARTED,
    Facts,
    LessonNeed,
    Result,
    Rule,
    assess,
    is_lesson_done,
    kept,
)
from courses.rules.overdue import is_lapsed, is_overdue

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


RULE = Rule(
    lessons=(LessonNeed("l1", ("q1", "q2")), LessonNeed("l2"), LessonNeed("extra", ("q3",), required=False)),
    quiz_required=True,
    pass_percent=80,
)
ALL_LESSONS = {"started_at": at(0), "answered_at": {"q1": at(5), "q2": at(6)}, "read_at": {"l2": at(9)}}


def test_nobody_stands_anywhere_before_doing_something():
    standing = assess(RULE, Facts())

    assert (standing.status, standing.completed_at, standing.lessons_done) == (NOT_STARTED, None, ())
    assert [reason.private for reason in standing.reasons] == ["Not begun yet."]


def test_a_lesson_is_complete_when_every_check_was_answered():
    half = assess(RULE, Facts(started_at=at(0), answered_at={"q1": at(5)}))
    whole = assess(RULE, Facts(started_at=at(0), answered_at={"q1": at(5), "q2": at(6)}))

    assert half.lessons_done == ()
    assert whole.lessons_done == ("l1",)


def test_a_lesson_without_checks_is_complete_when_read():
    assert assess(RULE, Facts(started_at=at(0), read_at={"l2": at(3)})).lessons_done == ("l2",)


def test_reading_does_not_complete_a_lesson_that_has_checks():
    assert assess(RULE, Facts(started_at=at(0), read_at={"l1": at(3)})).lessons_done == ()


def test_passing_the_quiz_completes_the_course():
    before = assess(RULE, Facts(**ALL_LESSONS))
    after = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(20), 85, True)]))

    assert before.status == IN_PROGRESS
    assert (after.status, after.completed_at) == (COMPLETED, at(20))


def test_a_failed_attempt_does_not_complete_the_course():
    standing = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(20), 79, False)]))

    assert standing.status == IN_PROGRESS
    assert standing.best_score_percent == 79
    assert standing.reasons[-1].private % standing.reasons[-1].values == "Quiz 79 %, 80 % is needed."


def test_others_never_read_a_score_in_the_reasons():
    for results in ([], [Result(at(20), 79, False)], [Result(at(20), 95, True)]):
        standing = assess(RULE, Facts(**ALL_LESSONS, results=results))
        for reason in standing.reasons:
            assert "%%" not in reason.public and "79" not in reason.public and "95" not in reason.public


def test_the_date_of_completion_is_that_of_the_last_missing_piece():
    quiz_first = Facts(
        started_at=at(0),
        answered_at={"q1": at(50), "q2": at(60)},
        read_at={"l2": at(9)},
        results=[Result(at(20), 90, True), Result(at(99), 100, True)],
    )

    assert assess(RULE, quiz_first).completed_at == at(60)


def test_a_lesson_that_is_not_required_is_not_waited_for():
    standing = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(20), 85, True)]))

    assert "extra" not in standing.lessons_done
    assert (standing.lessons_needed, standing.lessons_needed_done) == (2, 2)


def test_a_course_without_a_quiz_is_complete_with_its_lessons():
    rule = Rule(RULE.lessons, quiz_required=False, pass_percent=80)

    assert assess(rule, Facts(**ALL_LESSONS)).completed_at == at(9)


EVERY_ASK = list(
    product(
        (NOT_STARTED, IN_PROGRESS, COMPLETED),
        ("required", "recommended", ""),
        (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3), None),
    )
)


def those(rule):
    return [ask for ask in EVERY_ASK if rule(*ask, date(2026, 3, 2))]


def test_overdue_is_what_is_required_from_the_day_after_its_day_until_it_is_completed():
    assert those(is_overdue) == [
        ("not_started", "required", date(2026, 3, 1)),
        ("in_progress", "required", date(2026, 3, 1)),
    ]


def test_a_recommendation_lapses_and_is_never_overdue():
    assert those(is_lapsed) == [
        ("not_started", "recommended", date(2026, 3, 1)),
        ("in_progress", "recommended", date(2026, 3, 1)),
    ]


@pytest.mark.parametrize(
    ("checks", "read", "answered", "done"),
    [
        ((), (), ("q1",), False),
        ((), ("l1",), (), True),
        (("q1", "q2"), ("l1",), ("q1",), False),
        (("q1", "q2"), (), ("q2", "q1", "q9"), True),
    ],
)
def test_a_lesson_is_done_when_its_checks_are_answered_or_it_was_read(checks, read, answered, done):
    assert is_lesson_done("l1", checks, read=read, answered=answered) is done


keys = st.sampled_from(["q1", "q2", "q3"])
moments = st.integers(0, 10_000).map(at)
facts = st.builds(
    Facts,
    started_at=st.just(START),
    read_at=st.dictionaries(st.sampled_from(["l1", "l2", "extra"]), moments),
    answered_at=st.dictionaries(keys, moments),
    results=st.lists(
        st.builds(lambda moment, score: Result(moment, score, score >= 80), moments, st.integers(0, 100))
    ),
)


@given(facts, keys, moments)
def test_doing_more_never_takes_a_completion_away(done, key, moment):
    before = assess(RULE, done)
    more = Facts(done.started_at, done.read_at, {key: moment, **done.answered_at}, done.results)

    after = assess(RULE, more)

    assert not (before.status == COMPLETED and after.status != COMPLETED)
    assert set(before.lessons_done) <= set(after.lessons_done)


@given(facts)
def test_completed_means_a_date_between_start_and_the_last_thing_done(done):
    standing = assess(RULE, done)

    assert (standing.status == COMPLETED) == (standing.completed_at is not None)
    if standing.completed_at is not None:
        everything = [done.started_at, *done.read_at.values(), *done.answered_at.values()]
        everything += [result.finished_at for result in done.results]
        assert min(everything) <= standing.completed_at <= max(everything)


@given(facts)
def test_facts_survive_being_kept_in_a_record(done):
    kept = record_facts.rebuild(
        started=done.started_at,
        reads=done.read_at.items(),
        answers=[
            {
                "question_key": key,
                "version_id": 1,
                "chosen": [],
                "is_unsure": True,
                "is_correct": False,
                "confidence": None,
                "answered_at": moment,
                "key": key,
                "given_at": moment,
            }
            for key, moment in done.answered_at.items()
        ],
        results=[(result.finished_at, result.score_percent, result.passed) for result in done.results],
    )

    assert assess(RULE, record_facts.facts(kept)) == assess(RULE, done)


@given(
    st.integers(1, 100),
    st.booleans(),
    st.lists(st.tuples(st.text(max_size=9), st.lists(st.text(max_size=9)), st.booleans())),
)
def test_a_rule_survives_being_stored(pass_percent, quiz_required, lessons):
    rule = Rule(
        tuple(LessonNeed(key, tuple(checks), needed) for key, checks, needed in lessons),
        quiz_required,
        pass_percent,
    )

    assert Rule.from_json(rule.to_json()) == rule


# Completed once ----------------------------------------------------------------------------------


def test_who_completed_a_course_by_an_earlier_rule_has_completed_it():
    by_todays_rule = assess(RULE, Facts(started_at=at(0), read_at={"l2": at(9)}))

    standing = kept(by_todays_rule, at(20))

    assert (standing.status, standing.completed_at) == (COMPLETED, at(20))
    assert [reason.private for reason in standing.reasons] == ["Completed by the rules of its time."]
    assert standing.lessons_done == by_todays_rule.lessons_done


def test_the_day_of_completion_is_the_recorded_one_where_the_rule_of_today_is_met_as_well():
    by_todays_rule = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(30), 90, passed=True)]))

    standing = kept(by_todays_rule, at(20))

    assert (standing.completed_at, standing.reasons) == (at(20), by_todays_rule.reasons)


def test_who_has_not_completed_it_stands_where_the_rule_of_today_says():
    by_todays_rule = assess(RULE, Facts(started_at=at(0)))

    assert kept(by_todays_rule, None) is by_todays_rule


@pytest.mark.parametrize(("passed", "score"), [(True, 70), (False, 79)])
def test_a_quiz_is_passed_by_the_mark_of_its_time_whatever_the_mark_of_today(passed, score):
    """The rule of today wants 80 %."""
    standing = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(30), score, passed=passed)]))

    assert (standing.quiz_passed, standing.best_score_percent) == (passed, score)

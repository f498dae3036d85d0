"""When a lesson and a course are complete, and since when: without a database."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    lesson_done_at,
)
from tests.courses.rules.somebody import (
    ALL_LESSONS,
    BEGUN,
    BOTH_LESSONS,
    FAILED,
    LESSONS,
    NOTHING,
    ONE_LESSON,
    ONLY_QUIZ,
    PASSED,
    RULE,
    START,
    WITH_QUIZ,
    WITHOUT_QUIZ,
    at,
)


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


def test_rules_ask_the_same_in_another_order_and_not_with_another_need():
    one, two = LessonNeed("one", ("a", "b")), LessonNeed("two", (), required=False)
    rule = Rule((one, two), quiz_required=True, pass_percent=80)

    assert rule.asks_the_same(Rule((two, LessonNeed("one", ("b", "a"))), quiz_required=True, pass_percent=80))
    for other in (
        Rule((one,), quiz_required=True, pass_percent=80),
        Rule((one, LessonNeed("two", ())), quiz_required=True, pass_percent=80),
        Rule((LessonNeed("one", ("a",)), two), quiz_required=True, pass_percent=80),
        Rule((one, two), quiz_required=False, pass_percent=80),
        Rule((one, two), quiz_required=True, pass_percent=79),
    ):
        assert not rule.asks_the_same(other)


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


@pytest.mark.parametrize(("passed", "score"), [(True, 70), (False, 79)])
def test_a_quiz_is_passed_by_the_mark_of_its_time_whatever_the_mark_of_today(passed, score):
    """The rule of today wants 80 %."""
    standing = assess(RULE, Facts(**ALL_LESSONS, results=[Result(at(30), score, passed=passed)]))

    assert (standing.quiz_passed, standing.best_score_percent) == (passed, score)


def test_the_figures_of_somebody_in_the_middle():
    standing = assess(WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED, PASSED, Result(at(40), 85, True)]))

    assert (standing.lessons_done, standing.lessons_needed, standing.lessons_needed_done) == (("l1",), 2, 1)
    assert (standing.best_score_percent, standing.started_at, standing.completed_at) == (95, at(0), None)
    assert assess(WITH_QUIZ, Facts(**BEGUN)).best_score_percent is None


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


# Since when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "expected"),
    [({}, None), ({"q1": at(5)}, None), ({"q2": at(5)}, None), ({"q1": at(8), "q2": at(6), "q3": at(99)}, at(8))],
)  # fmt: skip
def test_a_lesson_is_complete_since_the_last_of_its_checks(answered, expected):
    assert lesson_done_at(LESSONS[0], Facts(read_at={"l1": at(1)}, answered_at=answered)) == expected


def test_a_lesson_without_checks_is_complete_since_it_was_read():
    assert lesson_done_at(LESSONS[1], Facts(read_at={"l1": at(1), "l2": at(3)})) == at(3)
    assert lesson_done_at(LESSONS[1], Facts(read_at={"l1": at(1)})) is None


@pytest.mark.parametrize(
    ("rule", "facts", "started", "completed"),
    [
        (WITHOUT_QUIZ, Facts(**BOTH_LESSONS, results=[PASSED]), at(0), at(9)),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[FAILED, PASSED, Result(at(40), 99, True)]), at(0), at(30)),
        (NOTHING, Facts(started_at=at(7), results=[Result(at(40), 99, True)]), at(7), at(7)),
        (ONLY_QUIZ, Facts(results=[FAILED, PASSED]), at(20), at(30)),
        # What was done tells when a course was begun, also where nothing else does.
        (WITH_QUIZ, Facts(started_at=at(8), read_at={"l2": at(4)}, answered_at={"q1": at(6)}), at(4), None),
        (NOTHING, Facts(), None, None),
    ],
)
def test_a_course_is_begun_and_complete_since(rule, facts, started, completed):
    standing = assess(rule, facts)

    assert (standing.started_at, standing.completed_at) == (started, completed)


minutes = st.integers(0, 50).map(at)
rules = st.builds(Rule, st.sets(st.sampled_from(LESSONS)).map(tuple), st.booleans(), st.just(80))
done = st.builds(
    Facts,
    started_at=minutes,
    read_at=st.dictionaries(st.sampled_from(["l2", "extra"]), minutes),
    answered_at=st.dictionaries(st.sampled_from(["q1", "q2"]), minutes),
    results=st.lists(
        st.builds(lambda moment, score: Result(moment, score, score >= 80), minutes, st.integers(70, 90)), max_size=4
    ),
)  # fmt: skip


def until(facts: Facts, last: datetime) -> Facts:
    """What somebody had done by an instant."""
    return Facts(
        started_at=facts.started_at if facts.started_at and facts.started_at <= last else None,
        read_at={key: moment for key, moment in facts.read_at.items() if moment <= last},
        answered_at={key: moment for key, moment in facts.answered_at.items() if moment <= last},
        results=[result for result in facts.results if result.finished_at <= last],
    )


def is_complete(rule: Rule, facts: Facts) -> bool:
    """The rule in the plainest words."""
    for need in rule.lessons:
        done = (
            all(check in facts.answered_at for check in need.checks)
            if need.checks
            else need.key in facts.read_at
        )
        if need.required and not done:
            return False
    return any(result.passed for result in facts.results) or not rule.quiz_required


@given(rules, done)
def test_complete_since_is_the_first_minute_at_which_nothing_was_missing(rule, facts):
    begun = assess(rule, facts).started_at
    every_minute = [at(minute) for minute in range(51)]

    first = next(
        (now for now in every_minute if begun and now >= begun and is_complete(rule, until(facts, now))), None
    )

    assert assess(rule, facts).completed_at == first


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

"""What a person is told about a course, sentence by sentence, and since when it is complete."""

from datetime import UTC, date, datetime, timedelta

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
    lesson_done_at,
)
from courses.rules.overdue import strictest

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


LESSONS = (LessonNeed("l1", ("q1", "q2")), LessonNeed("l2"), LessonNeed("extra", required=False))
WITH_QUIZ, WITHOUT_QUIZ = Rule(LESSONS, True, 80), Rule(LESSONS, False, 80)
ONLY_QUIZ, NOTHING = Rule((), True, 80), Rule((), False, 80)
BEGUN = {"started_at": at(0)}
ONE_LESSON = BEGUN | {"answered_at": {"q1": at(5), "q2": at(6)}}
BOTH_LESSONS = ONE_LESSON | {"read_at": {"l2": at(9)}}
FAILED, PASSED = Result(at(20), 60, False), Result(at(30), 95, True)


@pytest.mark.parametrize(
    ("rule", "facts", "status", "private", "public"),
    [
        (WITH_QUIZ, Facts(), NOT_STARTED, "Not begun yet.", "Not begun yet."),
        (NOTHING, Facts(), NOT_STARTED, "Not begun yet.", "Not begun yet."),
        (WITH_QUIZ, Facts(**BEGUN), IN_PROGRESS,
         "0 of 2 lessons done. Quiz not taken yet; 80 % is needed.", "0 of 2 lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED]), IN_PROGRESS,
         "1 of 2 lessons done. Quiz 60 %, 80 % is needed.", "1 of 2 lessons done. Quiz not passed yet."),
        # Who passed and has lessons left is asked for nothing more than the lessons.
        (WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED, PASSED]), IN_PROGRESS,
         "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS), IN_PROGRESS,
         "All lessons done. Quiz not taken yet; 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[FAILED, Result(at(21), 40, False)]), IN_PROGRESS,
         "All lessons done. Quiz 60 %, 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[Result(at(21), 0, False)]), IN_PROGRESS,
         "All lessons done. Quiz 0 %, 80 % is needed.", "All lessons done. Quiz not passed yet."),
        (WITH_QUIZ, Facts(**BOTH_LESSONS, results=[FAILED, PASSED]), COMPLETED,
         "All lessons done. Best quiz result 95 %.", "All lessons done. Quiz passed."),
        (WITHOUT_QUIZ, Facts(**ONE_LESSON), IN_PROGRESS, "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITHOUT_QUIZ, Facts(**ONE_LESSON, results=[FAILED]), IN_PROGRESS, "1 of 2 lessons done.", "1 of 2 lessons done."),
        (WITHOUT_QUIZ, Facts(**BOTH_LESSONS), COMPLETED, "All lessons done.", "All lessons done."),
        (ONLY_QUIZ, Facts(**BEGUN), IN_PROGRESS, "Quiz not taken yet; 80 % is needed.", "Quiz not passed yet."),
        (ONLY_QUIZ, Facts(**BEGUN, results=[PASSED]), COMPLETED, "Best quiz result 95 %.", "Quiz passed."),
        (NOTHING, Facts(**BEGUN), COMPLETED, "Nothing is left to do.", "Nothing is left to do."),
    ],
)  # fmt: skip
def test_the_sentences_say_what_is_done_and_what_is_missing(rule, facts, status, private, public):
    standing = assess(rule, facts)

    assert standing.status == status
    assert " ".join(reason.private % reason.values for reason in standing.reasons) == private
    assert " ".join(reason.public % reason.values for reason in standing.reasons) == public


def test_the_figures_beside_the_sentences():
    standing = assess(WITH_QUIZ, Facts(**ONE_LESSON, results=[FAILED, PASSED, Result(at(40), 85, True)]))

    assert (standing.lessons_done, standing.lessons_needed, standing.lessons_needed_done) == (("l1",), 2, 1)
    assert (standing.best_score_percent, standing.started_at, standing.completed_at) == (95, at(0), None)
    assert assess(WITH_QUIZ, Facts(**BEGUN)).best_score_percent is None


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


moments = st.integers(0, 50).map(at)
rules = st.builds(Rule, st.sets(st.sampled_from(LESSONS)).map(tuple), st.booleans(), st.just(80))
done = st.builds(
    Facts,
    started_at=moments,
    read_at=st.dictionaries(st.sampled_from(["l2", "extra"]), moments),
    answered_at=st.dictionaries(st.sampled_from(["q1", "q2"]), moments),
    results=st.lists(
        st.builds(lambda moment, score: Result(moment, score, score >= 80), moments, st.integers(70, 90)), max_size=4
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
    minutes = [at(minute) for minute in range(51)]

    first = next(
        (now for now in minutes if begun and now >= begun and is_complete(rule, until(facts, now))), None
    )

    assert assess(rule, facts).completed_at == first


# What audiences ask ------------------------------------------------------------------------------

EARLY, LATE = date(2026, 4, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ([("required", LATE), ("recommended", EARLY)], ("required", LATE)),
        ([("required", None), ("recommended", EARLY)], ("required", None)),
        ([("required", LATE), ("required", EARLY)], ("required", EARLY)),
        ([("required", None), ("required", LATE)], ("required", LATE)),
        ([("recommended", LATE), ("recommended", EARLY)], ("recommended", EARLY)),
        ([("recommended", None)], ("recommended", None)),
    ],
)
def test_required_wins_and_the_earliest_day_counts(asks, expected):
    for order in (asks, asks[::-1]):
        assert strictest(("t1", *ask) for ask in order) == {"t1": expected}


def test_what_is_asked_of_one_course_says_nothing_about_another():
    asked = strictest([("t1", "required", LATE), ("b1", "recommended", EARLY), ("t1", "recommended", None)])

    assert asked == {"t1": ("required", LATE), "b1": ("recommended", EARLY)}
    assert strictest([]) == {}


# How it is kept ----------------------------------------------------------------------------------


def test_a_course_is_begun_once_a_lesson_read_once_and_the_first_answer_counts():
    kept = record_facts.empty()
    for minute in (1, 2):
        record_facts.add_started(kept, at(minute))
        record_facts.add_read(kept, "l2", at(minute + 10))
        record_facts.add_answer(
            kept,
            {
                "question_key": "q1", "version_id": minute, "chosen": (f"o{minute}",), "is_unsure": minute == 1,
                "is_correct": minute == 2, "confidence": minute, "answered_at": at(minute + 20),
                "key": f"k{minute}", "given_at": at(minute + 19),
            },
        )  # fmt: skip
        record_facts.add_result(kept, at(minute + 30), 70 + minute, minute == 2)

    assert kept == {
        "started": "2026-03-02T09:01:00+00:00",
        "reads": {"l2": "2026-03-02T09:11:00+00:00"},
        "answered": {"q1": "2026-03-02T09:21:00+00:00"},
        "latest": {
            "q1": {
                "version": 2,
                "chosen": ["o2"],
                "unsure": False,
                "correct": True,
                "confidence": 2,
                "key": "k2",
                "given": "2026-03-02T09:21:00+00:00",
            }
        },
        "results": [["2026-03-02T09:31:00+00:00", 71, False], ["2026-03-02T09:32:00+00:00", 72, True]],
    }


def test_instants_are_kept_in_utc():
    kept = record_facts.rebuild(
        started=datetime.fromisoformat("2026-03-02T10:01:00+01:00"), reads=[], answers=[], results=[]
    )

    assert kept["started"] == "2026-03-02T09:01:00+00:00"
    assert record_facts.facts(kept) == Facts(started_at=at(1), results=[])
    assert record_facts.rebuild(started=None, reads=[], answers=[], results=[]) == record_facts.empty()


def test_a_record_has_the_figures_of_its_assessment():
    kept = {
        "started": at(0).isoformat(),
        "reads": {"l2": at(9).isoformat()},
        "answered": {"q1": at(2).isoformat(), "q2": at(3).isoformat()},
        "latest": {},
        "results": [[at(30).isoformat(), 95, True]],
    }

    assert record_facts.columns(WITH_QUIZ, kept) == {
        "status": "completed",
        "started_at": at(0),
        "completed_at": at(30),
        "lessons_done": 2,
        "lessons_needed": 2,
        "best_score_percent": 95,
    }

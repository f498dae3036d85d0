"""How what somebody did, and the rule it is judged by, are stored and read again."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from courses.rules import record_facts
from courses.rules.completion import Facts, LessonNeed, Result, Rule, assess
from tests.courses.rules.somebody import RULE, START, WITH_QUIZ, at

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

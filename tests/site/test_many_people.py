"""Many invented people, for measuring."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from courses.models import CoursePage
from people.models import Employee, Organisation
from tests.site.made_demo import a_demo, all_rows

pytestmark = [pytest.mark.django_db, pytest.mark.installation(empty=True)]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """With the first course only, which is the one that is copied."""
    with a_demo("first", django_db_blocker):
        yield


@pytest.fixture(scope="module")
def seeded(demo: Any, django_db_blocker: Any) -> Any:
    """What `seed_demo` said about 30 people and one more course. Made once, for the tests below it."""
    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo", employees=30, courses=1, verify=True, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


def test_invented_people_have_exactly_the_records_that_actions_write(seeded):
    copied = Employee.objects.filter(email__startswith="bench-", pk__gt=_prototypes()[-1].pk)
    twins = [
        (person, _prototypes()[(number + 8) % 7]) for number, person in enumerate(copied.order_by("email"))
    ]

    assert "0 differences" in seeded
    assert len(twins) == 23
    assert sum(person.records.count() for person in copied) > 20
    for person, original in twins:
        assert _history(person) == _history(original)
        assert (person.takes_courses, person.has_usable_password()) == (True, False)
        assert person.memberships.count() == 1


def _prototypes() -> list[Employee]:
    return list(Employee.objects.filter(email__startswith="bench-").order_by("email")[:7])


def _history(person: Employee) -> list[Any]:
    return [
        list(person.evidence.order_by("pk").values_list("course_key", "lesson_key", "kind", "at")),
        list(person.records.order_by("pk").values_list("course_key", "status", "completed_at", "progress")),
        list(
            person.answers.order_by("pk").values_list(
                "key", "version", "chosen", "drawn__position", "answered_at"
            )
        ),
        list(
            person.attempts.order_by("pk").values_list(
                "quiz_key", "number", "score_percent", "drawn__version"
            )
        ),
    ]


def test_copies_of_the_course_have_their_own_keys_and_questions(seeded):
    copy, original = CoursePage.objects.get(code="BENCH01"), CoursePage.objects.get(code="T2")

    assert copy.title == "Bench course 01"
    assert copy.bank != original.bank
    assert copy.bank is not None
    assert original.bank is not None
    assert copy.bank.questions.count() == original.bank.questions.count()
    mine, theirs = copy.published_row.data, original.published_row.data
    assert [lesson["title"] for lesson in mine["lessons"]] == [
        lesson["title"] for lesson in theirs["lessons"]
    ]
    assert not {lesson["key"] for lesson in mine["lessons"]} & {lesson["key"] for lesson in theirs["lessons"]}
    assert not {key for need in mine["rule"]["lessons"] for key in need["checks"]} & {
        key for need in theirs["rule"]["lessons"] for key in need["checks"]
    }


def test_seeding_again_changes_nothing_and_more_people_need_a_fresh_folder(seeded):
    before = all_rows()

    call_command("seed_demo", employees=30, courses=1, stdout=StringIO())
    with pytest.raises(CommandError, match="30 invented people here already"):
        call_command("seed_demo", employees=31, courses=1, stdout=StringIO())

    assert all_rows() == before


def test_a_real_installation_gets_no_invented_people():
    Organisation.objects.update(is_demo=False, name="Real Ltd")
    before = all_rows()

    with pytest.raises(CommandError, match=r"real installation \(Real Ltd\)"):
        call_command("seed_demo", employees=5, courses=1, stdout=StringIO())

    assert all_rows() == before

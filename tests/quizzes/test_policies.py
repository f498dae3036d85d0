"""Who may do what with whose questions, asked of the policy itself: role × action × own or other bank."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path
from wagtail.models import Locale
from wagtail.permissions import policy_registry

from quizzes.models import Bank, Question
from quizzes.policies import banks_of, guarded
from tests.conftest import hire
from tests.worlds import World, again

pytestmark = pytest.mark.django_db
ACTIONS = ("add", "change", "view", "delete", "publish")
WRITES = {"add", "change", "view"}
# Role → what it may do with questions of a bank of its own, of another, and with a question that is not stored yet.
QUESTIONS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "writer": (WRITES, set(), WRITES),
    "author": (set(), set(), set()),
    "reviewer": (WRITES | {"publish"}, WRITES | {"publish"}, WRITES | {"publish"}),
    "employee": (set(), set(), set()),
    "gone": (set(), set(), set()),
}
BANKS: dict[str, tuple[set[str], set[str]]] = {
    "writer": ({"view"}, set()),
    "author": (set(), set()),
    "reviewer": ({"view"}, {"view"}),
    "employee": (set(), set()),
    "gone": (set(), set()),
}


@pytest.fixture(scope="module")
def _stored(world: World) -> SimpleNamespace:
    with world():
        locale = Locale.objects.get_or_create(language_code="en")[0]
        own, other = (Bank.objects.create(name=name, slug=name) for name in ("own", "other"))
        teams = [Group.objects.create(name=f"Team {number}") for number in (1, 2)]
        own.writers.set(teams)
        people = {
            "writer": hire("writer", "Author"),
            "author": hire("author", "Author"),
            "reviewer": hire("reviewer", "Reviewer"),
            "employee": hire("employee", "Employee"),
            "gone": hire("gone", "Reviewer", is_active=False),
        }
        people["writer"].groups.add(*teams)  # twice a writer, and the bank is one bank all the same
        people["gone"].groups.add(*teams)
        return SimpleNamespace(
            own=own,
            other=other,
            mine=Question.objects.create(bank=own, locale=locale, code="q1", stem="One?"),
            theirs=Question.objects.create(bank=other, locale=locale, code="q2", stem="Two?"),
            **people,
        )


@pytest.fixture
def shelf(_stored: SimpleNamespace) -> SimpleNamespace:
    """Two banks with a question each; the writer belongs to two teams that write the first of them."""
    return again(_stored)


QUESTION, BANK = (policy_registry.get_by_type(model) for model in (Question, Bank))


def allowed(policy: Any, person: Any, row: Any) -> set[str]:
    return {action for action in ACTIONS if policy.user_has_permission_for_instance(person, action, row)}


@pytest.mark.parametrize("role", QUESTIONS)
def test_what_a_role_may_do_with_questions(shelf: SimpleNamespace, role: str) -> None:
    person = getattr(shelf, role)
    of_own, of_other, of_new = QUESTIONS[role]

    assert allowed(QUESTION, person, shelf.mine) == of_own
    assert allowed(QUESTION, person, shelf.theirs) == of_other
    assert allowed(QUESTION, person, Question(bank=shelf.other)) == of_new


@pytest.mark.parametrize("role", BANKS)
def test_what_a_role_may_do_with_banks(shelf: SimpleNamespace, role: str) -> None:
    person = getattr(shelf, role)

    assert (allowed(BANK, person, shelf.own), allowed(BANK, person, shelf.other)) == BANKS[role]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", QUESTIONS)
def test_lists_hold_exactly_the_rows_that_the_policy_allows(
    shelf: SimpleNamespace, role: str, action: str
) -> None:
    person = getattr(shelf, role)

    for policy, rows in ((QUESTION, [shelf.mine, shelf.theirs]), (BANK, [shelf.own, shelf.other])):
        listed = policy.instances_user_has_any_permission_for(person, [action])
        assert set(listed) == {
            row for row in rows if policy.user_has_permission_for_instance(person, action, row)
        }
        assert len(listed) == len(set(listed))


def test_one_right_of_several_is_enough(shelf: SimpleNamespace) -> None:
    assert QUESTION.user_has_any_permission(shelf.reviewer, ["delete", "publish"]) is True
    assert QUESTION.user_has_any_permission(shelf.writer, ["delete", "view"]) is True
    assert QUESTION.user_has_any_permission_for_instance(shelf.writer, ["delete", "view"], shelf.mine) is True
    assert QUESTION.user_has_any_permission_for_instance(shelf.writer, ["delete"], shelf.mine) is False


def test_rights_on_the_model_alone_open_nothing(shelf: SimpleNamespace) -> None:
    """Somebody gave an author the right in the admin: banks decide, not that."""
    from django.contrib.auth.models import Permission

    shelf.author.user_permissions.add(Permission.objects.get(codename="change_question"))

    assert not QUESTION.user_has_permission(type(shelf.author).objects.get(pk=shelf.author.pk), "change")


def test_the_bank_that_is_stored_gives_rights_and_not_the_one_in_a_form(shelf: SimpleNamespace) -> None:
    shelf.theirs.bank = shelf.own

    assert allowed(QUESTION, shelf.writer, shelf.theirs) == set()


def test_a_writer_of_many_teams_has_each_bank_once(shelf: SimpleNamespace) -> None:
    assert list(banks_of(shelf.writer)) == [shelf.own]
    assert set(banks_of(shelf.reviewer)) == {shelf.own, shelf.other}
    assert list(banks_of(shelf.gone)) == []


@pytest.mark.parametrize(
    ("role", "row", "opens"),
    [
        ("writer", "mine", True),
        ("writer", "theirs", False),
        ("reviewer", "theirs", True),
        ("employee", "mine", False),
    ],
)
def test_an_address_opens_for_the_row_that_it_names(
    shelf: SimpleNamespace, rf: Any, role: str, row: str, opens: bool
) -> None:
    (pattern,) = guarded([path("<pk>/", lambda request, pk: HttpResponse(pk), {}, "history")], Question)
    request = rf.get("/")
    request.user = getattr(shelf, role)
    pk = str(getattr(shelf, row).pk)

    assert pattern.name == "history"
    assert pattern.resolve(f"{pk}/").kwargs == {"pk": pk}
    if opens:
        assert pattern.callback(request, pk=pk).content == pk.encode()
    else:
        with pytest.raises(PermissionDenied):
            pattern.callback(request, pk=pk)


@pytest.mark.parametrize("named", [{"pk": "987654"}, {"pk": "add"}, {}])
def test_an_address_that_names_no_row_is_left_to_the_view(
    rf: Any, shelf: SimpleNamespace, named: Any
) -> None:
    (pattern,) = guarded([path("", lambda request, **kwargs: HttpResponse("view"))], Question)
    request = rf.get("/")
    request.user = shelf.employee

    assert pattern.callback(request, **named).content == b"view"

"""Home: the next step first, what is asked in the order of urgency, and a word with two meanings."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from bothways.models import Loaded
from bothways.operations import installation
from courses.models import Audience, CoursePage
from people.models import Employee
from tests.conftest import hire
from tests.courses.course import NOW, write_course
from tests.courses.learning import answer_check, answer_quiz, begin, complete, read, start_quiz, take_quiz
from tests.site.test_home_words import word
from tests.worlds import World, again

home: Any = import_module("bothways.views.home")  # the view in it has the name of its module
TODAY = date(2026, 11, 2)
YESTERDAY = TODAY - timedelta(days=1)
FOR_BUSINESS, FOR_TECHNICIANS = "technology-for-business", "business-for-technicians"


@pytest.fixture(scope="module")
def built(world: World, catalogue_page: Any, published_course: Any) -> SimpleNamespace:
    """T2 and T3 for business, B1 for technicians; Ada speaks business, Ben technology."""
    with world():
        return SimpleNamespace(
            t2=published_course,
            t3=write_course(catalogue_page, "T3", "figures"),
            b1=write_course(catalogue_page, "B1", "costs", direction="business-for-technicians"),
            ada=hire("ada", "Employee"),
            ben=hire("ben", "Employee", side="technology"),
        )


@pytest.fixture
def company(built: SimpleNamespace, db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The company on the morning of 2 November 2026."""
    monkeypatch.setattr(home, "timezone", SimpleNamespace(now=lambda: NOW))
    return again(built)


def ask(course: Any, requirement: str = "required", due_on: date | None = None) -> None:
    Audience.objects.create(
        course=course.page, course_key=course.page.translation_key, scope="everyone", requirement=requirement,
        due_on=due_on, made_at=NOW,
    )  # fmt: skip


def opened(person: Employee) -> BeautifulSoup:
    client = Client()
    client.force_login(person)
    response = client.get("/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.select(selector)]


def links(page: BeautifulSoup, selector: str) -> list[str]:
    return [str(one["href"]) for one in page.select(selector)]


def test_who_is_new_picks_a_direction_and_is_asked_nothing(company: Any) -> None:
    page = opened(company.ada)

    assert words(page, ".continue h2") == ["Pick your direction"]
    assert links(page, ".continue a") == [
        f"/courses/?direction={FOR_BUSINESS}",
        f"/courses/?direction={FOR_TECHNICIANS}",
    ]
    assert links(page, ".continue a:not(.btn--quiet)") == [f"/courses/?direction={FOR_BUSINESS}"]
    assert "Nothing is asked of you." in page.get_text()
    assert words(page, ".due") == []


def test_the_black_button_of_a_technician_leads_to_business_courses(company: Any) -> None:
    page = opened(company.ben)

    assert links(page, ".continue a:not(.btn--quiet)") == [f"/courses/?direction={FOR_TECHNICIANS}"]
    assert links(page, ".other a") == ["/courses/costs/"]


def test_who_works_on_both_sides_sees_both_directions_equal(company: Any) -> None:
    Employee.objects.filter(pk=company.ben.pk).update(side="both")

    page = opened(company.ben)

    assert len(links(page, ".continue a.btn:not(.btn--quiet)")) == 2


def test_what_is_required_waits_and_the_list_is_in_the_order_of_urgency(company: Any) -> None:
    ask(company.t2, due_on=date(2026, 12, 1))
    ask(company.t3, "recommended", due_on=date(2026, 11, 9))
    ask(company.b1, due_on=date(2026, 11, 30))

    page = opened(company.ada)

    assert words(page, ".continue h2") == ["Always on B1"]
    assert "B1 Required for you" in words(page, ".continue p")
    assert links(page, ".continue a.btn") == ["/courses/costs/"]
    assert words(page, ".due") == [
        "Always on B1 due 30 Nov 2026 in 28 days Required, not started",
        "Always on T2 due 1 Dec 2026 in 29 days Required, not started",
        "Always on T3 by 9 Nov 2026 in 7 days Recommended, not started",
    ]


def test_what_was_begun_is_continued_with_the_lesson_that_is_left(company: Any) -> None:
    ask(company.b1, due_on=YESTERDAY)
    ask(company.t2)
    for check in (0, 1):
        answer_check(company.ada, company.t2, check)
    begin(company.ada, company.t3, now=NOW - timedelta(days=1))

    page = opened(company.ada)

    assert words(page, ".continue h2") == ["Reading"]
    assert words(page, ".continue a.btn") == ["Continue lesson 2"]
    assert links(page, ".continue a") == ["/courses/always-on/reading/"] * 2
    assert words(page, ".due") == [
        "Always on B1 due 1 Nov 2026 1 day over Overdue",
        "Always on T2 In progress, 1 of 2 lessons",
    ]


def test_with_all_lessons_done_the_quiz_is_next(company: Any) -> None:
    for check in (0, 1):
        answer_check(company.ada, company.t2, check)
    read(company.ada, company.t2)

    page = opened(company.ada)

    assert words(page, ".continue h2") == ["Quiz: Always on T2"]
    assert links(page, ".continue a.btn") == ["/courses/always-on/quiz/"]
    assert "All lessons done, the quiz is left" in str(page)


def test_who_completed_everything_has_nothing_due_and_sees_since_when(company: Any) -> None:
    ask(company.t2, due_on=YESTERDAY)
    ask(company.t3, "recommended")
    # 1 November in the evening is the next day where the company is.
    complete(company.ada, company.t2, now=datetime(2026, 11, 1, 23, 30, tzinfo=UTC))

    page = opened(company.ada)

    assert words(page, ".continue h2") == ["Nothing due"]
    assert words(page, ".due") == [
        "Always on T3 Recommended, not started",
        "Always on T2 done 2 Nov 2026 Completed",
    ]


def test_what_is_due_today_is_overdue_when_the_companys_day_is_over(
    company: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(company.t2, due_on=TODAY)

    before = words(opened(company.ada), ".due")
    monkeypatch.setattr(home, "timezone", SimpleNamespace(now=lambda: datetime(2026, 11, 2, 23, tzinfo=UTC)))

    assert before == ["Always on T2 due 2 Nov 2026 today Required, not started"]
    assert words(opened(company.ada), ".due") == ["Always on T2 due 2 Nov 2026 1 day over Overdue"]


def test_a_row_that_others_saw_before_is_never_shown_to_whom_it_does_not_fit(company: Any) -> None:
    ask(company.t2)
    answer_check(company.ada, company.t2)

    assert words(opened(company.ada), ".due") == ["Always on T2 In progress, 0 of 2 lessons"]
    assert words(opened(company.ben), ".due") == ["Always on T2 Required, not started"]
    read(company.ben, company.t2)
    assert words(opened(company.ben), ".due") == ["Always on T2 In progress, 1 of 2 lessons"]


def test_each_side_is_suggested_a_course_made_for_it(company: Any) -> None:
    assert links(opened(company.ada), ".other a") == ["/courses/always-on/"]
    assert links(opened(company.ben), ".other a") == ["/courses/costs/"]


def test_a_completed_course_is_not_suggested(company: Any) -> None:
    complete(company.ada, company.t2)

    assert links(opened(company.ada), ".other a") == ["/courses/figures/"]


def test_an_open_quiz_is_shown_with_a_link_to_the_question_that_waits(company: Any) -> None:
    attempt = start_quiz(company.ada, company.t2)
    begin(company.ada, company.t3)

    page = opened(company.ada)

    assert words(page, "#open ~ ul li") == ["Question 1 of 3 waits Always on T2"]
    assert links(page, "#open ~ ul a") == [f"/courses/always-on/quiz/{attempt.public_id}/1/"]
    assert words(opened(company.ben), "#open") == []


def test_with_all_lessons_done_the_button_leads_to_the_question_that_waits(company: Any) -> None:
    for check in (0, 1):
        answer_check(company.ada, company.t2, check)
    read(company.ada, company.t2)
    attempt = start_quiz(company.ada, company.t2)
    answer_quiz(company.ada, company.t2, attempt, 1)

    page = opened(company.ada)

    assert words(page, ".continue a.btn") == ["Resume at question 2"]
    assert links(page, ".continue a.btn") == [f"/courses/always-on/quiz/{attempt.public_id}/2/"]
    assert "All lessons done. Question 2 of 3 waits." in page.get_text()
    assert words(page, "#open") == []


def test_an_open_quiz_of_a_passed_one_waits_for_nobody(company: Any) -> None:
    take_quiz(company.ada, company.t2)
    start_quiz(company.ada, company.t2)

    assert words(opened(company.ada), "#open") == []


def test_the_word_of_the_week_is_of_the_companys_day(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    days = []

    def of_the_week(day: date) -> Any:
        days.append(day)
        return word("technology", "business")

    monkeypatch.setattr(home, "word_of_the_week", of_the_week)
    monkeypatch.setattr(home, "timezone", SimpleNamespace(now=lambda: datetime(2026, 11, 1, 23, tzinfo=UTC)))

    page = opened(company.ada)

    assert days == [TODAY], "Monday has begun in Berlin"
    assert links(page, "section[aria-labelledby=week] a") == ["/glossary/availability/"]
    assert words(page, ".voice p")[-2:] == ["What business means", "What technology means"]


def test_before_a_course_is_published_home_says_what_will_come(company: Any) -> None:
    for page in CoursePage.objects.live():
        page.unpublish()

    assert "Courses appear here as soon as an author publishes one." in opened(company.ada).get_text()


# While the worker loads the rest -------------------------------------------------------------------------


@pytest.fixture
def arriving(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the twelve courses are loaded, by what is remembered."""
    settings.STARTER_CONTENT = "all"
    monkeypatch.setattr(installation._Arrived, "all", False)
    for code in ("T2", "B2"):
        Loaded.objects.create(folder=code, loaded_at=NOW)


@pytest.mark.parametrize(
    ("role", "page"), [("employee", "/"), ("employee", "/courses/"), ("hr", "/reports/completion/")]
)
def test_pages_say_how_many_courses_are_here_until_all_are(
    client: Client, request: pytest.FixtureRequest, arriving: None, role: str, page: str
) -> None:
    client.force_login(request.getfixturevalue(role))

    text = client.get(page).content.decode()
    assert "More courses are being loaded: 2 of 12 are here." in text
    assert "No course yet" not in text
    assert "as soon as an author publishes one" not in text
    assert "No course in this direction yet" not in text

    for path in installation.CONTENT.glob("*/course.yaml"):
        Loaded.objects.get_or_create(folder=path.parent.name, defaults={"loaded_at": NOW})
    assert "being loaded" not in client.get(page).content.decode()


@pytest.mark.sql
def test_how_many_are_here_is_asked_once_more_when_all_are(
    arriving: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert installation.arriving() == (2, 12)
    for path in installation.CONTENT.glob("*/course.yaml"):
        Loaded.objects.get_or_create(folder=path.parent.name, defaults={"loaded_at": NOW})
    with django_assert_num_queries(1):
        assert installation.arriving() is None
    with django_assert_num_queries(0):
        assert installation.arriving() is None


@pytest.mark.django_db
def test_where_nothing_is_to_be_loaded_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert installation.arriving() is None

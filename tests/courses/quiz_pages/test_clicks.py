"""Starting a course or a quiz and "I have read this": sent again by the browser, they move nothing twice."""

import pytest
from bs4 import BeautifulSoup

from courses.models import CourseRecord, Evidence
from quizzes.models import Attempt
from tests.courses.quiz_pages.acts import FRAGMENT, URL, page, result_of, take

COURSE = "/courses/always-on/"
READING = "/courses/always-on/reading/"


def click(response, action, *, number=0):
    """The fields of a form as the browser sends them."""
    form = BeautifulSoup(response.content, "html.parser").select(f'start-form form[action^="{action}"]')[
        number
    ]
    return {field["name"]: field["value"] for field in form.select("input, button[name]")}


def test_starting_a_course_says_where_to_go_and_is_done_once(reader, course):
    fields = click(reader.get(COURSE), f"{COURSE}start/")

    for _twice in range(2):
        sent = reader.post(f"{COURSE}start/", fields, headers=FRAGMENT)
        assert (sent.status_code, sent["X-Saved"], sent["X-Next"]) == (204, fields["key"], f"{COURSE}hours/")

    assert Evidence.objects.count() == CourseRecord.objects.count() == 1
    plain = reader.post(f"{COURSE}start/", fields)
    assert (plain.status_code, plain["Location"]) == (302, f"{COURSE}hours/")


def test_reading_a_lesson_says_where_to_go_and_is_done_once(reader, course):
    fields = click(reader.get(READING), READING)

    for _twice in range(2):
        sent = reader.post(READING, fields, headers=FRAGMENT)
        assert (sent.status_code, sent["X-Saved"], sent["X-Next"]) == (204, fields["key"], f"{READING}#done")

    assert Evidence.objects.filter(kind="read").count() == 1


def test_a_click_without_a_key_is_acknowledged_by_nothing(reader, course):
    sent = reader.post(READING, {"read": "1", "key": "nonsense"}, headers=FRAGMENT)

    assert sent.status_code == 302
    assert "X-Saved" not in sent


def test_reading_off_a_lesson_that_has_checks_now_is_final(reader, course):
    assert reader.post(f"{COURSE}hours/", {"read": "1"}, headers=FRAGMENT)["X-Final"] == "1"


@pytest.mark.sql
def test_a_start_that_comes_late_begins_no_further_attempt(reader, course):
    """The answer to the click was lost; meanwhile the attempt was taken to its end on the phone."""
    fields = click(reader.get(URL), URL)
    assert fields["after"] == "0"
    attempt = take(reader, True, False, True)

    late = reader.post(URL, fields, headers=FRAGMENT)

    assert (late["X-Saved"], late["X-Next"]) == (fields["key"], result_of(attempt))
    assert Attempt.objects.count() == 1


@pytest.mark.sql
def test_try_again_begins_one_attempt_however_often_it_arrives(reader, course):
    first = take(reader, True, False, False)
    fields = click(reader.get(result_of(first)), URL)
    assert fields["after"] == "1"

    begun = reader.post(URL, fields, headers=FRAGMENT)
    again = reader.post(URL, fields, headers=FRAGMENT)

    second = Attempt.objects.get(number=2)
    assert begun["X-Next"] == again["X-Next"] == page(second, 1)
    assert Attempt.objects.count() == 2


def test_the_result_of_an_old_attempt_offers_the_next_one_all_the_same(reader, course):
    first = take(reader, True, False, False)
    take(reader, True, False, False)
    fields = click(reader.get(result_of(first)), URL)
    assert fields["after"] == "2"

    reader.post(URL, fields)

    assert Attempt.objects.get(finished_at__isnull=True).number == 3


@pytest.mark.parametrize("after", ["", "x", "-1", str(10**12)])
def test_a_start_that_does_not_say_after_what_is_a_start(reader, course, after):
    take(reader, True, False, False)

    reader.post(URL, {"after": after})

    assert Attempt.objects.get(finished_at__isnull=True).number == 2


def test_a_quiz_that_is_away_keeps_the_click(reader, course):
    fields = click(reader.get(URL), URL)
    course.page.unpublish()

    sent = reader.post(URL, fields, headers=FRAGMENT)

    assert sent.status_code == 404
    assert "X-Final" not in sent

"""What could not be saved is kept in the browser, says why, and is sent by itself: answers and clicks."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys import servers
from tests.journeys.learner import arrived, rows_of, sign_in, start_the_quiz, visit
from tests.journeys.servers import employee
from tools.stack import Stack

demo = servers.demo
pytestmark = [pytest.mark.browser, pytest.mark.server]
COURSE = "/courses/always-on/"
CHECK = "#check-1"
# A minute of pauses is over at once: what is waited for is that it is sent again, not how long that takes.
QUICK = (
    "const later = setTimeout; window.setTimeout = (act, wait, ...rest) => later(act, wait / 100, ...rest);"
)


class Door:
    """Between browser and server: what is sent by a script meets what `does` says, then what comes by itself."""

    def __init__(self, page: Page, *does: Callable[[Route], Any]) -> None:
        self.does, self.sent = list(does), []
        page.route("**/courses/**", self.meet)

    def meet(self, route: Route) -> None:
        if "x-fragment" not in route.request.headers:
            route.continue_()
            return
        self.sent.append(route.request.post_data or "")
        (self.does.pop(0) if self.does else Route.continue_)(route)


def answers_with(status: int, **headers: str) -> Callable[[Route], Any]:
    return lambda route: route.fulfill(
        status=status, body="<p>Not this one.</p>", headers=headers, content_type="text/html"
    )


def lost(route: Route) -> None:
    """The server has stored it, and the browser never hears of it."""
    route.fetch()
    route.abort("connectionreset")


def cut(route: Route) -> None:
    route.abort("connectionrefused")


def stored(demo: Stack, person: str, table: str = "quizzes_answer") -> int:
    ((count,),) = rows_of(
        demo,
        f"SELECT count(*) FROM {table} WHERE employee_id = (SELECT id FROM people_employee WHERE email = '{person}')",
    )
    return int(count)


def in_the_lesson(page: Page, person: str) -> str:
    """The first lesson of the course, its first check in sight."""
    sign_in(page, person, to=COURSE)
    arrived(page, ".lessons")
    page.locator(".lessons a").first.click()
    arrived(page, CHECK)
    return page.url


def choose(page: Page, number: int, where: str = CHECK) -> None:
    page.locator(f"{where} input[name=answer]").nth(number).check()
    page.locator(where).get_by_role("button", name="Check answer").click()


def values(page: Page, where: str = CHECK) -> list[str]:
    return [one.get_attribute("value") or "" for one in page.locator(f"{where} input[name=answer]").all()]


def waiting(page: Page) -> list[Any]:
    return [json.loads(one) for one in page.evaluate("Object.values(localStorage)")]


@pytest.mark.parametrize("status", [400, 404])
def test_an_answer_to_a_lesson_that_is_away_is_kept_and_sent_again(
    demo: Stack, browser: Browser, status: int
) -> None:
    person = employee(1 if status == 400 else 3)
    context, page = visit(browser, demo)
    page.add_init_script(QUICK)
    door = Door(page, *[answers_with(status)] * 3)
    in_the_lesson(page, person)

    choose(page, 0)

    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert len(door.sent) == 4
    assert stored(demo, person) == 1
    assert waiting(page) == []
    context.close()


def test_it_says_so_blocks_nothing_and_another_choice_takes_its_place(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    door = Door(page, answers_with(404), lambda route: route.continue_())
    in_the_lesson(page, employee(5))
    choose(page, 0)
    expect(page.get_by_text("This part of the course is being changed.")).to_be_visible()
    assert len(waiting(page)) == 1

    choose(page, 1)

    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    expect(page.locator(f"{CHECK} input[name=answer]").nth(1)).to_be_checked()
    keys = [re.findall(r"key=([\w-]+)", sent)[0] for sent in door.sent]
    assert len(set(keys)) == 2
    assert stored(demo, employee(5)) == 1
    context.close()


def test_a_waiting_answer_can_be_dropped(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    door = Door(page, answers_with(404))
    place = in_the_lesson(page, employee(7))
    choose(page, 0)

    page.get_by_role("button", name="Do not send it").click()

    expect(page.get_by_text("It will not be sent.")).to_be_visible()
    page.goto(place)
    arrived(page, CHECK)
    assert len(door.sent) == 1
    assert stored(demo, employee(7)) == 0
    choose(page, 1)  # and the question is free for another one
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert stored(demo, employee(7)) == 1
    context.close()


def test_what_is_final_is_not_sent_again(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    page.add_init_script(QUICK)
    door = Door(page, answers_with(400, **{"X-Final": "1"}))
    in_the_lesson(page, employee(9))

    choose(page, 0)

    expect(page.get_by_text("This could not be taken.")).to_be_visible()
    assert waiting(page) == []
    assert len(door.sent) == 1
    context.close()


def test_an_outage_says_when_to_come_back(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    asked = "window.asked = []; const wait = setTimeout; window.setTimeout = (act, ms, ...rest) => (asked.push(ms), wait(act, ms / 100, ...rest));"
    page.add_init_script(asked)
    Door(page, answers_with(503, **{"Retry-After": "120"}))
    in_the_lesson(page, employee(11))

    choose(page, 0)

    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert [ms for ms in page.evaluate("asked") if 120_000 <= ms <= 180_000]
    context.close()


def test_who_is_signed_out_is_told_so_and_the_answer_is_sent_after_signing_in(
    demo: Stack, browser: Browser
) -> None:
    context, page = visit(browser, demo)
    in_the_lesson(page, employee(13))
    context.clear_cookies()

    choose(page, 0)

    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_role("link", name="Sign in", exact=True).last.click()
    sign_in(page, employee(13), to=page.url)
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert stored(demo, employee(13)) == 1
    context.close()


def test_an_older_answer_from_the_laptop_does_not_replace_the_one_from_the_phone(
    demo: Stack, browser: Browser
) -> None:
    laptop, at_desk = visit(browser, demo)
    lesson = in_the_lesson(at_desk, employee(15))
    laptop.set_offline(True)
    choose(at_desk, 0)
    expect(at_desk.get_by_text("Not saved yet")).to_be_visible()
    phone, on_phone = visit(browser, demo)
    sign_in(on_phone, employee(15), to=lesson)
    arrived(on_phone, CHECK)
    choose(on_phone, 1)
    expect(on_phone.locator(f"{CHECK} .feedback")).to_be_visible()

    laptop.set_offline(False)

    expect(at_desk.get_by_text("A newer answer of yours")).to_be_visible()
    expect(at_desk.locator(f"{CHECK} input[name=answer]").nth(1)).to_be_checked()
    on_phone.reload()
    expect(on_phone.locator(f"{CHECK} input[name=answer]").nth(1)).to_be_checked()
    assert stored(demo, employee(15)) == 2
    laptop.close()
    phone.close()


def test_another_choice_under_the_same_key_shows_what_is_stored_and_may_be_changed(
    demo: Stack, browser: Browser
) -> None:
    """As after a restored page: the form is as it was, and its key has stored something else."""
    context, page = visit(browser, demo)
    lesson = in_the_lesson(page, employee(17))
    key = page.locator(f"{CHECK} [name=key]").input_value()
    choose(page, 0)
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    page.goto(f"{lesson}?again={page.locator(f'{CHECK} [name=check]').input_value()}")
    arrived(page, CHECK)
    page.evaluate("key => (document.querySelector('#check-1 [name=key]').value = key)", key)

    choose(page, 1)

    expect(page.get_by_text("sent before with another choice")).to_be_visible()
    expect(page.locator(f"{CHECK} input[name=answer]").nth(0)).to_be_checked()
    page.locator(CHECK).get_by_role("link", name="Answer again").click()
    expect(page.locator(CHECK).get_by_role("button", name="Check answer")).to_be_visible()
    choose(page, 1)
    expect(page.locator(f"{CHECK} .feedback")).to_be_visible()
    assert stored(demo, employee(17)) == 2
    context.close()


@pytest.mark.parametrize(
    ("number", "failure"), [(19, cut), (21, lost), (23, answers_with(500)), (25, answers_with(404))]
)
def test_starting_a_course_survives_any_failure(
    demo: Stack, browser: Browser, number: int, failure: Callable[[Route], Any]
) -> None:
    context, page = visit(browser, demo)
    page.add_init_script(QUICK)
    door = Door(page, failure)
    sign_in(page, employee(number), to=COURSE)

    page.get_by_role("button", name="Start the course").click()

    expect(page.locator(".lesson-pos label, .lesson-head h1").first).to_be_visible()
    assert len(door.sent) == 2
    assert stored(demo, employee(number), "courses_courserecord") == 1
    assert stored(demo, employee(number), "courses_evidence") == 1
    context.close()


def test_a_double_click_on_start_draws_one_quiz(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    Door(page, lost, lost)
    sign_in(page, employee(27), to=f"{COURSE}quiz/")

    page.get_by_role("button", name="Start the quiz").dblclick()

    arrived(page, "#question")
    assert stored(demo, employee(27), "quizzes_attempt") == 1
    context.close()


def test_i_have_read_this_is_sent_again_and_shows_the_lesson_done(demo: Stack, browser: Browser) -> None:
    """Each lesson of the demo has checks, so the form is put into one, and the server's word for "done" is played."""
    key = "7b0c3a52-0f4e-4a52-9d0e-3f4a5a3f1c55"
    button = '<button class="btn" name="read" value="1">I have read this</button>'
    form = f'<start-form><form method="post"><input type="hidden" name="key" value="{key}">{button}</form></start-form>'
    context, page = visit(browser, demo)
    lesson = in_the_lesson(page, employee(29))
    done = {"X-Saved": key, "X-Next": f"{lesson.removeprefix(demo.address)}#done"}
    pages = []

    def with_form(route: Route) -> None:
        response = route.fetch()
        pages.append(response.status)
        place = '<div class="lesson-end" id="done">'
        route.fulfill(
            response=response, body=response.text().replace(place, place + form if len(pages) == 1 else place)
        )

    page.route(lesson, lambda route: with_form(route) if route.request.method == "GET" else route.fallback())
    page.add_init_script(QUICK)
    page.reload()
    arrived(page, "start-form")
    door = Door(page, cut, lambda route: route.fulfill(status=204, headers=done))
    page.unroute(lesson)
    page.route(lesson, lambda route: with_form(route) if route.request.method == "GET" else door.meet(route))

    page.get_by_role("button", name="I have read this").click()

    expect(page.locator("start-form")).to_have_count(0)
    assert page.url.endswith("#done")
    assert [re.findall(r"read=(\w)", sent) for sent in door.sent] == [["1"], ["1"]]
    assert len(pages) == 2
    context.close()


def test_a_start_that_was_kept_leads_nobody_away_from_another_page(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    door = Door(page, *[cut] * 50)
    sign_in(page, employee(31), to=f"{COURSE}quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.get_by_text("What you clicked is kept in this browser")).to_be_visible()
    page.close()
    door.does.clear()

    again = context.new_page()
    again.goto("/glossary/")

    expect(again.get_by_text("What you clicked earlier is done now.")).to_be_visible()
    assert again.url.endswith("/glossary/")
    again.get_by_role("link", name="Go there").click()
    arrived(again, "#question")
    assert stored(demo, employee(31), "quizzes_attempt") == 1
    context.close()


def test_on_the_page_that_started_it_the_kept_start_leads_on(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo)
    Door(page, *[cut] * 50)
    sign_in(page, employee(33), to=f"{COURSE}quiz/")
    page.get_by_role("button", name="Start the quiz").click()
    expect(page.get_by_text("What you clicked is kept in this browser")).to_be_visible()
    page.close()

    again = context.new_page()
    again.goto(f"{COURSE}quiz/")

    arrived(again, "#question")
    assert stored(demo, employee(33), "quizzes_attempt") == 1
    context.close()


def test_starting_by_form_works_without_a_script(demo: Stack, browser: Browser) -> None:
    context, page = visit(browser, demo, java_script_enabled=False)
    sign_in(page, employee(35), to=f"{COURSE}quiz/")

    start_the_quiz(page)

    assert stored(demo, employee(35), "quizzes_attempt") == 1
    context.close()

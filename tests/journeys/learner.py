"""What people do in a real browser, as functions: sign in, read, answer, take the quiz."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools.stack import Stack

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
DEMO_PASSWORD = "bothways"
LESSONS = 5
expect.set_options(timeout=30_000)  # on two busy cores a page is not always there at once


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium of this machine; the tests bring none of their own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


def visit(running: Browser, stack: Stack, **options: Any) -> tuple[BrowserContext, Page]:
    """A fresh profile with an empty page; an error in a script fails the test."""
    context = running.new_context(base_url=stack.address, **options)
    page = context.new_page()
    page.set_default_timeout(30_000)

    def fail(error: Any) -> None:
        raise AssertionError(f"a script failed: {error}")

    page.on("pageerror", fail)
    return context, page


def sign_in(page: Page, email: str, password: str = DEMO_PASSWORD, *, to: str = "/") -> None:
    page.goto(to)
    unfold(page)
    page.get_by_label("E-mail").first.fill(email)
    page.get_by_label("Password").first.fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def unfold(page: Page) -> None:
    """In a demo the form is folded away under the people to try."""
    folded = page.locator("details#password > summary")
    if folded.count():
        folded.click()


def answers_of(stack: Stack) -> dict[str, list[str]]:
    """Question's plain text → keys of its right options, from the database the server writes to."""
    with sqlite3.connect(f"file:{stack.data / 'bothways.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT payload FROM quizzes_questionversion").fetchall()
    payloads = [json.loads(row[0]) for row in rows]
    return {
        plain(payload["text"]): [option["key"] for option in payload.get("options", []) if option["correct"]]
        for payload in payloads
    }


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def rows_of(stack: Stack, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{stack.data / 'bothways.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


def arrived(page: Page, selector: str) -> None:
    """The page with this on it is here to its end, and its scripts have run.

    A click does not wait for where it leads: what is read, counted or cut off right after it may still be the
    page before, or half of the new one.
    """
    expect(page.locator(selector).first).to_be_visible()
    page.wait_for_load_state()


def start_the_quiz(page: Page) -> None:
    """From the start card to the first question."""
    page.get_by_role("button", name="Start the quiz").click()
    arrived(page, "#question")


def answer_checks(page: Page, *, option: int = 0) -> int:
    """Answer every open check of a lesson with one of its options; how many there were."""
    arrived(page, "article")
    count = page.locator("form.check").count()
    for number in range(1, count + 1):
        form = page.locator(f"#check-{number}")
        if form.get_by_role("button", name="Check answer").count() == 0:
            continue
        form.locator("input[name=answer]").nth(option).check()
        form.get_by_role("button", name="Check answer").click()
        expect(page.locator(f"#check-{number} .feedback")).to_be_visible()
    return count


def read_all_lessons(page: Page) -> None:
    """From the first lesson through *Next* to the last, answering what is asked."""
    for number in range(1, LESSONS + 1):
        expect(page.locator(".lesson-pos label")).to_contain_text(f"Lesson {number} of {LESSONS}")
        answer_checks(page)
        if number < LESSONS:
            page.locator("a[rel=next]").last.click()


def answer_question(page: Page, right: dict[str, list[str]], *, correctly: bool = True) -> None:
    """Answer the question on the page, rightly or by the first option that is not right."""
    arrived(page, "#question button[type=submit]")  # the question before, once answered, has none
    keys = right[plain(page.locator("#question h1").inner_text())]
    values = [field.get_attribute("value") for field in page.locator("#question input[name=answer]").all()]
    chosen = keys if correctly else [next(value for value in values if value not in (*keys, "unsure"))]
    for key in chosen:
        page.locator(f'#question input[name=answer][value="{key}"]').check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.locator("#feedback")).to_be_visible()


def take_quiz(page: Page, right: dict[str, list[str]], *, wrong: int = 0) -> None:
    """From the start card to the result, the first `wrong` questions answered wrongly."""
    page.get_by_role("button", name=re.compile("Start|Resume|new attempt")).click()
    arrived(page, "#question legend .eyebrow")
    total = int(re.findall(r"of (\d+)", page.locator("#question legend .eyebrow").inner_text())[0])
    for number in range(1, total + 1):
        expect(page.get_by_text(f"Question {number} of {total}")).to_be_visible()
        answer_question(page, right, correctly=number > wrong)
        page.get_by_role("link", name=re.compile("Continue to|See your result")).click()

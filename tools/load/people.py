"""What people do in a run: begin courses, read, answer checks, take quizzes to the end, and look at it afterwards."""

import csv
import io
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.load import CSRF
from tools.load.browser import UNSURE, Browser, Chance, filled_in, meant
from tools.load.history import ANSWER, BEGIN, QUIZ, READ
from tools.load.pages import Form, Page, numbers

Enough = Callable[[], bool]
RESULTS_LOOKED_AT = 2  # of each person and course: the newest ones


@dataclass
class Learner:
    """Somebody who works with pages as they are shown, one thing after the other."""

    browser: Browser
    courses: list[Mapping[str, Any]]
    right: frozenset[str]
    enough: Enough

    async def work(self) -> None:
        """Raises: browser.GaveUp"""
        for course in self.courses:
            await self.begin(course)
        while not self.enough():
            course = self.chance.choice(self.courses)
            act = self.chance.choices([self.quiz, self.check, self.read], [5, 5, 1])[0]
            await act(course)

    @property
    def chance(self) -> Chance:
        return self.browser.chance

    async def begin(self, course: Mapping[str, Any]) -> None:
        page = await self.browser.open(course["url"])
        form = page and page.form(action=f"{course['url']}start/")
        if form:
            await self._press(BEGIN, form, {}, course=course["key"])

    async def read(self, course: Mapping[str, Any]) -> None:
        """ "I have read this", under a lesson without checks that was not read yet."""
        unread = [lesson["url"] for lesson in course["lessons"] if not lesson["checks"]]
        for url in unread[:1]:
            page = await self.browser.open(url)
            form = page and page.form(action=url)
            if form and form.buttons:
                await self._press(READ, form, dict(form.buttons), lesson=url)

    async def check(self, course: Mapping[str, Any]) -> None:
        """Answer a check of a lesson; again where each was answered before."""
        url = self.chance.choice([lesson["url"] for lesson in course["lessons"] if lesson["checks"]])
        page = await self.browser.open(url)
        if page is not None and not _unanswered(page):
            again = [href for form in page.forms for href, _words in form.links if "again=" in href]
            page = await self.browser.open(self.chance.choice(again).partition("#")[0]) if again else None
        if page is not None and _unanswered(page) and not self.enough():
            await self._answer(self.chance.choice(_unanswered(page)), lesson=url)

    async def quiz(self, course: Mapping[str, Any]) -> None:
        """Start or resume, question after question, until the result."""
        page = await self.browser.open(f"{course['url']}quiz/")
        form = page and page.form(action=f"{course['url']}quiz/")
        if not form:
            return
        url = await self._press(QUIZ, form, {}, course=course["key"])
        while url and not url.endswith("/result/") and not self.enough():
            page = await self.browser.open(url)
            if page is None:
                return
            form = next(form for form in page.forms if form.id == "question")
            if form.can_be_sent:
                *_rest, attempt, position = url.strip("/").split("/")
                html = await self._answer(form, attempt=attempt, position=int(position))
                form = next((form for form in Page(html).forms if form.id == "question"), form)
            url = next((href for href, _words in form.links if "/quiz/" in href), "")

    async def _answer(self, form: Form, **where: Any) -> str:
        fields = filled_in(form, self.chance, self.right)
        key = fields["key"]
        self.browser.history.invoke(ANSWER, key, self.browser.employee, **meant(fields), **where)
        told = await self.browser.deliver(key, form.action.partition("#")[0], fields)
        return told.text

    async def _press(self, act: str, form: Form, pressed: Mapping[str, str], **what: Any) -> str:
        """Where the server leads to; empty where it refused."""
        key = f"{act} {self.chance.getrandbits(64):016x}"
        self.browser.history.invoke(act, key, self.browser.employee, **what)
        told = await self.browser.press(key, form.action.partition("#")[0], {**form.fields, **pressed})
        return told.location

    async def look(self) -> None:
        """What the pages show to this person at the end, written down for the checker."""
        for course in self.courses:
            page = await self.browser.open(course["url"])
            if page is not None:
                self._seen("course", course=course["key"], **course_page(page))
            page = await self.browser.open(f"{course['url']}quiz/")
            results = [
                href
                for node in (page.root.all("a") if page else ())
                if (href := node.get("href")).endswith("/result/")
            ]
            for url in results[:RESULTS_LOOKED_AT]:
                page = await self.browser.open(url)
                if page is not None:
                    self._seen("result", attempt=url.strip("/").split("/")[-2], **result_page(page))
            url = self.chance.choice([lesson["url"] for lesson in course["lessons"] if lesson["checks"]])
            page = await self.browser.open(url)
            if page is not None:
                self._seen("lesson", course=course["key"], answers=lesson_page(page))

    def _seen(self, what: str, **facts: Any) -> None:
        self.browser.history.add("seen", what=what, employee=self.browser.employee, **facts)


def _unanswered(page: Page) -> list[Form]:
    """The checks of a lesson that can be answered now."""
    return [form for form in page.forms if "check" in form.fields and form.can_be_sent]


@dataclass
class Direct:
    """Somebody who knows all checks beforehand and only sends answers, as fast as they are taken."""

    browser: Browser
    courses: list[Mapping[str, Any]]
    enough: Enough

    async def work(self) -> None:
        """Raises: browser.GaveUp"""
        chance = self.browser.chance
        checks = [
            (lesson["url"], check)
            for course in self.courses
            for lesson in course["lessons"]
            for check in lesson["checks"]
        ]
        while not self.enough():
            await self.save(*chance.choice(checks))

    async def save(self, url: str, check: Mapping[str, Any]) -> None:
        chance = self.browser.chance
        several = check["kind"] == "multiple_choice"
        fields = {
            "csrfmiddlewaretoken": CSRF,
            "key": new_key(chance),
            "check": check["key"],
            "version": check["version"],
        }
        choices = {"answer": [*check["options"], UNSURE], "confidence": ["1", "2", "3"]}
        form = Form("", url, "post", fields, choices, frozenset(["answer"] if several else []), {}, [], [])
        fields = filled_in(form, chance)
        self.browser.history.invoke(ANSWER, fields["key"], self.browser.employee, **meant(fields), lesson=url)
        await self.browser.deliver(fields["key"], url, fields)


FILE_DAY = re.compile(r"\d{4}-\d\d-\d\d")  # in the name of HR's file: its last day


def new_key(chance: Chance) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def course_page(page: Page) -> dict[str, Any]:
    """The status of each lesson, by address, and whether the course shows as completed."""
    lessons = {}
    for item in page.root.all("li"):
        link, status = item.first("a"), item.first("span", "lessons__status")
        if link is not None and status is not None and "/quiz/" not in link.get("href"):
            lessons[link.get("href")] = status.text
    facts = next(page.root.all("dl", "facts"))
    return {"lessons": lessons, "status": next(facts.all("dd")).text}


def result_page(page: Page) -> dict[str, Any]:
    score, lead, ticks = (
        page.root.first("p", "score__num"),
        page.root.first("p", "lead"),
        page.root.first("ol", "ticks"),
    )
    right, asked = numbers(score.text if score else "")[:2]
    percent, needed = numbers(lead.text if lead else "")[:2]
    return {
        "passed": page.heading.startswith("Passed"),
        "right": right,
        "asked": asked,
        "score": percent,
        "needed": needed,
        "ticks": [not item.has_class("is-miss") for item in ticks.all("li")] if ticks else [],
    }


def lesson_page(page: Page) -> dict[str, list[str]]:
    """The answers that stand there, by the key of the check."""
    return {
        form.fields["check"]: sorted(form.chosen.get("answer", []))
        for form in page.forms
        if "check" in form.fields and not form.can_be_sent
    }


async def look_at_the_report(browser: Browser) -> None:
    """HR's file, line by line as a spreadsheet reads it."""
    answer = await browser.client.get("/reports/completion/?format=csv", timeout=60)
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    rows = [row | {"Course": f"{row['Course code']} {row['Course']}"} for row in rows]
    on = FILE_DAY.findall(answer.headers["Content-Disposition"])[0]
    browser.history.add("seen", what="report", on=on, lines=rows)

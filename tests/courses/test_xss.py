"""Hostile text in every field of a course, a lesson and a question, judged on the parsed page."""

import json
import uuid

import pytest
from bs4 import BeautifulSoup

from courses.models import CoursePage
from tests.courses.course import publish
from tests.courses.test_lesson_page import form_of
from tests.gates.xss_corpus import CORPUS as ALL
from tests.gates.xss_corpus import dangers, new_dangers

PER_PAGE = 60
PATHS = (
    "/",
    "/courses/",
    "/courses/always-on/",
    "/courses/always-on/session-plan/",
    "/me/",
    "/courses/always-on/hours/",
)
# What UTF-8 cannot carry, and NUL, never gets through a form: the gates have tests of their own for it.
CORPUS = [text.encode("utf-8", "replace").decode().replace("\0", "") for text in ALL]
CHUNKS = [CORPUS[start : start + PER_PAGE] for start in range(0, len(CORPUS), PER_PAGE)]


def hostile_body(strings: list[str]) -> str:
    """A lesson with a string in every text of every block that holds text."""

    def items(values):
        return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]

    blocks = []
    for text in strings:
        short = text[:60]
        blocks += [
            {"type": "markdown", "value": f"## {text}\n\n{text}\n\n- {text}\n\n```{short}\n{text}\n```"},
            {"type": "text", "value": f"<p>{text}</p>"},
            {"type": "hook", "value": {"text": text}},
            {"type": "meeting", "value": {"speaker_side": "business", "speaker": short, "said": text, "hearer": short, "heard": text, "say_instead": text}},
            {"type": "example", "value": {"title": text, "intro": text, "steps": items([{"step": text, "working": text, "result": short}]), "conclusion": text}},
            {"type": "exhibit", "value": {"title": text, "kind": "mail", "text": f"{text} [1]", "notes": items([text])}},
            {"type": "callout", "value": {"kind": "tip", "title": text, "text": text}},
            {"type": "table", "value": {"caption": text, "head": items([text]), "rows": items([items([text])]), "numbers": []}},
            {"type": "say", "value": {"line": text}},
            {"type": "resources", "value": {"items": items([{"title": text, "url": "javascript:alert(1)", "note": text}])}},
        ]  # fmt: skip
    return json.dumps([{**block, "id": str(uuid.uuid4())} for block in blocks])


@pytest.fixture(autouse=True)
def _nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile text that renders to nothing would be refused as an empty block: here it has to get through."""
    monkeypatch.setattr("courses.writing.readiness.needed", lambda _draft: [])


@pytest.mark.parametrize("strings", CHUNKS, ids=range(len(CHUNKS)))
def test_no_string_becomes_script_in_a_lesson(client, employee, course, strings):
    client.force_login(employee)
    url = "/courses/always-on/hours/"
    course.one.body = hostile_body(["harmless"] * len(strings))
    harmless = (publish(course.one), client.get(url).content.decode())[1]
    course.one.refresh_from_db()
    course.one.body = hostile_body(strings)
    publish(course.one)

    assert dangers_of(client, url, harmless) == []


@pytest.mark.parametrize("text", CORPUS[::9])
def test_no_string_becomes_script_in_titles_and_questions(client, employee, course, text):
    client.force_login(employee)
    question = course.checks[0]
    course.page.session_title, course.page.session_kind, course.page.session_plan = "x", "tour", "x"
    publish(course.page)
    first = {"answer": str(question.options.first().key)}
    answered_before = client.post(
        PATHS[-1], form_of(client.get(PATHS[-1])) | first, follow=True
    ).content.decode()
    before = [client.get(path).content.decode() for path in PATHS]
    course.page.refresh_from_db()
    line = " ".join(text.split())[:180] or "x"
    course.page.title = course.page.summary = line
    course.page.short_title = line[:60]
    course.page.session_title, course.page.session_kind, course.page.session_plan = line[:150], "tour", text
    course.page.outcomes = json.dumps([{"type": "outcome", "value": {"key": "hours", "text": line}}])
    publish(course.page)
    course.one.title = course.one.objective = line
    publish(course.one)
    question.stem, question.section = text, line
    for option in question.options.all():
        option.text = option.explanation = text
        option.save()
    question.save_revision().publish()
    after = [client.get(path).content.decode() for path in PATHS]
    answer = {"answer": str(question.options.first().key)}
    answered = client.post(PATHS[-1], form_of(client.get(PATHS[-1])) | answer, follow=True)

    assert [
        new for page, harmless in zip(after, before, strict=True) for new in new_dangers(page, harmless)
    ] == []
    assert new_dangers(answered.content.decode(), answered_before) == []


def dangers_of(client, path: str, harmless: str, response=None) -> list[str]:
    """What the page has beyond the same page with harmless texts; ids of headings are ours and never clash."""
    html = (response or client.get(path)).content.decode()
    found = new_dangers(html, harmless)
    ids = [element["id"] for element in BeautifulSoup(html, "html.parser").select("[id]")]
    assert [one for one in set(ids) if ids.count(one) > 1] == [], path
    return [
        reason for reason in found if not (reason.startswith("unprefixed id") and reason.split("'")[1] in ids)
    ]


def test_the_judge_would_see_script_in_a_lesson():
    assert dangers("<main><p onclick=alert(1)>x</p><script>alert(1)</script></main>")


def test_the_course_page_class_has_no_text_that_this_file_forgets():
    """A new text field of a course needs a line above."""
    tested = {"title", "summary", "short_title", "session_title", "session_plan", "outcomes"}
    harmless = {"code", "direction", "level", "session_kind"}  # choices, or letters and digits only
    own = {
        field.name
        for field in CoursePage._meta.local_fields
        if field.get_internal_type() in {"CharField", "TextField", "StreamField", "JSONField"}
    }

    assert own - tested - harmless == set()

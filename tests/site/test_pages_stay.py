"""Work on templates, style sheets or views that must change no page: every page as it was, held against now.

    PAGES_WRITE=folder make test         before the work: writes every page into the folder
    PAGES_COMPARE=folder make test       after it: a page that differs fails with its first differences

White space is folded as a browser folds it; clock and chance are fixed, so both runs meet the same pages.
Without the two nothing is compared: what a page should say is told by the tests of that page.
"""

import difflib
import hashlib
import os
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone

from authoring.models import CourseCopy
from bothways.operations.installation import make_tree
from bothways.outage import AWAY, BUSY
from bothways.outage_page import away
from courses.models import ProblemReport
from people.models import PeopleUpload
from quizzes.models import Bank, Question
from tests.conftest import hire
from tests.courses import course as courses
from tests.house.source import ROOT, style_sheets, templates, text_of
from tests.site.estate import ROLES
from tests.site.test_pseudo_locale import addresses, everything, path_of
from tests.worlds import World, again

WRITE, COMPARE = os.environ.get("PAGES_WRITE"), os.environ.get("PAGES_COMPARE")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (WRITE or COMPARE), reason="pages are compared with PAGES_COMPARE only"),
]

NOW = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
SHOWN = 12  # lines of a difference
# Elements beside which white space is not seen. Beside any other it is one space.
BLOCKS = (
    "address|article|aside|blockquote|body|br|caption|check-form|col|colgroup|dd|details|dialog|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|h[1-6]|head|header|hr|html|legend|li|link|main|meta|nav|ol|optgroup|option|p|pre|section|script|"
    'start-form|style|summary|table|tbody|td|tfoot|th|thead|title|tr|ul|!doctype|input type="hidden"'
)
BESIDE_A_BLOCK = re.compile(rf" ?(</?(?:{BLOCKS})(?![\w-])[^>]*>) ?", re.IGNORECASE)
# Classes whose elements lay out what stands in them: white space between it is not seen either.
ROWS = {
    name
    for path in style_sheets()
    for name in re.findall(r"^\.([\w-]+) \{[^}]*display: (?:flex|grid)", text_of(path), re.MULTILINE)
}
TAG = re.compile(r'( ?)<(/?)([\w-]+)((?:"[^"]*"|[^">])*)>( ?)')
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "use"}
KEPT = re.compile(r"(<(pre|textarea|script)\b.*?</\2>)", re.DOTALL)
# What differs from run to run or from database to database, and what stands for it.
FOLDED = [
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "UUID"),
    (re.compile(r'(name="csrfmiddlewaretoken" value|data-token|csrfToken": |"nonce)="?[^"]*'), r"\1=TOKEN"),
    (re.compile(r"\b[\w-]{64}\b"), "TOKEN"),
    (re.compile(r"([?&]v=)[0-9a-f]+|\.[0-9a-f]{12}(?=\.(?:css|js|woff2|svg))"), r"\1HASH"),
    (re.compile(r'(data-w-block-data-value)="[^"]*"'), r"\1"),  # Wagtail's, out of sets
    (re.compile(r"\bserious bulk-action-btn\b"), "bulk-action-btn serious"),  # so are these
    (re.compile(r"/reset/[\w-]+/"), "/reset/KEY/"),
    (re.compile(r"(?<=/)\d+(?=/)|(?<==)\d{1,9}(?=[\"&])"), "N"),
    (re.compile(r'("(?:id|pk)": |data-(?:id|person|object-id)="|(?<=value=")|#)\d+'), r"\1N"),
]  # fmt: skip


def folded(text: str) -> str:
    """A page as a browser reads it, one element a line."""
    out = []
    for number, part in enumerate(KEPT.split(text)):
        if number % 3 == 0:  # then what is kept as it is, and the name of its element
            plain = re.sub(r"\s+", " ", part)
            plain = re.sub(r"<[a-zA-Z!/][^<>]*>", lambda tag: re.sub(r" (?=/?>)", "", tag[0]), plain)
            out.append(re.sub(r'="( ?)([^"]*?) ?"', r'="\2"', plain))
        elif number % 3 == 1:
            out.append(part)
    text = "".join(out)
    while text != (text := BESIDE_A_BLOCK.sub(r"\1", text)):
        pass
    text = _laid_out(text)
    for pattern, instead in FOLDED:
        text = pattern.sub(instead, text)
    return re.sub(r"(?<=[^\n])(?=<)", "\n", text).strip() + "\n"


def _laid_out(text: str) -> str:
    """Without the white space between elements that stand in a row or a grid."""
    is_row = [False]

    def step(tag: re.Match[str]) -> str:
        before, closes, name, attributes, after = tag.groups()
        if closes:
            inside = is_row.pop() if len(is_row) > 1 else False
            before = "" if inside else before
        else:
            before = "" if is_row[-1] else before
            if name not in VOID and not attributes.endswith("/"):
                classes = re.search(r'class="([^"]*)"', attributes)
                is_row.append(bool(classes and ROWS & set(classes[1].split())))
        return f"{before}<{closes}{name}{attributes}>{'' if is_row[-1] else after}"

    return TAG.sub(step, text)


def stays(name: str, text: str) -> list[str]:
    """Writes the page, or says how it differs from the one that was written."""
    file = re.sub(r"[^\w.=-]+", "_", name)[:180] + ".html"
    page = folded(text)
    if WRITE:
        Path(WRITE).mkdir(parents=True, exist_ok=True)
        (Path(WRITE) / file).write_text(page)
        return []
    known = Path(COMPARE or "") / file
    before = known.read_text() if known.exists() else ""
    if before == page:
        return []
    lines = difflib.unified_diff(before.splitlines(), page.splitlines(), "before", "now", n=1, lineterm="")
    return ["\n".join([name, *list(lines)[2 : 2 + SHOWN]])]


def _chance() -> Any:
    """Bytes that look like chance and are the same in every run. They begin anew with each test."""
    number = count()

    def urandom(size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += hashlib.sha256(str(next(number)).encode()).digest()
        return data[:size]

    return urandom


def _fix(patch: pytest.MonkeyPatch) -> None:
    urandom = _chance()
    patch.setattr(os, "urandom", urandom)
    patch.setattr(random, "_urandom", urandom)
    patch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def _fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    _fix(monkeypatch)


@pytest.fixture(scope="module")
def company(world: World, catalogue_page: Any) -> Iterator[SimpleNamespace]:
    """The company of test_pseudo_locale.py, in English, with chance fixed from its first row on."""
    with pytest.MonkeyPatch.context() as patch, world():
        _fix(patch)
        courses.write_course(catalogue_page, code="B8", slug="another", direction="business-for-technicians")
        course = courses.write_course(catalogue_page)
        company = everything(course)
        company.course = course
    return company


def signed_in(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(again(person))
    return client


def page(response: Any) -> str | None:
    """The HTML of an answer with its status; None where there is none."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return None
    return f"<!-- {response.status_code} -->{response.content.decode()}"


def everybody(company: SimpleNamespace) -> list[tuple[str, Any]]:
    return [(role, company.people.get(role)) for role in ROLES]


def test_the_pages_of_a_new_company_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first course, person or word. It stands before the tests that have a company."""
    make_tree()
    roles = {"": None, "Employee": "employee", "Author": "author", "HR": "hr", "Steward": "steward"}
    faults = []
    for group, name in roles.items():
        client = signed_in(
            hire(name, "Employee", *([group] if group != "Employee" else [])) if name else None
        )
        for path in ("/", "/courses/", "/glossary/", "/me/", "/write/", "/write/words/", "/write/import/", "/reports/completion/",
                     "/reports/audiences/", "/reports/audiences/new/", "/people/import/", "/search/?q=x", "/accounts/login/"):  # fmt: skip
            text = page(client.get(path))
            faults += stays(f"new {name} GET {path}", text) if text else []
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("route", addresses())
def test_a_page_stays(company: SimpleNamespace, route: str) -> None:
    """As every role gets it, and as it comes back from a form with nothing in it."""
    path = path_of(route, company.things)
    faults = []
    for role, person in everybody(company):
        for what, ask in {
            "GET": lambda client: client.get(path),
            "POST": lambda client: client.post(path, {}, follow=True),
            "fragment": lambda client: client.post(path, {}, headers={"X-Fragment": "1"}),
        }.items():
            with transaction.atomic():
                text = page(ask(signed_in(person)))
                transaction.set_rollback(True)
            faults += stays(f"{route} {role} {what}", text) if text else []
    assert not faults, "\n\n".join(faults)


ASKED = [
    "/courses/?minutes=20&asked=required", "/courses/?direction=technology-for-business", "/courses/?minutes=1", "/courses/another/", "/courses/another/quiz/",
    "/courses/always-on/reading/", "/glossary/?q=latncy", "/glossary/?q=uptime", "/search/?q=hours", "/search/?q=uptime",
    "/search/?q=zzz", "/nothing/", "/glossary/nothing/", "/reports/completion/?status=overdue", "/team/?q=x",
    "/reports/completion/?q=zzz", "/audit/?q=sign", "/accounts/login/?next=/courses/",
]  # fmt: skip


@pytest.mark.parametrize("path", ASKED)
def test_a_page_with_a_question_stays(company: SimpleNamespace, path: str) -> None:
    faults = []
    for role, person in everybody(company):
        text = page(signed_in(person).get(path))
        faults += stays(f"{path} {role}", text) if text else []
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("stage", ["reading", "read", "importing", "imported", "failed"])
def test_long_work_stays(company: SimpleNamespace, stage: str) -> None:
    """A list of people and the copy of a course, wherever they are."""
    PeopleUpload.objects.filter(pk=company.things["list"]).update(stage=stage)
    CourseCopy.objects.filter(key=company.things["copy"]).update(stage=stage)
    paths = {
        f"/people/import/{company.things['list']}/": "hr",
        "/people/import/": "hr",
        "/write/": "author",
        f"/write/copy/{company.things['copy']}/": "author",
    }
    faults = []
    for path, role in paths.items():
        text = page(signed_in(company.people[role]).get(path))
        faults += stays(f"{stage} {path.replace(str(company.things['copy']), 'copy')}", text) if text else []
    assert not faults, "\n\n".join(faults)


def _fields(response: Any, form: str) -> dict[str, str]:
    element = BeautifulSoup(response.content, "html.parser").select_one(form)
    fields = element.select("input[type=hidden]") if element else []
    return {str(field["name"]): str(field.get("value", "")) for field in fields if field.get("name")}


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("answer", [0, 1, "unsure", None])
def test_feedback_of_a_check_stays(
    company: SimpleNamespace, answer: int | str | None, fragment: bool
) -> None:
    client, url = signed_in(company.people["reviewer"]), "/courses/always-on/hours/"
    check = again(company.course).checks[0]
    chosen = str(check.options.order_by("sort_order")[answer].key) if isinstance(answer, int) else answer
    sent = _fields(client.get(url), "#check-1") | ({"answer": chosen} if chosen else {})
    headers = {"X-Fragment": "1"} if fragment else {}
    response = client.post(url, sent, headers=headers, follow=True)

    faults = stays(f"check {answer} {fragment}", page(response) or "")
    faults += stays(f"check {answer} {fragment} again", page(client.get(url)) or "")
    assert not faults, "\n\n".join(faults)


def test_a_quiz_stays_from_its_start_to_its_result(company: SimpleNamespace) -> None:
    client, url = signed_in(company.people["steward_business"]), "/courses/always-on/quiz/"
    faults = stays("quiz start", page(client.get(url)) or "")
    response = client.post(url, _fields(client.get(url), "form[method=post]"), follow=True)
    for step in range(6):
        faults += stays(f"quiz {step}", page(response) or "")
        shown = BeautifulSoup(response.content, "html.parser")
        form = shown.select_one("form#question")
        if form is None:
            break
        boxes = form.select("input[type=radio][name=answer]")
        sent = _fields(response, "form#question") | {"answer": str(boxes[step % 2]["value"])} if boxes else {}
        response = client.post(str(form["action"]), sent, follow=True)
        faults += stays(f"quiz {step} answered", page(response) or "")
        onward = BeautifulSoup(response.content, "html.parser").select_one("a.btn, .check__do a")
        response = client.get(str(onward["href"])) if onward else response
    faults += stays("quiz start after it", page(client.get(url)) or "")
    assert not faults, "\n\n".join(faults)


def test_error_pages_stay(company: SimpleNamespace) -> None:
    request = RequestFactory().get("/courses/")
    faults = []
    for found in (AWAY, BUSY):
        faults += stays(f"outage {found}", away(request, found).content.decode())
        faults += stays(f"outage {found} POST", away(RequestFactory().post("/me/"), found).content.decode())
    # How the server does is measured anew each time: figures are folded.
    faults += stays("health", re.sub(r"\d[\d.,]*", "N", signed_in(None).get("/health/").content.decode()))
    for name in ("403", "404", "429", "500"):
        faults += stays(
            f"error {name}", render_to_string(f"{name}.html", {"reference": "0" * 8, "exception": ""})
        )
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("by_link", [False, True])
def test_mails_stay(company: SimpleNamespace, by_link: bool) -> None:
    report = ProblemReport.objects.get(pk=company.things["report"])
    report.answer = "Mended."
    context = {
        "employee": company.people["employee"], "brand": "Bothways", "organisation": "Example Ltd", "at": NOW, "zone": "UTC",
        "forgotten": "[forgotten]", "url": "[url]", "link": "[link]", "hours": 24, "by_link": by_link, "report": report,
    }  # fmt: skip
    faults = []
    for path in templates():
        name = path.relative_to(ROOT).as_posix().partition("/templates/")[2]
        if path.suffix == ".txt":
            faults += stays(f"mail {by_link} {name}", render_to_string(name, context).replace("\n", "<br>"))
    assert not faults, "\n\n".join(faults)


def _admin(company: SimpleNamespace) -> list[str]:
    question, bank = Question.objects.order_by("pk")[0], Bank.objects.order_by("pk")[0]
    things = company.things
    return [
        "", "account/", "users/", "users/new/", f"users/{things['user']}/", "pages/", f"pages/{things['write_course']}/edit/",
        f"pages/{things['page']}/edit/", "snippets/quizzes/question/", "snippets/quizzes/question/add/",
        f"snippets/quizzes/question/edit/{question.pk}/", f"snippets/quizzes/bank/edit/{bank.pk}/", "snippets/glossary/word/add/",
        f"snippets/glossary/word/edit/{_first('Word')}/", "snippets/glossary/sense/add/", f"snippets/glossary/sense/edit/{_first('Sense')}/",
        "snippets/choose/quizzes/question/", "reports/", "images/add/", "nothing/",
    ]  # fmt: skip


def _first(model: str) -> Any:
    from django.apps import apps

    return apps.get_model("glossary", model)._default_manager.order_by("pk")[0].pk


def test_wagtails_admin_stays(company: SimpleNamespace) -> None:
    faults = []
    for role in ("author", "steward_business", "administrator"):
        client = signed_in(company.people[role])
        for number, path in enumerate(_admin(company)):
            text = page(client.get(f"/admin/{path}", follow=True))
            named = f"admin {role} {number} {re.sub(r'[0-9]+', 'N', path)}"
            faults += stays(named, text) if text else []
    assert not faults, "\n\n".join(faults)

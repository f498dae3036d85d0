"""What an upgraded installation says for itself: its checks, HR's files, and every address in some roles.

    python tests/upgrades/after_upgrade.py 2026-q1,2026-q2 hr administrator+wagtail …

In one process, on the installation that BOTHWAYS_DATA or DATABASE_URL names; pages that are opened
are written to its log, so they come last. Wagtail's own addresses (admin/) are opened by whom
"+wagtail" is said of: there are four times as many as ours, and slower. Every lesson, course and word
that is published is opened as an employee.
"""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PERIODS = sys.argv[1].split(",")
ROLES = {role: bool(wagtail) for role, _plus, wagtail in (word.partition("+") for word in sys.argv[2:])}
BREAKS_ON_PURPOSE = "admin/failwhale/"
sys.path.insert(0, str(Path(__file__).parent))

from exports import exports, set_up  # noqa: E402

set_up(ROOT)

from django.core.management import CommandError, call_command  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.documents.models import Document  # noqa: E402
from wagtail.images.models import Image  # noqa: E402

from courses.models import LessonPage, Published  # noqa: E402
from glossary.models import PublishedWord, Word  # noqa: E402
from people.models import Employee  # noqa: E402
from quizzes.models import Attempt, Question  # noqa: E402
from tests.site.addresses import filled, routes  # noqa: E402

MAILBOXES = {"administrator": "admin"}
DOORS = ("/", "/courses/", "/reports/completion/", "/admin/", "/audit/", "/write/", "/team/")


def things() -> dict[str, Any]:
    """One of everything that addresses name; where there is none, a key that no row has."""

    def key(row: Model | None) -> Any:
        return 0 if row is None else row.pk

    lesson = LessonPage.objects.live().order_by("path").first()
    row = Published.objects.get(page_id=lesson.pk)
    attempt = Attempt.objects.order_by("-pk").first()
    word = Word.objects.filter(senses__live=True).order_by("pk").first()
    question = Question.objects.filter(live=True).order_by("pk").first()
    document = Document.objects.first()
    return {
        "page": lesson.pk, "course": row.course_slug, "lesson": row.slug, "attempt": attempt.public_id,
        "question": question.pk, "bank": question.bank_id, "word": word.pk, "slug": word.slug,
        "sense": word.senses.filter(live=True).first().pk, "user": Employee.objects.order_by("pk").last().pk,
        "image": key(Image.objects.first()), "document": key(document), "revision": lesson.latest_revision_id,
        "file": document.file.name if document else "documents/none.txt",
    }  # fmt: skip


def opened(role: str, paths: list[str]) -> Iterator[tuple[str, int, str]]:
    """Each path with the answer's status, and why where it broke."""
    client = Client(raise_request_exception=False, HTTP_HOST="127.0.0.1")
    if role != "anonymous":
        mailbox = MAILBOXES.get(role, role.replace("_", "-"))
        client.force_login(Employee.objects.get(email=f"{mailbox}@example.com"))
    cookies = dict(client.cookies)
    for path in paths:
        client.cookies.clear()
        client.cookies.update(cookies)
        answer = client.get(path)
        if answer.streaming:
            answer.getvalue()  # a file that is sent stays open until it was read
        # Health says 503, since no worker runs.
        broke = answer.status_code >= 500 and not path.startswith("/health/")
        yield path, answer.status_code, repr(getattr(answer, "exc_info", None)) if broke else ""


def verified(command: str) -> str:
    """The last line of what it says, or why it complains."""
    said = StringIO()
    try:
        call_command(command, stdout=said)
    except CommandError as error:
        return f"refused: {error}"
    return said.getvalue().splitlines()[-1]


def main() -> None:
    logging.disable(logging.CRITICAL)
    checks = {command: verified(command) for command in ("verify_records", "verify_audit")}
    files = exports(PERIODS)
    named = things()
    ours, wagtails = set(), set()
    for route in set(routes()) - {BREAKS_ON_PURPOSE}:
        (wagtails if route.startswith("admin/") else ours).add(filled(route, named, otherwise="1"))
    published = [
        *(f"/courses/{course}/{slug}/" if slug else f"/courses/{course}/" for course, slug in
          Published.objects.values_list("course_slug", "slug")),
        *(f"/glossary/{slug}/" for slug in PublishedWord.objects.values_list("slug", flat=True)),
    ]  # fmt: skip
    answers = {
        role: list(opened(role, sorted(ours.union(DOORS, wagtails if wagtail else ()))))
        for role, wagtail in ROLES.items()
    }
    answers["every published page"] = list(opened("employee", published))
    json.dump(
        {
            "verified": checks,
            "exports": files,
            "opened": sum(map(len, answers.values())),
            "broken": [
                (path, role, why) for role, found in answers.items() for path, _code, why in found if why
            ],
            "doors": {
                role: {path: code for path, code, _why in found if path in DOORS}
                for role, found in answers.items()
            },
            "published": sorted({code for _path, code, _why in answers["every published page"]}),
        },
        sys.stdout,
    )


main()

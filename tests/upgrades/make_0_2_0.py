"""A stored company of version 0.2.0 with the hard cases, written by the code of 0.2.0 itself.

    python tests/upgrades/make_0_2_0.py CHECKOUT TARGET

CHECKOUT is a checkout of that version (a0df283), TARGET a folder for the results:
NAME.sqlite3.xz, NAME-files.tar.xz, NAME-backup.zip and NAME-exports.json with the CSV files that
HR got for three quarters. `test_upgrade.py` upgrades every one that lies beside it.

Every version adds a company: before a release, copy this file under the name of that version, add
what the version brought, run it with a checkout of the very commit, and keep the results here.
What was stored is never made anew: it is what somebody's installation holds.

Everything happens through the actions of that version, with a moved clock. Only the password of
`hire` below opens an account, and it opens nothing else.
"""

import io
import json
import os
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from keeping import Clock, keep
from staff_0_2_0 import CAST, HEADINGS, LEAVER, MOVED, REHIRED, TURNED, line, staff

NAME = "0.2.0-company"
CHECKOUT, TARGET = (Path(argument).resolve() for argument in sys.argv[1:3])
DATA = TARGET / "data"
QUARTERS = ("2026-q1", "2026-q2", "2026-q3")
PASSWORD = "correct horse battery"
AUDIT_ENTRIES = 500
os.environ |= {
    "BOTHWAYS_DATA": str(DATA),
    "STARTER_CONTENT": "first",
    "DJANGO_SETTINGS_MODULE": "bothways.settings",
}
shutil.rmtree(DATA, ignore_errors=True)  # before the settings make their key in it
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "site")]
os.chdir(CHECKOUT)

import django  # noqa: E402
from django.utils import timezone  # noqa: E402

clock = Clock()
timezone.now = clock
django.setup()

from bothways.demo.history import Course, Learner  # noqa: E402
from bothways.demo.plans import ALL_LESSONS, Plan  # noqa: E402
from courses.importing import actions as course_files  # noqa: E402
from courses.writing import actions as writing  # noqa: E402
from courses.writing.teams import add_author, files_of  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from PIL import Image as Picture  # noqa: E402
from wagtail.documents.models import Document  # noqa: E402
from wagtail.images.models import Image  # noqa: E402
from wagtail.models import Comment  # noqa: E402
from words_0_2_0 import person, publish, t2, words  # noqa: E402

from bothways import installation  # noqa: E402
from courses import actions as courses  # noqa: E402
from courses.models import Audience, CoursePage, LessonPage, Published  # noqa: E402
from gates.archives import pack  # noqa: E402
from people import actions as people  # noqa: E402
from people import audit, limits, roles  # noqa: E402
from people.importing import import_people  # noqa: E402
from people.importing.actions import keep_upload  # noqa: E402
from people.models import AuditHead, Department, Employee, Organisation, OutboxMail, Side  # noqa: E402
from quizzes.models import Option, Question  # noqa: E402
from reports.audit import read_person  # noqa: E402


def make() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    begin()
    first_year()
    second_course()
    words(clock.go_to(2026, 7, 1))
    reviews()
    changes_among_people()
    reports_and_mail()
    files()
    left_open()
    fill_the_log()
    connections.close_all()


def numbered(number: str) -> Employee:
    return Employee.objects.get(employee_number=number)


def load_people(lines: dict[str, str]) -> None:
    table = "\n".join([HEADINGS, *lines.values()]).encode()
    plan = import_people(io.BytesIO(table), by=person("admin"), now=clock(), may_change_guarded=True)
    assert not plan.reported, plan.reported


def begin() -> None:
    """The organisation with its first course, forty people, their roles and whom HR asks to take it."""
    now = clock()
    installation.make_tree()
    installation.load_first_course(say=sys.stdout.write, now=now)
    Organisation.objects.create(pk=1, name="Harrow & Quill", time_zone="Europe/Berlin")
    people.hire(
        email="admin@example.com", display_name="Admin", side=Side.TECHNOLOGY, started_on=date(2024, 1, 2),
        roles=(roles.EMPLOYEE, roles.ADMINISTRATOR), password=PASSWORD, now=now,
    )  # fmt: skip
    people.hire(email="outsider@example.com", display_name="Outsider", side=Side.BUSINESS, roles=(), now=now)
    load_people(staff())
    for mailbox, (_side, role) in CAST.items():
        who = person(mailbox)
        before = audit.roles_held(who)
        people.set_roles(who, {roles.EMPLOYEE, role} - {""})
        audit.record_roles(actor=person("admin"), employee=who, before=before, origin=audit.PAGE, now=clock())
    add_author(course=t2(), employee=person("author"))
    people.save_preferences(person("employee"), theme="dark", time_zone="Europe/Lisbon", marks_terms=False)
    clock.go_to(2025, 11, 10)
    ask(scope="side", side="business", requirement="required", due_on=date(2026, 3, 31))
    ask(scope="side", side="technology", requirement="recommended")
    logistics = Department.objects.get(name="Logistics")
    ask(scope="department", department=logistics, requirement="required", due_on=date(2025, 12, 20))


def ask(**whom: Any) -> Audience:
    course = whom.pop("course", None) or t2()
    wanted = Audience(course=course, course_key=course.translation_key, **whom)
    return courses.set_audience(wanted, by=person("hr"), now=clock())


def lesson(number: int) -> LessonPage:
    return LessonPage.objects.child_of(t2()).order_by("path")[number - 1]


def learn(code: str, plans: dict[str, Plan]) -> None:
    """Each of these people, by employee number, goes as far as the plan says before now."""
    now = clock()
    course = Course.read(Published.objects.get(slug="", card__code=code))
    for number, plan in plans.items():
        Learner(numbered(number), course, plan, now=now, end=now - timedelta(hours=1)).learn()


def all_of_it(begins: int, *misses: int) -> Plan:
    return Plan(begins=begins, pace=2, lessons=ALL_LESSONS, misses=misses)


def first_year() -> None:
    """Completed, failed and completed, failed only, left in the midst of lessons and of the quiz."""
    clock.go_to(2026, 2, 27)
    learn("T2", {
        "1003": all_of_it(90, 0), "1004": all_of_it(80, 1), "2001": all_of_it(95, 0), "2002": all_of_it(70, 4, 1),
        LEAVER: all_of_it(60, 0), "2004": Plan(begins=50, pace=3, lessons=2, checks=1),
        "2005": Plan(begins=40, pace=2, lessons=ALL_LESSONS, in_quiz=3), REHIRED: Plan(begins=45, pace=3, lessons=3),
        "2006": all_of_it(50, 6), MOVED: all_of_it(66, 1),
    })  # fmt: skip
    clock.go_to(2026, 5, 4)
    courses.end_audience(Audience.objects.get(scope="department"), by=person("hr"), now=clock())


def write_question(course: CoursePage, code: str, purpose: str, **fields: Any) -> Question:
    question = Question(
        bank=course.bank,
        locale=course.locale,
        code=code,
        purpose=purpose,
        stem=f"Who signs the order {code}?",
        **fields,
    )
    why = "The budget is theirs, so the order waits until they have signed it."
    texts = ["Whoever owns the budget", "Whoever installs it", "Nobody; it is a subscription"]
    question.options = [
        Option(sort_order=place, text=text, is_correct=place == 0, explanation=why)
        for place, text in enumerate(texts)
    ]
    question.save()
    publish(question, by="author")
    return question


def second_course() -> None:
    """A course that an author wrote, that people took, that had two criteria, and that is offline now."""
    clock.go_to(2026, 5, 11)
    made = writing.start_course(
        author=person("author"), title="Ordering IT", code="H1", direction="business-for-technicians"
    )
    course = CoursePage.objects.get(pk=made.pk)
    course.summary, course.quiz_questions, course.pass_percent = "From a wish to an invoice.", 4, 75
    course.outcomes = json.dumps([{"type": "outcome", "value": {"key": "order", "text": "place an order"}}])
    checks = [write_question(course, f"h1-c1-{number}", "check") for number in (1, 2)]
    for number in range(8):
        write_question(course, f"h1-q{number}", "quiz", outcome="order")
    for place, asked in enumerate((checks[:1], []), start=1):
        page = writing.start_lesson(course=course, author=person("author"))
        page.title, page.slug, page.objective = f"Step {place}", f"step-{place}", "place an order"
        body: list[dict[str, Any]] = [{"type": "markdown", "value": "## A wish\n\nIt begins with a *wish*."}]
        if asked:
            items = [{"type": "item", "value": one.pk, "id": str(one.translation_key)} for one in asked]
            body.append({"type": "checks", "value": {"questions": items}})
        page.body = json.dumps(body)
        publish(page, by="author")
    course.refresh_from_db(fields=["numchild"])
    publish(course, by="author")
    ask(course=course, scope="side", side="technology", requirement="required", due_on=date(2026, 6, 30))
    clock.go_to(2026, 6, 20)
    learn(
        "H1", {"1003": all_of_it(30, 0), "1008": all_of_it(25, 1), "2005": Plan(begins=20, pace=2, lessons=1)}
    )
    course = CoursePage.objects.get(code="H1")
    course.pass_percent = 50
    publish(course, by="author")
    courses.refresh_open_records(course_key=str(course.translation_key), now=clock())
    learn("H1", {"2010": all_of_it(20, 2), "2030": Plan(begins=8, pace=1, lessons=2, in_quiz=2)})
    writing.copy_course(course=course, author=person("author"), title="Ordering IT, short", code="H2")
    clock.go_to(2026, 6, 29)
    CoursePage.objects.get(code="H1").unpublish(user=person("admin"))


def reviews() -> None:
    """One approved, one sent back; a question that was asked in two versions; then people go on learning."""
    clock.go_to(2026, 7, 6)
    state = submit(lesson(2), objective="tell an incident from a problem")
    state.current_task_state.task.specific.on_action(state.current_task_state, person("reviewer"), "approve")
    state = submit(lesson(3), objective="something else")
    state.current_task_state.task.specific.on_action(
        state.current_task_state, person("reviewer"), "reject", comment="Which promise is meant?"
    )
    question = Question.objects.filter(bank=t2().bank, purpose="quiz", live=True).order_by("code")[0]
    question.stem += " (Think of a month.)"
    publish(question, by="author")
    extra = lesson(5)
    extra.is_required = False
    publish(extra, by="author")
    courses.refresh_open_records(course_key=str(t2().translation_key), now=clock())
    clock.go_to(2026, 9, 28)
    learn("T2", {
        "1007": all_of_it(60, 1), "1001": Plan(begins=40, pace=2, lessons=4), "2008": all_of_it(75, 2, 2, 0),
        "2012": all_of_it(50, 0), "2013": Plan(begins=30, pace=2, lessons=ALL_LESSONS, in_quiz=5),
        TURNED: all_of_it(45, 0), "2020": Plan(begins=3, pace=1),
    })  # fmt: skip


def submit(page: LessonPage, **changed: Any) -> Any:
    page = page.get_latest_revision_as_object()
    for name, value in changed.items():
        setattr(page, name, value)
    page.save_revision(user=person("author"))
    return page.get_workflow().start(LessonPage.objects.get(pk=page.pk), person("author"))


def changes_among_people() -> None:
    """Somebody left, somebody left and came again, somebody moved twice, somebody changed sides."""
    lines = staff()
    clock.go_to(2026, 9, 30)
    people.leave(numbered(LEAVER), date(2026, 9, 30), clock())
    people.leave(numbered(REHIRED), date(2026, 9, 30), clock())
    people.move(numbered(MOVED), Department.objects.get(name="Service"), date(2026, 8, 1))
    clock.go_to(2026, 11, 2)

    def changed(number: str, **fields: str) -> str:
        who = numbered(number)
        return line(
            number,
            str(who),
            who.email,
            fields.pop("side", who.side),
            fields.pop("department"),
            manager="1002",
            **fields,
        )

    lines[LEAVER] = changed(LEAVER, department="Finance", start="2024-03-15", leaves="2026-09-30")
    lines[REHIRED] = changed(REHIRED, department="Finance", start="2026-11-01")
    lines[MOVED] = changed(MOVED, department="Technology/Platform", start="2024-11-15", since="2026-10-15")
    lines[TURNED] = changed(
        TURNED, department="Finance", side="business", start="2024-03-15", since="2026-11-01"
    )
    load_people(lines)
    turned, moved = numbered(TURNED), numbered(MOVED)
    assert (turned.side, moved.memberships.count(), numbered(REHIRED).memberships.count()) == (
        "business",
        3,
        2,
    )
    assert numbered(LEAVER).left_on == date(2026, 9, 30)


def reports_and_mail() -> None:
    """What readers reported; mail that was sent, that was given up, that failed once, that waits."""
    clock.go_to(2026, 11, 9)
    told = [
        writing.report_problem(
            lesson_id=lesson(number).pk, reporter=person("employee"), text=text, now=clock()
        )
        for number, text in ((1, "The sum is wrong."), (2, "A word is missing."), (2, "Which month?"))
    ]
    for report in told[:2]:
        writing.answer_report(
            report=report, author=person("author"), answer="Thank you, mended.", now=clock()
        )
    writing.put_away(report=told[0], reader=person("employee"), now=clock())
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    people.deliver_waiting_mail(now=clock() + timedelta(minutes=1))
    people.invite(numbered("2029"), clock())
    settings.OUTBOX_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    for tries in range(1, 11):
        clock.go_to(2026, 11, 9 + tries, hour=20)
        people.deliver_waiting_mail(now=clock())
    people.invite(numbered("2030"), clock())
    people.deliver_waiting_mail(now=clock())
    people.invite(numbered("2028"), clock())
    states = [(mail.state, mail.tries) for mail in OutboxMail.objects.order_by("pk")]
    assert states[:2] == [("sent", 1)] * 2, states
    assert states[-3:] == [("failed", 10), ("waiting", 1), ("waiting", 0)], states


def files() -> None:
    """A picture with a rendition, a document, and two files that wait for their sender's yes."""
    clock.go_to(2026, 11, 20)
    drawn = io.BytesIO()
    Picture.radial_gradient("L").resize((120, 90)).save(drawn, "PNG")
    collection, author = files_of(t2()), person("author")
    image = Image.objects.create(
        title="A plan",
        file=ContentFile(drawn.getvalue(), name="a plan.png"),
        collection=collection,
        uploaded_by_user=author,
    )
    image.get_rendition("width-60")
    Document.objects.create(
        title="Notes",
        file=ContentFile("Grüße\n".encode(), name="notes.txt"),
        collection=collection,
        uploaded_by_user=author,
    )
    archive = pack([("h3/course.yaml", b"code: H3\ntitle: Later\n"), ("h3/01-first.md", b"# First\n")])
    course_files.keep_upload(sender=author, name="h3.zip", content=archive, course=None, now=clock())
    table = "\n".join(
        [HEADINGS, line("3001", "New One", "new.one@example.com", "business", "Finance")]
    ).encode()
    keep_upload(uploader=person("hr"), name="people.csv", content=table, invite=True, now=clock())


def left_open() -> None:
    """A review that runs, drafts, a draft that goes live next year, a remark on one, missed sign-ins."""
    clock.go_to(2026, 11, 23)
    submit(lesson(1), objective="say what 99.9 % really buys")
    later = lesson(4)
    later.title, later.go_live_at = "RTO and RPO, revised", datetime(2027, 3, 1, tzinfo=UTC)
    later.save_revision(user=person("author"), approved_go_live_at=later.go_live_at).publish(
        user=person("admin"), skip_permission_checks=True
    )
    writing.start_lesson(course=t2(), author=person("author"))
    Comment.objects.create(page=lesson(1), user=person("author"), text="Shorter?", contentpath="objective")
    question = Question.objects.filter(bank=t2().bank, live=True).order_by("code").last()
    question.stem = "A draft that nobody is asked yet?"
    question.save_revision(user=person("author"))
    clock.go_to(2026, 11, 24)
    for _time in range(3):
        limits.begin_attempt(email="employee@example.com", address="192.0.2.7", now=clock())


def fill_the_log() -> None:
    everybody = list(Employee.objects.order_by("pk"))
    number = AuditHead.objects.get(pk=1).number
    for place in range(AUDIT_ENTRIES - number):
        about = everybody[place % len(everybody)]
        if place % 3:
            read_person(about, by=person("hr"), now=clock())
        else:
            audit.record_missed_sign_in(email=about.email, address="192.0.2.7", now=clock())
    assert audit.read().is_whole
    assert AuditHead.objects.get(pk=1).number == AUDIT_ENTRIES


if __name__ == "__main__":
    make()
    keep(NAME, checkout=CHECKOUT, data=DATA, target=TARGET, periods=QUARTERS)

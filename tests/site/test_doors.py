"""Whatever button: every writing view, bulk action and API action of Wagtail has the same effects, rules and entries.

Each door is opened by everybody. Whoever is refused has changed no row; whoever is not has left pages, what is
shown of them, what completing takes and the log in agreement, and did it in one transaction.
"""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import signals
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.models import Page, Revision, Workflow

from audit.log import Verb
from audit.models import AuditEntry
from authoring.teams import add_author
from bothways.tasks import publish_scheduled
from courses.models import CoursePage, Criterion, LessonPage, Published
from glossary.models import PublishedWord, Sense, Word
from people.models import Employee
from quizzes.models import Question, QuestionVersion
from tests.conftest import hire
from tests.courses.course import write_course
from tests.site.doors import DOORS, ROLES, Door
from tests.worlds import World, again

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(world: World, catalogue_page: Any) -> SimpleNamespace:
    """Two live courses; in the first a changed lesson in review, a draft that is ready, one that is not."""
    with world():
        first = write_course(catalogue_page)
        second = write_course(catalogue_page, code="B8", slug="another", direction="business-for-technicians")
        elsewhere = LessonPage.objects.get(pk=second.two.pk)
        elsewhere.slug = "reading-elsewhere"  # the place of a lesson that moves there
        elsewhere.save_revision().publish()
        people = {
            "employee": hire("takes", "Employee"),
            "hr": hire("office", "Employee", "HR"),
            "steward": hire("words", "Employee", "Steward"),
            "other_author": hire("elsewhere", "Employee", "Author", side="technology"),
            "author": hire("writes", "Employee", "Author", side="technology"),
            "same_side": hire("same-side", "Employee", "Reviewer", side="technology"),
            "reviewer": hire("reads", "Employee", "Reviewer"),
            "administrator": hire("keeps", "Employee", "Administrator"),
            "boss": hire("boss", "Employee", is_superuser=True),
        }
        add_author(course=first.page, employee=people["author"])
        add_author(course=second.page, employee=people["other_author"])
        changed = LessonPage.objects.get(pk=first.one.pk)
        changed.title = "Hours, told better"
        changed.save_revision(user=people["author"])
        changed = LessonPage.objects.get(pk=changed.pk)
        state = Workflow.objects.get(name="Reviewed by the other side").start(changed, people["author"])
        ready = _draft(first.page, "Ready", people["author"], objective="be ready", body=first.two.body)
        unready = _draft(first.page, "Unready", people["author"], objective="", body=[])
        question = Question.objects.get(pk=first.checks[0].pk)
        question.stem = "What does it allow, told better?"
        question.save_revision(user=people["author"])
        free = Question(
            bank=first.bank, locale=question.locale, code="free", purpose="check", stem="Free?", live=False
        )
        free.save()
        free.save_revision(user=people["author"])
        sense = _word("uptime")
        return SimpleNamespace(
            first=first.page, second=second.page, one=changed, two=first.two, ready=ready, unready=unready,
            task=state.current_task_state, question=question, free=free, sense=sense,
            catalogue=catalogue_page, **{f"as_{role}": person for role, person in people.items()},
        )  # fmt: skip


def _draft(course: CoursePage, title: str, by: Employee, **fields: Any) -> LessonPage:
    course = CoursePage.objects.get(pk=course.pk)
    page = LessonPage(title=title, slug=title.lower(), live=False, locale=course.locale, **fields)
    course.add_child(instance=page)
    page.save_revision(user=by, clean=False)
    return LessonPage.objects.get(pk=page.pk)


def _word(lemma: str) -> Sense:
    from wagtail.models import Locale

    word = Word.objects.create(lemma=lemma, slug=lemma, locale=Locale.objects.get(language_code="en"))
    sense = Sense(
        word=word, locale=word.locale, gloss="Time in use", wording_business="b", wording_technology="t"
    )
    sense.save()
    sense.save_revision().publish()
    return Sense.objects.get(pk=sense.pk)


@pytest.fixture
def site(made: SimpleNamespace, db: None) -> SimpleNamespace:
    return again(made)


ELSEWHERE = {
    "edit": "tests/authoring/test_approve.py", "revisions_revert": "test_a_revert_that_publishes",
    "add": "test_a_page_that_is_made_and_published", "revisions_unschedule": "test_a_day_that_was_set",
}  # fmt: skip
PUBLISHES_NOTHING = frozenset(
    {
        "add_subpage", "choose_parent", "collect_workflow_action_data", "confirm_workflow_cancellation",
        "content_type_use", "content_type_use_results", "convert_alias", "history", "history_results", "index",
        "index_results", "lock", "move", "preview_on_add", "preview_on_edit", "revisions_compare", "revisions_view",
        "search", "search_results", "set_privacy", "unlock", "usage", "view_draft", "workflow_history",
        "workflow_history_detail", "workflow_preview",
    }
)  # fmt: skip


def test_every_door_of_pages_is_tried_or_publishes_nothing() -> None:
    """A new version of Wagtail that brings a view or an action makes this fail."""
    views = set(page_viewset_registry.get_by_type(LessonPage).views)
    tried = {
        "unpublish", "move_confirm", "set_page_position", "workflow_action", "copy", "delete", *ELSEWHERE,
    }  # fmt: skip
    actions = set(PagesAdminAPIViewSet.actions)

    assert views == tried | PUBLISHES_NOTHING
    assert actions == {
        "convert_alias", "copy", "copy_for_translation", "create_alias", "delete", "move", "publish",
        "revert_to_page_revision", "unpublish",
    }  # fmt: skip
    assert {action.action_type for action in bulk_action_registry.get_bulk_actions_for_model("wagtailcore", "page")} == {
        "delete", "move", "publish", "unpublish",
    }  # fmt: skip


@pytest.fixture
def in_transactions() -> Iterator[list[int]]:
    """How deep each effect stood in transactions beyond the test's own."""
    outside = len(connection.savepoint_ids)
    depths: list[int] = []

    def note(**kwargs: Any) -> None:
        depths.append(len(connection.savepoint_ids) - outside)

    told = (signals.page_published, signals.page_unpublished, signals.post_page_move, signals.unpublished)
    for signal in told:
        signal.connect(note)
    yield depths
    for signal in told:
        signal.disconnect(note)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door(
    door: Door, role: str, site: SimpleNamespace, client: Client, in_transactions: list[int]
) -> None:
    client.force_login(getattr(site, f"as_{role}"))
    before, logged = everything(), AuditEntry.objects.count()

    answer = door.ask(client, site)

    assert answer.status_code < 500
    entries = [
        entry
        for entry in AuditEntry.objects.order_by("number").values_list("verb", "actor")[logged:]
        if entry[0] != Verb.PAGE_REFUSED  # which says that the door did not open
    ]
    if role in door.to:
        assert entries == [(verb, getattr(site, f"as_{role}").pk) for verb in door.log]
        assert everything() != before
        assert all(depth > 0 for depth in in_transactions)
    else:
        assert (entries, everything()) == ([], before)
    assert_agreement()


# What needs a form of its own ------------------------------------------------------------------------


def lesson(page: LessonPage, **changes: str) -> dict[str, str]:
    """The editor's form of a lesson of one text block."""
    block = page.body.raw_data[0]
    return {
        "title": page.title, "slug": page.slug, "objective": page.objective, "minutes": "7", "outcome": "",
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "", "is_required": "on",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-id": block["id"],
        "body-0-type": "markdown", "body-0-value": block["value"], "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "",
    } | changes  # fmt: skip


def test_a_page_that_is_made_and_published(site: SimpleNamespace, client: Client) -> None:
    """By a superuser only: others have somebody read it first. What is not ready stays as a draft."""
    address = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", site.first.pk])
    form = lesson(site.ready, title="New", slug="new") | {"action-publish": "1", "body-0-id": ""}
    client.force_login(site.as_reviewer)
    client.post(address, form)
    assert not LessonPage.objects.get(slug="new").live
    client.force_login(site.as_boss)

    client.post(address, form | {"slug": "new-2"})
    page = client.post(address, form | {"slug": "new-3", "objective": ""}, follow=True).content.decode()

    assert LessonPage.objects.get(slug="new-2").live
    assert "objective" in page
    assert_agreement()


def test_a_revert_that_publishes(site: SimpleNamespace, client: Client) -> None:
    """An address of its own in Wagtail, with the same rules: the reviewer's own change is not published."""
    old = site.ready.latest_revision
    changed = site.ready.get_latest_revision_as_object()
    changed.title = "Ready, by the reviewer"
    changed.save_revision(user=site.as_reviewer)
    address = reverse("wagtailadmin_pages:revisions_revert", args=[site.ready.pk, old.pk])
    client.force_login(site.as_reviewer)

    page = client.post(address, lesson(site.ready) | {"action-publish": "1"}, follow=True).content.decode()

    assert "you changed this text last" in page
    assert not LessonPage.objects.get(pk=site.ready.pk).live
    assert_agreement()


def test_a_day_that_was_set(site: SimpleNamespace, client: Client) -> None:
    """Setting a day is deciding: it is refused as publishing is; it stands in the log, and so does the day itself."""
    address = reverse("wagtailadmin_pages:edit", args=[site.ready.pk])
    soon = {"go_live_at": "2027-12-24 08:00", "action-publish": "1"}
    before = AuditEntry.objects.count()
    client.force_login(site.as_same_side)
    client.post(address, lesson(site.ready, **soon))
    assert AuditEntry.objects.count() == before
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    client.force_login(site.as_reviewer)
    client.post(address, lesson(site.ready, **soon))

    set_ = Revision.objects.get(approved_go_live_at__isnull=False)
    past = timezone.now() - timedelta(minutes=1)  # the day has come
    content = {**set_.content, "go_live_at": past.isoformat()}
    Revision.objects.filter(pk=set_.pk).update(content=content, approved_go_live_at=past)
    publish_scheduled(now=timezone.now())
    entries = AuditEntry.objects.order_by("number").values_list("verb", "about", "actor", "origin")
    about = f"page:{site.ready.pk}"
    assert list(entries[before:]) == [
        ("scheduled", about, site.as_reviewer.pk, "editor"),
        ("published", about, None, "schedule"),
    ]
    assert_agreement()


def everything() -> dict[str, list[Any]]:
    """What publishing is about, row by row."""
    return {
        "pages": list(Page.objects.order_by("pk").values_list("pk", "path", "slug", "live", "live_revision", "latest_revision", "title")),
        "shown": list(Published.objects.order_by("pk").values_list("page", "course_slug", "slug", "position", "data")),
        "rules": list(Criterion.objects.order_by("pk").values_list("course", "number", "rule")),
        "questions": list(Question.objects.order_by("pk").values_list("pk", "live", "latest_revision", "stem")),
        "versions": list(QuestionVersion.objects.order_by("pk").values_list("pk", flat=True)),
        "senses": list(Sense.objects.order_by("pk").values_list("pk", "live", "latest_revision")),
        "words": list(PublishedWord.objects.order_by("pk").values_list("word", "data")),
    }  # fmt: skip


def assert_agreement() -> None:
    """What is shown is what is live: courses with their lessons in order, rules, words."""
    shown = {row.page_id: row for row in Published.objects.all()}
    expected: set[int] = set()
    for course in CoursePage.objects.filter(live=True):
        lessons = list(LessonPage.objects.child_of(course).live().order_by("path"))
        expected |= {course.pk, *(lesson.pk for lesson in lessons)}
        data = shown[course.pk].data
        assert [one["key"] for one in data["lessons"]] == [str(lesson.translation_key) for lesson in lessons]
        rule = Criterion.objects.filter(course_key=course.translation_key).order_by("-number").first()
        assert rule is not None
        # In whatever order: a rule asks for lessons, and lessons in another order ask for nothing new.
        assert sorted(need["key"] for need in rule.rule["lessons"]) == sorted(
            one["key"] for one in data["lessons"]
        )
        for lesson in lessons:
            row = shown[lesson.pk]
            assert (row.course_slug, row.slug, row.data["title"]) == (course.slug, lesson.slug, lesson.title)
            asked = {
                key for key, question in row.data["questions"].items()
                if not Question.objects.get(pk=question_of(key)).live
            }  # fmt: skip
            assert asked == set()
    assert set(shown) == expected
    live = set(Sense.objects.filter(live=True).values_list("word", flat=True))
    assert set(PublishedWord.objects.values_list("word", flat=True)) == live


def question_of(key: str) -> int:
    return Question.objects.get(translation_key=key).pk

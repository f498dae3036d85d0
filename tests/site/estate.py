"""What stands in the world of the authorisation table and of the planted secrets: one of everything.

Two authors, each with a course. `estate.theirs` names everything of the writer's, by what addresses call
it; `estate.own` the author's. Every text of the writer's that not everybody may read has a word of its own,
which begins with `zq` and says what it is.
"""

import base64
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils.http import int_to_base36
from wagtail.admin.models import EditingSession
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    Comment,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    Task,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
)

from authoring.actions import start_course, start_lesson
from authoring.models import CourseCopy
from authoring.teams import add_author, files_of
from courses import actions
from courses.models import CoursePage, LessonPage, ProblemReport
from exchange.models import Upload
from glossary.models import Sense, Word
from jobs.models import Stage
from people.models import Employee
from quizzes.models import Bank, Option, Question
from tests.conftest import hire
from tests.courses import course as courses

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
ROLES = [
    "anonymous", "employee", "technician", "author", "writer", "reviewer", "steward_business",
    "steward_technology", "hr", "manager", "outsider", "administrator",
]  # fmt: skip
_GROUPS = {
    "author": ["Author"], "writer": ["Author"], "reviewer": ["Reviewer"], "steward_business": ["Steward"],
    "steward_technology": ["Steward"], "hr": ["HR"], "administrator": ["Administrator"],
}  # fmt: skip
_TECHNICAL = {"technician", "author", "writer", "steward_technology", "administrator"}


def everybody() -> dict[str, Employee]:
    """Somebody of each role. The author and the writer have the same rights, each on a course of their own."""
    cast = {
        role: hire(
            role.replace("_", "-"),
            *([] if role == "outsider" else ["Employee"]),
            *_GROUPS.get(role, []),
            side="technology" if role in _TECHNICAL else "business",
        )
        for role in ROLES
        if role != "anonymous"
    }
    for led in ("employee", "technician"):
        cast[led].manager = cast["manager"]
        cast[led].save()
    return cast


def build(catalogue: Any, cast: dict[str, Employee]) -> SimpleNamespace:
    """Everything, once. About two CPU seconds."""
    own = courses.write_course(catalogue, code="B8", slug="another", direction="business-for-technicians")
    second = start_course(
        author=cast["author"], title="A second one", code="B9", direction="business-for-technicians"
    )
    add_author(course=own.page, employee=cast["author"])
    theirs = courses.write_course(catalogue, session_kind="brown-bag", session_plan="Bring a lunch.")
    add_author(course=theirs.page, employee=cast["writer"])
    shared = _shared(cast)
    return SimpleNamespace(
        cast=cast,
        own={**shared, **_course_of(own, cast["author"], cast, word="ours"), "destination": second.pk},
        theirs={**shared, **_course_of(theirs, cast["writer"], cast, word="zq")},
    )


def _course_of(
    made: SimpleNamespace, writer: Employee, cast: dict[str, Employee], word: str
) -> dict[str, Any]:
    """What belongs to the writers of one course, all of it with texts that begin with `word`."""
    hidden = start_course(
        author=writer, title=f"{word}coursetitle", code=f"{word}code", direction="technology-for-business"
    )
    hidden.summary, hidden.slug = f"{word}summary", f"{word}slug"
    hidden.save()
    hidden.save_revision(user=writer)
    unseen = start_lesson(course=hidden, author=writer)
    unseen.title = unseen.draft_title = f"{word}lessontitle"
    unseen.objective = f"{word}objective"
    unseen.save()
    unseen.save_revision(user=writer)
    Bank.objects.filter(pk=made.bank.pk).update(name=f"{word}bankname")

    question = made.checks[0]
    question.stem, question.options = f"{word}stem", [
        Option(sort_order=0, text=f"{word}option", is_correct=True, explanation=f"{word}explanation"),
        Option(sort_order=1, text="Another", explanation="No."),
    ]  # fmt: skip
    question_revision = question.save_revision(user=writer, log_action=True)
    fresh = Question(
        bank=made.bank, code=f"{word}-new", stem=f"{word}newstem", locale=made.page.locale, live=False
    )
    fresh.save()
    fresh.save_revision(user=writer, log_action=True)

    lesson = made.one
    lesson.title = f"{word}drafttitle"
    lesson.body = [
        *lesson.body.raw_data[:1],
        {"type": "markdown", "value": f"{word}drafttext"},
        *lesson.body.raw_data[3:],
    ]
    Comment.objects.create(page=lesson, user=writer, text=f"{word}comment", contentpath="title")
    revision = LessonPage.objects.get(pk=lesson.pk).latest_revision
    lesson.save_revision(user=writer, log_action=True)
    alias = unseen.copy(
        to=CoursePage.objects.get(pk=hidden.pk), update_attrs={"slug": "alias"}, keep_live=False
    )
    Page.objects.filter(pk=alias.pk).update(alias_of=unseen.pk)  # from before they were refused

    files = files_of(made.page)
    nested = files.add_child(name=f"{word}collection")
    image = Image(
        title=f"{word}imagetitle", collection=nested, file=ContentFile(PIXEL, name=f"{word}imagefile.png")
    )
    image.save()
    image.tags.add(f"{word}tag")
    document = Document(
        title=f"{word}papertitle", collection=nested, file=ContentFile(b"x", name=f"{word}paperfile.txt")
    )
    document.save()
    document.tags.add(f"{word}tag")
    workflow = Workflow.objects.get(name="Reviewed by the other side")
    in_review = {
        kind: _reviewed(thing, workflow, writer, cast["reviewer"], remark=f"{word}remark")
        for kind, thing in (("page", lesson), ("question", question))
    }
    report = ProblemReport.objects.create(
        lesson=lesson, reporter=cast["employee"], text=f"{word}report", made_at=courses.NOW
    )
    waiting = Upload.objects.create(
        sender=writer, course=made.page, name=f"{word}upload.zip", content=b"x", made_at=courses.NOW
    )
    copied = CourseCopy.objects.create(
        author=writer, source=made.page, copy=hidden, made_at=courses.NOW, stage=Stage.IMPORTING
    )
    half = {
        kind: UploadedFile.objects.create(
            uploaded_by_user=writer,
            for_content_type=ContentType.objects.get_for_model(model),
            file=ContentFile(PIXEL, name=f"{word}half.png"),
        ).pk
        for kind, model in (("image", Image), ("document", Document))
    }
    attempt = actions.start_quiz(employee=cast["technician"], course=made.row, now=courses.NOW)
    return {
        "page": lesson.pk, "unseen": unseen.pk, "unseen_slug": unseen.slug, "hidden_slug": hidden.slug, "alias": alias.pk, "parent": made.page.pk, "hidden": hidden.pk,
        "destination": hidden.pk, "course": made.page.slug, "lesson": made.two.slug, "bank": made.bank.pk,
        "question": question.pk, "new_question": fresh.pk, "image": image.pk, "document": document.pk,
        "file": document.file.name, "collection": nested.pk, "comment": f"{word}comment",
        "revision": revision.pk, "question_revision": question_revision.pk,
        "page_state": in_review["page"][0], "page_task_state": in_review["page"][1],
        "question_state": in_review["question"][0], "question_task_state": in_review["question"][1],
        "report": report.pk, "key": waiting.key, "copy": copied.key, "half_image": half["image"], "half_document": half["document"],
        "attempt": attempt.public_id, "team": made.page.team.group_id, "step": workflow.tasks[0].pk,
        "session": EditingSession.objects.create(user=writer, content_object=lesson, last_seen_at=courses.NOW).pk,
        "restriction": PageViewRestriction.objects.create(
            page=hidden, restriction_type="password", password="letmein"
        ).pk,
    }  # fmt: skip


def _reviewed(
    thing: Any, workflow: Workflow, writer: Employee, reviewer: Employee, remark: str
) -> tuple[int, int]:
    """A review that was sent back with a remark and runs again. Its row, and that of the step that waits.

    Written as rows, since what is reviewed here would not be let in: it is far from ready.
    """
    state = WorkflowState.objects.create(
        content_type=ContentType.objects.get_for_model(thing),
        base_content_type=thing.get_base_content_type(),
        object_id=str(thing.pk),
        workflow=workflow,
        requested_by=writer,
    )
    step = workflow.tasks[0]
    given = {"workflow_state": state, "task": step, "revision": thing.latest_revision}
    TaskState.objects.create(
        status=TaskState.STATUS_REJECTED,
        comment=remark,
        finished_by=reviewer,
        finished_at=courses.NOW,
        **given,
    )
    waiting = TaskState.objects.create(**given)
    state.current_task_state = waiting
    state.save()
    return state.pk, waiting.pk


def _shared(cast: dict[str, Employee]) -> dict[str, Any]:
    """What belongs to no course: words, people, and what administrators keep."""
    from wagtail.contrib.redirects.models import Redirect

    locale = Locale.objects.get(language_code="en")
    word = Word.objects.create(lemma="uptime", slug="uptime", locale=locale)
    sense = Sense(word=word, locale=locale, gloss="Time in use", wording_business="b", wording_technology="t")
    sense.save()
    first = sense.save_revision()
    first.publish()
    sense = Sense.objects.get(pk=sense.pk)
    sense.wording_business = "zqwording"
    sense.save_revision(user=cast["steward_business"])
    coming = Word.objects.create(lemma="zqlemma", slug="zqlemma", locale=locale)
    new_sense = Sense(
        word=coming, locale=locale, gloss="zqgloss", wording_business="b", wording_technology="t", live=False
    )
    new_sense.save()
    new_sense.save_revision(user=cast["steward_business"])
    workflow = Workflow.objects.get(name="Reviewed by the other side")
    state, task_state = _reviewed(
        sense, workflow, cast["steward_business"], cast["reviewer"], remark="senseremark"
    )
    stranger = hire("stranger", "Employee", display_name="A Stranger", employee_number="zqnumber")
    Employee.objects.filter(pk=stranger.pk).update(email="zqaddress@example.com")
    task = Task.objects.create(name="zqtask")
    german = Locale.objects.exclude(pk=locale.pk).first() or Locale.objects.create(language_code="de")
    audience = actions.add_audience(
        course=CoursePage.objects.get(code="B8"), scope="everyone", requirement="required", now=courses.NOW
    )
    return {
        "word": word.pk, "slug": word.slug, "sense": sense.pk, "new_sense": new_sense.pk, "new_word": coming.pk,
        "sense_revision": first.pk, "sense_state": state, "sense_task_state": task_state,
        "user": cast["technician"].pk, "led": cast["technician"].pk, "stranger": stranger.pk,
        "uid": int_to_base36(cast["technician"].pk), "group": Group.objects.create(name="zqgroup").pk,
        "locale": german.pk, "site": Site.objects.create(hostname="zqsite.example.com", root_page=_home()).pk,
        "redirect": Redirect.objects.create(old_path="/zqredirect", redirect_link="/").pk,
        "block": LessonPage._meta.get_field("body").stream_block.child_blocks["hook"].definition_prefix,
        "workflow": Workflow.objects.create(name="zqworkflow").pk, "task": task.pk, "audience": audience.pk,
        "attic": Collection.objects.get(depth=1).add_child(name="zqattic").pk,
    }  # fmt: skip


def _home() -> Any:
    return Site.objects.get(is_default_site=True).root_page

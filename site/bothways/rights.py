"""Six groups and exactly what each may do in Wagtail, from one table.

The table is applied after every `migrate`, in a way that never undoes what an administrator did: a
group gets its rights when it is made, and later only those that no group holds yet, which are the
ones a new version brought.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.urls import get_resolver
from wagtail import hooks
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from authoring.teams import COURSE_FILES
from people import roles

WORKFLOW = "Reviewed by the other side"

_OPEN = ["wagtailadmin.access_admin"]
_WRITE = [
    *_OPEN,
    "glossary.view_word",
    "glossary.view_sense",
]
_REVIEW = [
    *_WRITE,
    "quizzes.view_bank",
    "quizzes.add_question",
    "quizzes.change_question",
    "quizzes.view_question",
    "quizzes.publish_question",
    "quizzes.lock_question",
    "quizzes.unlock_question",
]
# Group → rights on models. What an author may do comes with the team of a course (authoring.teams):
# its pages, its questions, its pictures, and nobody else's. HR reads reports on the site and has no business among the drafts.
ON_MODELS: dict[str, list[str]] = {
    roles.EMPLOYEE: [],
    roles.AUTHOR: _WRITE,
    roles.REVIEWER: _REVIEW,
    roles.STEWARD: [
        *_OPEN,
        "glossary.add_word",
        "glossary.change_word",
        "glossary.view_word",
        "glossary.add_sense",
        "glossary.change_sense",
        "glossary.view_sense",
        "glossary.publish_sense",
        "glossary.lock_sense",
        "glossary.unlock_sense",
    ],
    roles.HR: [],
}
# Group → rights on the catalogue and all pages below it.
ON_PAGES: dict[str, list[str]] = {
    roles.REVIEWER: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
# Group → rights on pictures and documents of the courses.
ON_FILES: dict[str, list[str]] = {
    roles.REVIEWER: [
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ],
    roles.STEWARD: [],
}
# Never given to a group, whatever a package registers: people are not deleted, and tokens open an API we do not have.
NEVER = frozenset({"people.delete_employee", "people.delete_department"})


def after_migrations(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Once per `migrate`, when the rights of all packages exist: after the last of them."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender is with_models[-1] and using == "default":
        set_up_rights()


@transaction.atomic
def set_up_rights() -> None:
    """Groups, their rights on models and files, and the review workflow. Doing it twice changes nothing."""
    _without_wagtails_examples()
    files = _course_files()
    held = set(Permission.objects.filter(group__isnull=False).values_list("pk", flat=True))
    for name in roles.ALL:
        group, is_new = Group.objects.get_or_create(name=name)
        is_new = is_new or not _is_set_up(group)
        wanted = _administration() if name == roles.ADMINISTRATOR else _named(ON_MODELS[name])
        group.permissions.add(*[permission for permission in wanted if is_new or permission.pk not in held])
        if not is_new:
            continue
        if name == roles.ADMINISTRATOR:
            for root in Collection.objects.filter(depth=1):
                _grant_files(group, root, ["add_image", "change_image", "delete_image", "choose_image"])
                _grant_files(
                    group, root, ["add_document", "change_document", "delete_document", "choose_document"]
                )
                _grant_files(group, root, ["add_collection", "change_collection", "delete_collection"])
            for page in Page.objects.filter(depth=1):
                _grant_pages(group, page, Page.permission_codenames)
        elif files is not None:
            _grant_files(group, files, ON_FILES.get(name, []))
    _review_workflow()


@transaction.atomic
def grant_page_rights(home_page: Page) -> None:
    """Reviewers may work on the catalogue and what is below it, and reviews begin there.

    Called when the tree exists. Rights that an administrator took away afterwards stay away.
    """
    catalogue = home_page.get_children().type(apps.get_model("courses", "CataloguePage")).first() or home_page
    for name, codenames in ON_PAGES.items():
        group = Group.objects.get(name=name)
        if not GroupPagePermission.objects.filter(group=group).exists():
            _grant_pages(group, catalogue, codenames)
    if workflow := Workflow.objects.filter(name=WORKFLOW).first():
        WorkflowPage.objects.get_or_create(page=catalogue, defaults={"workflow": workflow})


def _is_set_up(group: Group) -> bool:
    """False for a group that somebody, or a test, made by name before the table was applied."""
    return bool(group.permissions.exists() or not (ON_MODELS.get(group.name, [True])))


def _named(names: list[str]) -> list[Permission]:
    """The rights of these names that exist; a package that is not installed brings none."""
    condition = Q(pk__in=[])
    for name in names:
        app, _dot, codename = name.partition(".")
        condition |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(condition))


def _administration() -> list[Permission]:
    """Everything that can be given in Wagtail's own page of groups, and people with what belongs to them."""
    get_resolver().url_patterns  # noqa: B018 - Wagtail registers the rights of its own pages with their addresses
    found = Permission.objects.none()
    for registered in hooks.get_hooks("register_permissions"):
        found = found | registered()
    ours = Permission.objects.filter(
        content_type__app_label="people",
        content_type__model__in=["employee", "department", "membership", "organisation"],
        codename__regex="^(add|change|view)_",
    )
    ids = {*found.values_list("pk", flat=True), *ours.values_list("pk", flat=True)}
    rights = Permission.objects.filter(pk__in=ids).select_related("content_type")
    return [right for right in rights if f"{right.content_type.app_label}.{right.codename}" not in NEVER]


def _course_files() -> Collection | None:
    """The collection of the courses, made below the root; None in a database that was emptied by a test."""
    root = Collection.objects.filter(depth=1).first()
    if root is None:
        return None
    return root.get_children().filter(name=COURSE_FILES).first() or root.add_child(name=COURSE_FILES)


def _grant_files(group: Group, collection: Collection, codenames: list[str]) -> None:
    wanted = Permission.objects.filter(
        codename__in=codenames, content_type__app_label__in=["wagtailimages", "wagtaildocs", "wagtailcore"]
    )
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )


def _grant_pages(group: Group, page: Page, codenames: Any) -> None:
    content_type = ContentType.objects.get_for_model(Page)
    for permission in Permission.objects.filter(content_type=content_type, codename__in=list(codenames)):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _without_wagtails_examples() -> None:
    """Wagtail brings two groups and a workflow of its own; as long as nobody uses them they go."""
    Group.objects.filter(name__in=["Moderators", "Editors"], user__isnull=True).delete()
    Workflow.objects.filter(name="Moderators approval", workflow_states__isnull=True).delete()
    GroupApprovalTask.objects.filter(
        name="Moderators approval", task_states__isnull=True, workflow_tasks__isnull=True
    ).delete()


def _review_workflow() -> None:
    """Author → reviewer from the other side → published: for pages, questions and meanings."""
    task_model = apps.get_model("courses", "OtherSideApproval")
    workflow, is_new = Workflow.objects.get_or_create(name=WORKFLOW)
    if not is_new:
        _know_the_sides(workflow, task_model)
        return
    task = task_model.objects.create(name=WORKFLOW)
    task.groups.add(Group.objects.get(name=roles.REVIEWER))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    question = ContentType.objects.get_for_model(apps.get_model("quizzes", "Question"))
    WorkflowContentType.objects.get_or_create(content_type=question, defaults={"workflow": workflow})


def _know_the_sides(workflow: Workflow, task_model: Any) -> None:
    """Our step of an older version asked for a group only; reviews that have begun end as they began."""
    plain = ContentType.objects.get_for_model(GroupApprovalTask)
    for step in workflow.workflow_tasks.filter(task__name=WORKFLOW, task__content_type=plain):
        old = step.task.specific
        step.task = task_model.objects.create(name=WORKFLOW)
        step.task.specific.groups.set(old.groups.all())
        step.save()

"""Who may write a course: its team, with rights on its pages, its questions and its pictures."""

import re
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from authoring.models import CourseTeam
from courses.models import CoursePage
from people import roles
from people.models import Employee

COURSE_FILES: Final = "Courses"
"""The collection above those of the courses: pictures and documents of lessons."""
ON_PAGES: Final = ("add_page", "change_page")
ON_FILES: Final = (
    "add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document",
)  # fmt: skip


_PAGE = re.compile(r"/admin/pages/(\d{1,18})/edit/")


class NotAnAuthor(Exception):
    """Only who has the role of an author can join the team of a course."""


@transaction.atomic
def add_author(*, course: CoursePage, employee: Employee) -> CourseTeam:
    """From now on this person writes the course: its pages, the questions of its bank, its files.

    Idempotent; the team is made with its first author.

    Raises: NotAnAuthor
    """
    if not employee.groups.filter(name=roles.AUTHOR).exists():
        raise NotAnAuthor(str(employee))
    team = team_of(course)
    employee.groups.add(team.group)
    return team


@transaction.atomic
def remove_author(*, course: CoursePage, employee: Employee) -> None:
    """From now on this person does not write the course; what was written stays. Idempotent."""
    team = CourseTeam.objects.filter(course=course).first()
    if team is not None:
        employee.groups.remove(team.group)


def is_the_only_author(course: CoursePage, employee: Employee) -> bool:
    """One query."""
    authors = Employee.objects.filter(groups__course_team__course=course).values_list("pk", flat=True)
    return list(authors) == [employee.pk]


@transaction.atomic
def team_of(course: CoursePage) -> CourseTeam:
    """The team of a course, with its rights complete; made where there is none."""
    team = CourseTeam.objects.filter(course=course).select_related("group").first()
    if team is None:
        # The key makes the name unique: two courses may share a code while one replaces the other.
        group = Group.objects.create(name=f"{roles.KEPT}{course.code} {course.translation_key}")
        team = CourseTeam.objects.create(course=course, group=group)
    for permission in _permissions(ON_PAGES):
        GroupPagePermission.objects.get_or_create(group=team.group, page_id=course.pk, permission=permission)
    files = files_of(course)
    if files is not None:
        for permission in _permissions(ON_FILES):
            GroupCollectionPermission.objects.get_or_create(
                group=team.group, collection=files, permission=permission
            )
    if course.bank is not None:
        course.bank.writers.add(team.group)
    return team


def course_of_page(address: str) -> CoursePage | None:
    """The course that the page open in the editor is or belongs to, by the editor's address. Two queries."""
    match = _PAGE.search(address)
    page = Page.objects.filter(pk=match[1]).first() if match else None
    if page is None:
        return None
    return CoursePage.objects.ancestor_of(page, inclusive=True).first()


def files_of(course: CoursePage) -> Collection | None:
    """The collection of a course's pictures and documents, made below the one of all courses.

    None in a database without collections, which only a test has.
    """
    own = planned_files_of(course.code)
    if own is None or own.pk is not None:
        return own
    root = Collection.objects.get(depth=1)
    above = root.get_children().filter(name=COURSE_FILES).first() or root.add_child(name=COURSE_FILES)
    return above.add_child(name=course.code)


def planned_files_of(code: str) -> Collection | None:
    """As `files_of`, and not stored where it would have to be made."""
    root = Collection.objects.filter(depth=1).first()
    if root is None:
        return None
    above = root.get_children().filter(name=COURSE_FILES).first()
    own = above.get_children().filter(name=code).first() if above is not None else None
    return own or Collection(name=code)


def _permissions(codenames: tuple[str, ...]) -> list[Permission]:
    return list(
        Permission.objects.filter(
            Q(codename__in=codenames),
            content_type__app_label__in=["wagtailcore", "wagtailimages", "wagtaildocs"],
        )
    )

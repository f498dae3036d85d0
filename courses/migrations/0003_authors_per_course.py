"""Authors had rights on all courses; from now on on their own. Whoever made a course stays its author."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations

RIGHTS = ["add_page", "change_page"]


def give_courses_their_authors(apps: Apps, schema_editor: Any) -> None:
    """Nothing to do in a new database: there are neither groups nor pages while it is migrated."""
    group_model = apps.get_model("auth", "Group")
    page_rights = apps.get_model("wagtailcore", "GroupPagePermission")
    author = group_model.objects.filter(name="Author").first()
    if author is None:
        return
    everywhere = page_rights.objects.filter(group=author, permission__codename__in=RIGHTS)
    permissions = {row.permission for row in everywhere.select_related("permission")}
    for course in apps.get_model("courses", "CoursePage").objects.filter(owner__groups=author).distinct():
        group = group_model.objects.create(name=f"course: {course.code} {course.translation_key}")
        apps.get_model("courses", "CourseTeam").objects.create(course=course, group=group)
        course.owner.groups.add(group)
        for permission in permissions:
            page_rights.objects.create(group=group, page_id=course.pk, permission=permission)
        if course.bank_id:
            course.bank.writers.add(group)
    everywhere.delete()
    author.permissions.remove(
        *author.permissions.filter(content_type__app_label="quizzes", content_type__model__in=["question", "bank"])
    )
    # Pictures and documents: a collection per course comes with the next person who joins a team.
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(
        group=author, collection__name="Courses"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_writing"), ("quizzes", "0002_bank_writers")]

    operations = [migrations.RunPython(give_courses_their_authors, migrations.RunPython.noop)]

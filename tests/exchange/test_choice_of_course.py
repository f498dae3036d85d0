"""The course that gets a lesson: copies of one name are told apart by their codes."""

from types import SimpleNamespace

import pytest
from django.test import Client

from authoring.teams import add_author
from courses.models import CataloguePage
from tests.conftest import hire
from tests.courses.course import write_course

pytestmark = pytest.mark.django_db


def test_courses_of_one_name_are_chosen_by_their_codes(client: Client, catalogue_page: CataloguePage) -> None:
    writer = hire("writer", "Employee", "Author")
    made: list[SimpleNamespace] = [
        write_course(catalogue_page, code, slug) for code, slug in (("T8", "one"), ("T9", "two"))
    ]
    for course in made:
        course.page.title = "Always on"
        course.page.save()
        add_author(course=course.page, employee=writer)
    client.force_login(writer)

    html = client.get("/write/import/").content.decode()

    assert ">T8 Always on</option>" in html
    assert ">T9 Always on</option>" in html

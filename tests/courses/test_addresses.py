"""Where courses and lessons stand, and what publishing stores of it."""

import json
import re
from typing import Any

import pytest
from django.utils import translation
from wagtail.models import Locale

from authoring.readiness import _known_addresses
from courses import addresses
from courses.models import CoursePage, Published
from courses.publishing import render_course
from glossary.addresses import words_linked
from glossary.models import TermUse
from tests.courses.course import NOW


def test_an_address_has_the_prefix_of_its_language_and_not_that_of_the_reader() -> None:
    with translation.override("de"):
        assert addresses.course_address("always-on", language="en") == "/courses/always-on/"
    assert addresses.catalogue_address(language="de") == "/de/courses/"
    assert addresses.lesson_address("always-on", "sla", language="de") == "/de/courses/always-on/sla/"
    assert addresses.quiz_address("always-on", language="de") == "/de/courses/always-on/quiz/"
    assert addresses.plan_address("always-on", language="en") == "/courses/always-on/session-plan/"


def test_a_name_with_letters_of_its_language_has_an_address() -> None:
    assert addresses.lesson_address("größe", "über", language="en") == "/courses/größe/über/"


def test_links_are_found_in_whatever_language() -> None:
    html = (
        '<a href="/de/courses/a/b/#c">x</a> <a href="/courses/a/">x</a> <a href="https://x.example/courses/b/">x</a>'
        '<a class="term" href="/de/glossary/verf%C3%BCgbarkeit/#dienst">x</a> <a href="/glossary/sla/">x</a>'
    )

    assert [match["href"] for match in addresses.HREF.finditer(html)] == ["/de/courses/a/b/", "/courses/a/"]
    assert words_linked(html) == {"verfügbarkeit", "sla"}


@pytest.mark.django_db
def test_what_a_german_course_stores_leads_into_the_german_site(course: Any) -> None:
    Locale.objects.filter(pk=course.page.locale_id).update(language_code="de")

    render_course(CoursePage.objects.get(pk=course.page.pk), now=NOW)

    rows = list(Published.objects.filter(course_key=course.page.translation_key))
    stored = re.findall(
        r'"(?:url|course_url|quiz_url)": "(/[^"]*)"', json.dumps([[row.card, row.data] for row in rows])
    )
    assert len(stored) > 10
    assert {address.split("/")[1] for address in stored} == {"de"}
    uses = TermUse.objects.values_list("address", flat=True)
    assert {address.split("/")[1] for address in uses} <= {"de"}
    known = _known_addresses()
    assert addresses.course_address(course.page.slug, language="de") in known

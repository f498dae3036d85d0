"""Words of a lesson in its margin and at its end."""

from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale

from courses.margin_notes import with_margin_notes
from courses.models import LessonPage, Published
from glossary.models import Sense, Word
from glossary.queries import Pop
from tests.courses.course import publish

URL = "/courses/always-on/reading/"


def pop(word: str, **fields: str) -> Pop:
    texts = dict.fromkeys(("qualifier", "expansion", "business", "technology", "careful", "url"), "")
    return Pop(
        **{
            **texts,
            "reference": f"{word}#main",
            "name": f"{word}--main",
            "word": word,
            "gloss": f"What {word} is.",
        }
        | fields
    )


def term(word: str) -> str:
    return f'<a class="term" href="/glossary/{word}/#main" data-term="{word}--main">{word}</a>'


def noted(html: str, *words: str) -> tuple[str, list[str]]:
    """The lesson with `[word]` where a note stands, and the notes."""
    html, _explained = with_margin_notes(html, [pop(word) for word in words])
    soup = BeautifulSoup(html, "html.parser")
    notes = []
    for note in soup.select(".margin-note"):
        notes.append(note.b.get_text())
        note.replace_with(f"[{notes[-1]}]")
    for link in soup.select("a"):
        link.unwrap()
    return str(soup), notes


def test_a_note_stands_before_the_block_of_the_first_term_of_its_section() -> None:
    html = f"<p>No word.</p><p>An {term('sla')} and an {term('slo')}.</p><h2>Two</h2><ul><li><p>{term('slo')}</p></li></ul>"

    assert noted(html, "sla", "slo")[0] == (
        "<p>No word.</p>[sla]<p>An sla and an slo.</p><h2>Two</h2>[slo]<ul><li><p>slo</p></li></ul>"
    )


def test_a_word_is_explained_once_in_the_margin() -> None:
    html = f"<p>{term('sla')}</p><h2>Two</h2><p>{term('sla')} and {term('slo')}</p>"

    assert noted(html, "sla", "slo")[1] == ["sla", "slo"]


def test_elements_without_an_end_do_not_count_as_open() -> None:
    html = f'<p>one<br>two <img src="/x.png" alt="a > b"></p><svg><path d="M0 0"/></svg><p>{term("sla")}</p>'

    assert noted(html, "sla")[0].endswith("[sla]<p>sla</p>")


def test_a_fold_keeps_its_secret_and_an_unknown_word_has_no_note() -> None:
    html = f"<details><p>{term('sla')}</p></details><p>{term('gone')}</p><p>{term('slo')}</p>"

    assert noted(html, "sla", "slo")[1] == ["slo"]


def test_a_note_says_what_a_word_is_short_for_or_of_what_it_is_said_and_that_it_has_two_meanings() -> None:
    pops = [
        pop("sla", expansion="service level agreement", careful="Not the other."),
        pop("critical", qualifier="as a severity"),
    ]
    html, explained = with_margin_notes(f"<p>{term('sla')}</p><h2>2</h2><p>{term('critical')}</p>", pops)
    first, second = BeautifulSoup(html, "html.parser").select(".margin-note")

    assert (
        first.get_text(" ", strip=True) == "sla service level agreement What sla is. Careful, two meanings."
    )
    assert second.get_text(" ", strip=True) == "critical as a severity What critical is."
    assert [word.about for word in explained] == ["service level agreement", "as a severity"]


@pytest.mark.django_db
class TestTheLesson:
    @pytest.fixture
    def lesson(self, course: SimpleNamespace) -> LessonPage:
        word = Word.objects.create(lemma="uptime", slug="uptime", locale=Locale.get_default())
        sense = Sense(
            word=word, slug="main", gloss="At most 0.5 % is missing.", wording_business="The time.", wording_technology="The share.",
            locale=word.locale,
        )  # fmt: skip
        sense.save()
        sense.save_revision().publish()
        lesson = course.two
        lesson.body = [("markdown", "## One\n\nWhat [[uptime]] is.\n\n## Two\n\nAnd [[uptime]].")]
        publish(lesson)
        return lesson

    def page(self, client: Any, employee: Any) -> BeautifulSoup:
        client.force_login(employee)
        return BeautifulSoup(client.get(URL).content, "html.parser")

    def test_the_note_is_in_the_page_and_not_read_twice(
        self, client: Any, employee: Any, lesson: LessonPage
    ) -> None:
        (note,) = self.page(client, employee).select(".margin-note")

        assert note["aria-hidden"] == "true"
        assert note.select("a, button, [tabindex]") == []
        assert "At most 0.5\N{NO-BREAK SPACE}% is missing." in note.get_text()
        assert note.find_next_sibling("p").get_text() == "What uptime is."

    def test_a_printed_lesson_explains_its_words_at_its_end(
        self, client: Any, employee: Any, lesson: LessonPage
    ) -> None:
        (words,) = self.page(client, employee).select(".endnotes dl")

        assert words.get_text(" ", strip=True) == "uptime At most 0.5\N{NO-BREAK SPACE}% is missing."

    def test_who_turned_marking_off_sees_none(self, client: Any, employee: Any, lesson: LessonPage) -> None:
        employee.marks_terms = False
        employee.save()
        page = self.page(client, employee)

        assert page.select(".endnotes") == []
        assert page.select(".margin-note") == []

    def test_a_row_of_before_is_read_without_words(self, lesson: LessonPage) -> None:
        row = Published.objects.get(page_id=lesson.pk)
        del row.data["words"]
        assert row.as_lesson.words == ()

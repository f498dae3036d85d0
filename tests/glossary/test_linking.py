"""References and marks become links: in Markdown, in rich text, once per section."""

from typing import Any

import pytest
from wagtail.rich_text import expand_db_html

from gates.html import sanitise
from gates.markdown import render_inline, render_markdown
from glossary.linking import (
    Senses,
    TermExtension,
    UnknownTerm,
    link_once,
    one_reading_of_the_glossary,
    resolve,
    unmarked,
)
from glossary.models import Sense
from glossary.publishing import gathered
from tests.glossary.words import NOW, write_false_friend, write_sense
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

UPTIME = '<a class="term" href="/glossary/uptime/#main">{}</a>'


@pytest.fixture(scope="module")
def written_words(world: World) -> dict[str, Any]:
    with world(), gathered(now=NOW):
        write_false_friend()
        return {
            "uptime": write_sense("uptime"),
            "incident": write_sense("incident"),
            "sla": write_sense(
                "sla", word={"lemma": "SLA"}, abbreviation="SLA", expansion="service level agreement"
            ),
            "draft": write_sense("draft", draft=True),
        }


@pytest.fixture
def words(written_words: dict[str, Any], db: None) -> Any:
    """Public senses and a draft; availability has two."""
    return again(written_words)


def markdown(text: str, locale: Any) -> tuple[str, list[str]]:
    extension = TermExtension(locale.pk)
    return render_markdown(text, extensions=[extension]), extension.unknown


@pytest.mark.sql
@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("uptime", "uptime#main"),
        ("uptime#main", "uptime#main"),
        ("Uptime", "uptime#main"),
        ("incidents", "incident#main"),
        ("SLAs", "sla#main"),
        ("service level agreements", "sla#main"),
        ("availability#people", "availability#people"),
        (" availability#service ", "availability#service"),
    ],
)
def test_a_reference_finds_its_sense_also_inflected(
    words: Any, locale: Any, reference: str, found: str
) -> None:
    assert resolve(reference, locale_id=locale.pk).reference == found


@pytest.mark.parametrize(
    "reference", ["", "nothing", "uptime#other", "draft", "draft#main", "availability", "#main"]
)
def test_what_is_unknown_not_public_or_ambiguous_is_not_guessed(
    words: Any, locale: Any, reference: str
) -> None:
    with pytest.raises(UnknownTerm):
        resolve(reference, locale_id=locale.pk)


def test_a_word_with_two_senses_says_which_there_are(words: Any, locale: Any) -> None:
    with pytest.raises(UnknownTerm) as error:
        resolve("availability", locale_id=locale.pk)

    assert error.value.senses == ("availability#service", "availability#people")


def test_another_language_has_its_own_words(words: Any, locale: Any) -> None:
    with pytest.raises(UnknownTerm):
        resolve("uptime", locale_id=locale.pk + 1)


@pytest.mark.sql
@pytest.mark.parametrize(
    ("references", "queries"),
    [
        (["uptime"], 1),
        (["uptime", "availability#people", "sla#main"], 1),
        (["incidents"], 3),  # and the names of all words, and the words that are meant
        (["incidents", "SLAs", "uptime"], 3),
        (["nothing"], 2),
    ],
)
def test_a_text_asks_for_its_words_together(
    words: Any, locale: Any, django_assert_num_queries: Any, references: list[str], queries: int
) -> None:
    with django_assert_num_queries(queries):
        markdown(" ".join(f"[[{reference}]]" for reference in references) * 5, locale)


@pytest.mark.sql
@pytest.mark.parametrize(
    ("reference", "loaded"), [("uptime", 1), ("incidents", 1), ("availability#people", 2)]
)
def test_only_the_senses_of_the_word_are_loaded(
    words: Any, locale: Any, reference: str, loaded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    from_db = Sense.from_db.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Sense, "from_db", classmethod(lambda model, *row: made.append(row) or from_db(model, *row))
    )

    resolve(reference, locale_id=locale.pk)

    assert len(made) == loaded


@pytest.mark.sql
def test_a_text_that_was_rendered_before_asks_for_its_words_together_too(
    words: Any, locale: Any, django_assert_num_queries: Any
) -> None:
    text = "[[uptime]] [[availability#people]] [[sla]]"
    first = markdown(text, locale)

    with django_assert_num_queries(1):
        assert markdown(text, locale) == first


@pytest.mark.sql
def test_texts_of_one_piece_of_work_ask_for_a_word_once(
    words: Any, locale: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3), one_reading_of_the_glossary():
        markdown("[[uptime]] [[incidents]] [[nothing]]", locale)
        markdown("[[incidents]], [[nothing]] and [[uptime]]", locale)


def test_words_in_a_text_are_found_as_they_are_written(words: Any, locale: Any) -> None:
    text = "Incidents: every Service Level Agreement, SLAs, up-time and uptime."

    assert Senses(locale.pk).words_in(text) == [
        ("incident", "incident"),
        ("sla", "SLA"),
        ("uptime", "uptime"),
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[[uptime]]", UPTIME.format("uptime")),
        ("[[uptime#main]]", UPTIME.format("uptime")),
        ("[[uptime|hours in operation]]", UPTIME.format("hours in operation")),
        ("the [[uptime#main|*hours*]].", "the " + UPTIME.format("*hours*") + "."),
        ("**[[uptime]]**", f"<strong>{UPTIME.format('uptime')}</strong>"),
        ("a \\[[uptime]] b", "a [[uptime]] b"),
        ("`[[uptime]]`", "<code>[[uptime]]</code>"),
        (
            "[see [[uptime]] there](https://example.com/)",
            '<a href="https://example.com/" rel="noopener noreferrer">see uptime there</a>',
        ),
        ("[[[uptime]]](/x/)", '<a href="/x/">uptime</a>'),
        ("[[nothing|shown]]", "shown"),
        ("[[uptime]", "[[uptime]"),
        ("[[up\ntime]]", "[[up\ntime]]"),
    ],
)
def test_marks_in_markdown(words: Any, locale: Any, text: str, html: str) -> None:
    assert markdown(text, locale)[0] == f"<p>{html}</p>"


def test_a_mark_with_its_own_words_is_one_cell_of_a_table(words: Any, locale: Any) -> None:
    html, _unknown = markdown("| A | B |\n|---|---|\n| [[uptime#main|hours]] | `[[a|b]]` |\n", locale)

    assert html.count("<td>") == 2
    assert f"<td>{UPTIME.format('hours')}</td>" in html
    assert "[[a|b]]" in html


def test_code_blocks_keep_their_brackets(words: Any, locale: Any) -> None:
    html, unknown = markdown("```bash\nif [[uptime|x]]; then\n```\n\n    [[uptime|y]]\n", locale)

    assert "glossary" not in html
    assert html.count("uptime") == 2
    assert html.count("|") == 2
    assert not unknown


def test_what_is_not_found_is_named(words: Any, locale: Any) -> None:
    assert markdown("[[nothing]] [[uptime]] [[availability]]", locale)[1] == ["nothing", "availability"]


def test_a_single_line_knows_marks_too(words: Any, locale: Any) -> None:
    assert render_inline("[[uptime|hours]]", extensions=[TermExtension(locale.pk)]) == UPTIME.format("hours")


def test_a_thousand_marks_are_no_reason_to_wait(words: Any, locale: Any) -> None:
    html, _unknown = markdown("[" * 50 + "[[uptime]] " * 1000, locale)

    assert html.count("<a class") == 1000


# --- Rich text ---


def test_a_stored_mark_becomes_the_link(words: Any) -> None:
    html = sanitise(expand_db_html(f'<p><a linktype="term" id="{words["uptime"].pk}">hours</a></p>'))

    assert html == f"<p>{UPTIME.format('hours')}</p>"


@pytest.mark.sql
def test_all_marks_of_a_text_take_one_query(words: Any, django_assert_num_queries: Any) -> None:
    text = "".join(
        f'<a linktype="term" id="{words[name].pk}">x</a>' for name in ("uptime", "incident", "sla")
    )

    with django_assert_num_queries(1):
        expand_db_html(text)


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "1 OR 1=1", "9" * 30, "٣", '999" onclick="alert(1)'])
def test_a_mark_that_leads_nowhere_is_only_text(words: Any, number: str) -> None:
    html = sanitise(expand_db_html(f'<a linktype="term" id="{number}">hours</a>'))

    assert "href" not in html
    assert "onclick" not in html
    assert "hours" in html


def test_a_mark_of_a_sense_that_is_offline_is_only_text(words: Any) -> None:
    words["uptime"].unpublish()

    assert "href" not in expand_db_html(f'<a linktype="term" id="{words["uptime"].pk}">hours</a>')


# --- Once per section ---


def test_the_first_mark_of_a_sense_in_each_section_stays(words: Any, locale: Any) -> None:
    html, _unknown = markdown(
        "[[uptime]] [[uptime]] [[sla]]\n\n## Two\n\n[[uptime|hours]] [[uptime]]\n\n### Three\n\n[[uptime]]",
        locale,
    )

    linked, references = link_once(html)

    assert references == ["uptime#main", "sla#main"]
    assert linked.count('href="/glossary/uptime/#main"') == 2
    assert (
        '<p><a class="term" href="/glossary/uptime/#main" data-term="uptime--main">uptime</a> uptime <a'
        in linked
    )
    assert ">hours</a> uptime</p>" in linked
    assert "<p>uptime</p>" in linked


def test_other_links_and_comments_stay_as_they_are(words: Any) -> None:
    html = (
        '<p><a href="/glossary/uptime/#main">plain</a><!--checks--><a title="a &gt; b" href="https://example.com/?a=1&amp;b=2">x</a>'
        '<a class="termite" href="/glossary/uptime/#main">y</a><a class="term" href="https://evil.example/glossary/uptime/#main">z</a></p>'
    )

    assert link_once(html) == (html, [])


def test_senses_of_one_word_are_linked_each(words: Any, locale: Any) -> None:
    html, _unknown = markdown(
        "[[availability#people]] [[availability#service]] [[availability#people]]", locale
    )

    assert link_once(html)[1] == ["availability#people", "availability#service"]


def test_an_address_with_other_letters_comes_back_as_the_reference(written: Any, locale: Any) -> None:
    written("verfügbarkeit#über-alles")
    html, _unknown = markdown("[[verfügbarkeit]]", locale)

    assert link_once(html)[1] == ["verfügbarkeit#über-alles"]


def test_without_marks_a_text_keeps_its_words_and_other_links() -> None:
    html = '<p>The <a class="term" href="/glossary/sla/#main" data-term="sla--main">SLA</a> <a href="/x/">x</a></p><h2>y</h2>'

    assert unmarked(html) == '<p>The SLA <a href="/x/">x</a></p><h2>y</h2>'

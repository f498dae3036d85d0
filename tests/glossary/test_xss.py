"""Hostile strings through every text of a word, judged on what a browser would parse."""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.template.loader import render_to_string
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import expand_db_html

from gates.html import sanitise
from gates.markdown import render_markdown
from glossary.linking import TermExtension, link_once
from glossary.models import Exchange, Match, Sense, Source, Synonym, Word
from glossary.published import CardSense, WordCard
from glossary.publishing import render_words
from glossary.queries import pops
from glossary.rendering import render_pops
from glossary.views import LONGEST_SEARCH
from tests.gates.bisecting import guilty
from tests.gates.xss_corpus import CORPUS, dangers, new_dangers

pytestmark = pytest.mark.django_db
FEATURES = ["h2", "bold", "italic", "ol", "ul", "link", "document-link", "term"]
PER_PAGE, PER_BATCH = 28, 50
MARKED = {"<p>", "</p>", "<span>", "</span>", '<a class="term" href="/glossary/good/#s0">', "</a>"}
# Half a character can neither be stored nor sent.
STORABLE = [re.sub("[\ud800-\udfff]", "\ufffd", text) for text in CORPUS]


@pytest.fixture
def hostile(locale: Any, now: Any) -> Any:
    """Words whose senses say these strings wherever they can say something. Stored without any form."""

    def store(slug: str, texts: list[str]) -> Word:
        word = Word(
            slug=slug,
            locale=locale,
            lemma=texts[0][:120],
            part_of_speech=texts[0][:40],
            pronunciation=texts[0][:120],
            careful=texts[0],
        )
        word.spine = f"{texts[0][:60]}|{texts[0][60:120]}"
        word.save()
        senses = [
            Sense(
                word=word, locale=locale, slug=f"s{number}", position=number + 1, live=True, qualifier=text[:80], domain=text[:60],
                gloss=text[:300], wording_business=text, wording_technology=text, why_it_matters=text[:300],
                abbreviation=text[:30], expansion=text[:150], formula=text[:200], unit=text[:60], changed_because=text[:250],
            )
            for number, text in enumerate(texts)
        ]  # fmt: skip
        Sense.objects.bulk_create(senses)
        for model, rows in (
            (Exchange, [{"speaker_side": "business", "speaker": t[:60], "said": t[:300], "hearer": t[:60], "heard": t[:300], "say_instead": t[:400]} for t in texts]),
            (Synonym, [{"label": t[:120]} for t in texts]),
            (Source, [{"title": t[:250], "author": t[:150], "licence": t[:80], "url": t[:300]} for t in texts]),
            (Match, [{"uri": t[:300]} for t in texts]),
        ):  # fmt: skip
            model.objects.bulk_create(
                model(sense=sense, **row) for sense, row in zip(senses, rows, strict=True)
            )
        render_words([word.pk], now=now)
        return word

    return store


def test_the_judge_sees_an_attack_on_a_word_page(client: Any, employee: Any, hostile: Any) -> None:
    hostile("good", ["harmless"])
    client.force_login(employee)
    page = client.get("/glossary/good/").content.decode()

    assert new_dangers(page.replace("harmless", "<img src=x onerror=alert(1)>"), page)


@pytest.mark.parametrize("offset", range(5))
def test_no_text_of_a_word_becomes_markup_on_its_page(
    client: Any, employee: Any, hostile: Any, offset: int
) -> None:
    texts = STORABLE[offset::7][:PER_PAGE] if offset < 4 else STORABLE[-PER_PAGE:]
    hostile("bad", texts)
    hostile("good", ["harmless"] * len(texts))
    client.force_login(employee)

    bad, good = (client.get(f"/glossary/{slug}/").content.decode() for slug in ("bad", "good"))

    assert bad.count('class="sense"') == len(texts)
    assert new_dangers(bad.replace("/glossary/bad/", "/glossary/good/"), good) == []


def test_no_text_of_a_word_becomes_markup_in_a_pop_over(locale: Any, hostile: Any) -> None:
    slugs = (f"word-{number}" for number in count())

    def tags_with(texts: list[str]) -> list[str]:
        slug = next(slugs)
        hostile(slug, texts)
        references = [f"{slug}#s{number}" for number in range(len(texts))]
        return tags(render_pops(pops(references, locale.pk)).replace(slug, "word"))

    harmless = tags_with(padded([]))

    assert len([tag for tag in harmless if 'role="dialog"' in tag]) == PER_BATCH
    assert first_guilty(STORABLE, lambda texts: tags_with(padded(texts)) == harmless) == []


def tags(html: str) -> list[str]:
    """All that a browser may take for a tag. Where they are the same as with harmless texts, no text is one."""
    return re.findall(r"<[^>]*>?", html)


def padded(texts: list[str]) -> list[str]:
    """As many as in a full batch, so that what one with harmless texts shows is the measure for all."""
    return [*texts, *["harmless"] * (PER_BATCH - len(texts))]


def test_neither_a_search_nor_an_address_becomes_markup(client: Any, employee: Any, hostile: Any) -> None:
    hostile("good", ["harmless"])
    client.force_login(employee)

    def reasons(**values: str) -> set[str]:
        response = client.get("/glossary/", values)
        assert response.status_code == 200
        return set(dangers(response.content.decode()))

    nothing_found = reasons(q="zzzzz")

    for texts in fitting(STORABLE[::9], LONGEST_SEARCH):
        assert guilty(texts, lambda some: reasons(q=" ".join(some)) <= nothing_found) == []
    for key in ("letter", "show"):
        unknown = reasons(**{key: "zzzzz"})
        for text in STORABLE[::60]:
            assert reasons(**{key: text}) <= unknown, text


def fitting(texts: list[str], room: int) -> list[list[str]]:
    """Batches that have at most so many letters with a space between the strings; a longer one stands alone."""
    batches: list[list[str]] = [[]]
    for text in texts:
        if len(" ".join([*batches[-1], text])) > room:
            batches.append([])
        batches[-1].append(text)
    return batches


def test_no_card_of_a_word_becomes_markup_in_the_index() -> None:
    def tags_with(texts: list[str]) -> list[str]:
        return tags("".join(row(text, number) for number, text in enumerate(padded(texts))))

    def row(text: str, number: int) -> str:
        sense = CardSense(slug="s", qualifier=text, gloss=text, home_side="shared", expansion=text)
        card = WordCard(
            key="", lemma=text, slug="x", url="/glossary/x/", part_of_speech="", pronunciation="", spine="", careful="",
            is_false_friend=bool(number % 2), language="en", senses=(sense,) * (1 + number % 2), names=(), texts=(),
        )  # fmt: skip
        entry = {"name": text, "better_not": number % 3 == 0}
        return render_to_string("glossary/row.html", {"card": card, "entry": entry})

    harmless = tags_with([])

    assert first_guilty(CORPUS, lambda texts: tags_with(texts) == harmless) == []


def test_no_mark_in_markdown_becomes_more_than_a_link(locale: Any, hostile: Any) -> None:
    hostile("good", ["harmless"])

    def are_links(texts: list[str]) -> bool:
        marked = "\n\n".join(marks(text, number) for number, text in enumerate(texts))
        html, _references = link_once(render_markdown(marked, extensions=[TermExtension(locale.pk)]))
        return html.count('href="/glossary/good/#s0"') == len(texts) and dangers(html) == []

    def marks(text: str, number: int) -> str:
        """A section, so that the first mark in it stays a link."""
        shown = re.sub(r"[\[\]\s|#]", " ", text)
        return (
            f"## {number}\n\n[[good|{shown}]] [[{shown}]] [[good#{shown}|x]] [[good#s0|{shown}]]\n\n[[good]]"
        )

    assert first_guilty(CORPUS, are_links) == []


def test_no_content_state_becomes_more_than_a_link(locale: Any, hostile: Any) -> None:
    sense = hostile("good", ["harmless"]).senses.get()
    converter = ContentstateConverter(features=FEATURES)

    def plain(tag: str) -> str:
        """Without what the editor keeps of a paragraph; a line break is one in the text."""
        return re.sub(r' data-block-key="k\d{4}"', "", tag).replace("<br>", "</p>").replace("<br/>", "</p>")

    def are_links(texts: list[str]) -> bool:
        ids = [(text, given) for text in texts for given in (text, f"{sense.pk}{text}", str(sense.pk))]
        state = {
            "blocks": [
                {
                    "key": f"k{number:04}", "type": "unstyled", "depth": 0, "text": text, "inlineStyleRanges": [],
                    "entityRanges": [{"key": number, "offset": 0, "length": len(text)}],
                }
                for number, (text, _given) in enumerate(ids)
            ],
            "entityMap": {
                str(number): {"type": "TERM", "mutability": "MUTABLE", "data": {"id": given, "label": text, "url": text}}
                for number, (text, given) in enumerate(ids)
            },
        }  # fmt: skip
        stored = converter.to_database_format(json.dumps(state))
        marks = re.findall(r'<a [^>]*linktype="term"[^>]*>', stored)
        html = expand_db_html(stored)
        converter.from_database_format(stored)
        return (
            len(marks) >= len(texts)
            and set(re.findall(r'id="([^"]*)"', " ".join(marks))) == {str(sense.pk)}
            and html.count('href="/glossary/good/#s0"') == len(marks)
            and {plain(tag) for tag in tags(html)} <= MARKED
            and {plain(tag) for tag in tags(sanitise(html))} <= MARKED
        )

    assert first_guilty(CORPUS, are_links) == []


def first_guilty(texts: list[str], is_fine: Callable[[list[str]], bool]) -> list[str]:
    """The strings that are not fine, of the first batch that has any: all of them would take minutes to name.

    Neighbours in the corpus are alike, so each batch has some of every family.
    """
    batches = -(-len(texts) // PER_BATCH)
    found = (guilty(texts[start::batches], is_fine) for start in range(batches))
    return next(filter(None, found), [])

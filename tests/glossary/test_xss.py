"""Hostile strings through every text of a word, judged on what a browser would parse."""

import json
import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import expand_db_html

from gates.html import sanitise
from gates.markdown import render_markdown
from glossary.linking import TermExtension, link_once
from glossary.models import Exchange, Match, Sense, Source, Synonym, Word
from glossary.publishing import render_words
from glossary.rendering import render_pops
from tests.gates.xss_corpus import CORPUS, dangers, new_dangers

pytestmark = pytest.mark.django_db
FEATURES = ["h2", "bold", "italic", "ol", "ul", "link", "document-link", "term"]
PER_PAGE = 28
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
    for start in range(0, len(CORPUS), 60):
        texts = STORABLE[start : start + 60]
        hostile(f"bad-{start}", texts)
        references = [f"bad-{start}#s{number}" for number in range(len(texts))]
        html = render_pops(references, locale.pk)
        harmless = re.sub(r">[^<]*<", "><", html)

        assert html.count('role="dialog"') == len(texts)
        assert new_dangers(html, harmless) == []


def test_neither_a_search_nor_an_address_becomes_markup(client: Any, employee: Any, hostile: Any) -> None:
    hostile("good", ["harmless"])
    client.force_login(employee)
    for status, path, key in (
        (200, "/glossary/", "q"),
        (200, "/glossary/", "letter"),
        (200, "/glossary/", "show"),
    ):
        good = client.get(path, {key: "zzzzz"}).content.decode()
        for text in STORABLE[::9]:
            response = client.get(path, {key: text})
            assert response.status_code == status
            assert new_dangers(response.content.decode(), good) == [], text


def test_no_card_of_a_word_becomes_markup_in_the_index(hostile: Any) -> None:
    for number, text in enumerate(CORPUS):
        card = {
            "lemma": text, "url": "/glossary/x/", "is_false_friend": bool(number % 2),
            "senses": [{"qualifier": text, "gloss": text, "home_side": "shared", "expansion": text}] * (1 + number % 2),
        }  # fmt: skip
        html = render_to_string(
            "glossary/row.html", {"card": card, "entry": {"name": text, "better_not": number % 3 == 0}}
        )
        without = re.sub(r">[^<]*<", "><", html)
        assert new_dangers(html, without) == [], text


def test_no_mark_in_markdown_becomes_more_than_a_link(locale: Any, hostile: Any) -> None:
    hostile("good", ["harmless"])
    for text in CORPUS:
        shown = re.sub(r"[\[\]\s|#]", " ", text)
        marks = f"[[good|{shown}]] [[{shown}]] [[good#{shown}|x]] [[good#s0|{shown}]]\n\n[[good]]"
        html, _references = link_once(render_markdown(marks, extensions=[TermExtension(locale.pk)]))
        assert 'href="/glossary/good/#s0"' in html
        assert dangers(html) == [], text


def test_no_content_state_becomes_more_than_a_link(locale: Any, hostile: Any) -> None:
    sense = hostile("good", ["harmless"]).senses.get()
    converter = ContentstateConverter(features=FEATURES)
    for text in CORPUS:
        ids = [text, f"{sense.pk}{text}", str(sense.pk)]
        state = {
            "blocks": [
                {
                    "key": "aaaaa", "type": "unstyled", "depth": 0, "text": text, "inlineStyleRanges": [],
                    "entityRanges": [{"key": number, "offset": 0, "length": len(text)}],
                }
                for number in range(3)
            ],
            "entityMap": {
                str(number): {"type": "TERM", "mutability": "MUTABLE", "data": {"id": given, "label": text, "url": text}}
                for number, given in enumerate(ids)
            },
        }  # fmt: skip
        stored = converter.to_database_format(json.dumps(state))
        marks = re.findall(r'<a [^>]*linktype="term"[^>]*>', stored)
        assert marks, text
        assert set(re.findall(r'id="([^"]*)"', " ".join(marks))) == {str(sense.pk)}, text
        html = expand_db_html(stored)
        assert 'href="/glossary/good/#s0"' in html
        assert new_dangers(html, re.sub(r' data-block-key="[^"]*"', "", html)) == []
        assert dangers(sanitise(html)) == [], text
        converter.from_database_format(stored)

"""What stands in the files of a curriculum, counted without a database."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.content_files import plain, read_course, read_curriculum, totals

LESSON = """\
---
title: One
slug: one
objective: count
outcome: o
minutes: 5
---
::: hook
Not counted as running text.
:::

## A heading

Four [[uptime|words]] stand here.

::: figure
image: images/a.svg
alt: A bar
:::

More text, **five** `code` words.

::: checks
- t9-c1-1
:::

::: resources
- {title: Somebody else's title, url: "https://example.com/", note: why}
:::
"""
QUESTIONS = """\
- {id: t9-q01, purpose: quiz, kind: single_choice, stem: a}
- {id: t9-q02, purpose: quiz, kind: numeric, stem: b}
- {id: t9-c1-1, purpose: check, kind: single_choice, stem: c}
- {id: t9-p-uptime-1, purpose: probe, kind: single_choice, stem: d}
"""
FULL = """\
lemma: uptime
slug: uptime
senses:
  - gloss: g
    domain: d
    wording_business: b
    wording_technology: t
    why_it_matters: w
    in_a_meeting: [{speaker_side: business, speaker: a, said: b, hearer: c, heard: d, say_instead: e}]
    synonyms: [{label: l}]
    related: [downtime]
    sources: [{title: t}]
"""
POOR = (
    "lemma: downtime\nslug: downtime\nsenses:\n  - {gloss: g, wording_business: b, wording_technology: t}\n"
)


@pytest.fixture
def folder(tmp_path):
    course = tmp_path / "T9"
    course.mkdir()
    (course / "course.yaml").write_text("code: T9\n")
    (course / "01-one.md").write_text(LESSON)
    (course / "questions.yaml").write_text(QUESTIONS)
    terms = tmp_path / "terms"
    terms.mkdir()
    (terms / "uptime.yaml").write_text(FULL)
    (terms / "downtime.yaml").write_text(POOR)
    return tmp_path


def test_everything_is_counted_where_it_belongs(folder):
    counted = totals(read_curriculum(folder))

    assert (counted.courses, counted.lessons, counted.diagrams) == (1, 1, 1)
    assert (counted.questions, counted.checks, counted.probes) == (2, 1, 1)
    assert counted.by_kind == {"numeric": 1, "single_choice": 1}
    assert (counted.terms, counted.senses, counted.complete_terms) == (2, 2, 1)


def test_running_text_is_what_is_neither_hook_nor_block_nor_heading(folder):
    lesson = read_course(folder / "T9").lessons[0]

    assert lesson.running_text.split() == "Four words stand here. More text, five words.".split()
    assert "Not counted" in lesson.read_text
    assert "Somebody else" not in lesson.read_text


def test_only_what_can_be_answered_is_asked(folder):
    course = read_course(folder / "T9")

    assert [item["id"] for item in course.asked("quiz", answerable=True)] == ["t9-q01"]


def test_what_cannot_be_read_is_named_and_not_counted(folder):
    (folder / "T9" / "questions.yaml").write_text("id: no list\n")
    (folder / "terms" / "uptime.yaml").write_text("lemma: [")

    curriculum = read_curriculum(folder)

    assert {error.source for error in curriculum.errors} == {"T9/questions.yaml", "uptime.yaml"}
    assert totals(curriculum).questions == 0
    assert totals(curriculum).terms == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[[slo]] and [[sla#main|a promise]]", "slo and a promise"),
        ("**bold** and *slanted*", "bold and slanted"),
        ("[a link](https://example.com/a_b)", "a link"),
        ("3 * 4 and snake_case", "3 * 4 and snake_case"),
    ],
)
def test_plain_text_is_what_people_read(written, read):
    assert plain(written) == read


def test_the_report_gives_whole_numbers_as_json(folder):
    out = StringIO()

    call_command("content_report", str(folder), "--json", stdout=out)

    counted = json.loads(out.getvalue())
    names = ("courses", "lessons", "questions", "probes", "terms", "diagrams")
    assert [counted[name] for name in names] == [1, 1, 2, 1, 2, 1]
    assert counted["by_course"][0]["code"] == "T9"


def test_the_report_is_a_table_for_people_and_names_faults_apart(folder):
    (folder / "T9" / "01-one.md").write_text("no front matter")
    out, errors = StringIO(), StringIO()

    call_command("content_report", str(folder), stdout=out, stderr=errors)

    assert "1 courses. 2 terms with 2 senses" in out.getvalue()
    assert "not counted: T9/01-one.md, line 1" in errors.getvalue()


def test_the_report_says_when_there_is_nothing(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("content_report", str(tmp_path / "nowhere"))

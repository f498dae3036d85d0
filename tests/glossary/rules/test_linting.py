"""The linter of definitions says what is weak, and nothing where nothing is."""

from dataclasses import replace

import pytest

from glossary.rules.linting import Definition, remarks
from glossary.rules.matching import Vocabulary

GOOD = Definition(
    slug="uptime",
    lemma="uptime",
    gloss="The hours in which a system was running.",
    wording_business="How long did it run? Ask what was measured before you sign.",
    wording_technology="Time in which the process answered, as seen by the monitor.",
    exchanges=1,
    sources=1,
)


def fields(definition, **known):
    return [remark.field_name for remark in remarks(definition, **known)]


def vocabulary(**names):
    made = Vocabulary("en")
    for slug, lemma in names.items():
        made.add(slug, [lemma])
    return made


def test_a_good_definition_has_no_remark():
    assert remarks(GOOD) == []


@pytest.mark.parametrize(
    "gloss",
    [
        "The uptime of a system in hours.",
        "Uptimes of all systems together.",
        "Is when a system runs.",
        "This is when a system runs.",
        "It refers to a system that runs.",
        "When a system runs.",
        "word " * 26,
    ],
)
def test_a_gloss_that_explains_nothing_is_remarked(gloss):
    assert fields(replace(GOOD, gloss=gloss)) == ["gloss"]


def test_a_word_inside_another_word_is_no_circle():
    assert remarks(replace(GOOD, lemma="run", gloss="A runtime that was started.")) == []


def test_two_senses_with_one_gloss_are_remarked():
    assert fields(replace(GOOD, other_glosses=[GOOD.gloss.upper()])) == ["gloss"]


def test_long_wordings_are_remarked():
    long = "It ran. " * 31

    assert fields(replace(GOOD, wording_business=long, wording_technology=long)) == [
        "wording_business",
        "wording_technology",
    ]


def test_a_wording_for_business_that_is_hard_to_read_is_remarked():
    hard = "Interoperability considerations necessitate comprehensive availability documentation."

    told = remarks(replace(GOOD, wording_business=hard, wording_technology=hard))

    assert [remark.field_name for remark in told] == ["wording_business"]
    assert "reading grade" in told[0].text
    assert remarks(replace(GOOD, wording_business=hard), language="de") == []


def test_what_shows_nothing_or_names_nobody_is_remarked():
    assert fields(replace(GOOD, exchanges=0, sources=0)) == ["in_a_meeting", "sources"]


def test_a_false_friend_without_its_line_is_remarked():
    assert fields(replace(GOOD, contrasts=["Here a system.", " "])) == ["false_friends"]


def test_a_word_of_the_other_side_is_remarked_where_nothing_leads_to_it():
    sides = {"technology": vocabulary(failover="failover"), "business": vocabulary(accrual="accrual")}
    definition = replace(
        GOOD,
        wording_business="Two failovers were needed, and an accrual.",
        wording_technology="No failover, one accrual.",
    )

    told = remarks(definition, of_side=sides)

    assert [(remark.field_name, remark.values["word"]) for remark in told] == [
        ("wording_business", "failovers"),
        ("wording_technology", "accrual"),
    ]
    assert "a word of IT" in told[0].text
    assert fields(replace(definition, leads_to=frozenset({"failover", "accrual"})), of_side=sides) == []


def test_a_word_with_the_same_stem_is_another_word():
    sides = {"technology": vocabulary(severity="severity")}

    assert remarks(replace(GOOD, wording_business="It took several days."), of_side=sides) == []

"""What only a dry run can get wrong: words, senses and relations that stand nowhere yet.

`load` demands that a dry run said the same as the import and wrote nothing; the tests say what that was.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glossary.linking import one_reading_of_the_glossary, resolve
from glossary.models import Relation, Sense, Word
from tests.glossary.folders import Load, loading, yaml
from tests.glossary.words import NOW
from tests.soak import ROUNDS

pytestmark = pytest.mark.django_db

TWO = "  - slug: second\n    qualifier: of two\n    gloss: g\n    wording_business: b\n    wording_technology: t\n"
CIRCLE = "A sense is not broader than itself, not even over several steps."
BROADER = "One of the two is broader than the other, so they are not merely related."
RELATED = "Two senses on this way are related, so none of them is broader than the other."


def said(report: Any) -> list[tuple[str, str]]:
    return [(entry.file.removesuffix(".yaml"), entry.reason or entry.state) for entry in report.outcomes]


@pytest.mark.sql
def test_a_circle_of_new_words_is_found_at_its_last_step(load: Load) -> None:
    report = load(
        {
            "alpha": yaml("alpha", broader="[beta]"),
            "beta": yaml("beta", broader="[gamma]"),
            "gamma": yaml("gamma", broader="[alpha]"),
        }
    )

    assert said(report) == [("alpha", "imported"), ("beta", "imported"), ("gamma", CIRCLE)]


def test_new_words_over_two_steps_are_not_related(load: Load) -> None:
    report = load(
        {
            "alpha": yaml("alpha", broader="[beta]"),
            "beta": yaml("beta", broader="[gamma]"),
            "gamma": yaml("gamma", related="[alpha]"),
        }
    )

    assert said(report)[2] == ("gamma", BROADER)


def test_a_step_that_would_lead_from_a_new_word_to_a_related_one_is_refused(load: Load) -> None:
    report = load(
        {
            "alpha": yaml("alpha", related="[gamma]", broader="[beta]"),
            "beta": yaml("beta", broader="[gamma]"),
            "gamma": yaml("gamma"),
        }
    )

    assert said(report) == [("alpha", "imported"), ("beta", RELATED), ("gamma", "imported")]


def test_what_was_refused_is_not_on_the_way(load: Load) -> None:
    """`beta` is not broader than `alpha` after all, so `gamma`, which is broader than `beta`, may be related to it."""
    report = load(
        {
            "alpha": yaml("alpha", related="[beta]", broader="[beta]"),
            "beta": yaml("beta", broader="[gamma]"),
            "gamma": yaml("gamma", related="[alpha]"),
        }
    )

    assert said(report) == [("alpha", RELATED), ("beta", "imported"), ("gamma", "imported")]


def test_new_words_stand_in_one_way_with_stored_ones(load: Load) -> None:
    stored = {"beta": yaml("beta", broader="[gamma]"), "gamma": yaml("gamma")}
    load(stored)

    report = load(
        {
            **stored,
            "alpha": yaml("alpha", broader="[beta]"),
            "gamma": yaml("gamma", broader="[alpha]"),
        }
    )

    assert said(report) == [("alpha", "imported"), ("beta", "unchanged"), ("gamma", CIRCLE)]


@pytest.mark.parametrize(("kind", "other"), [("broader", "related"), ("related", "broader")])
def test_what_is_taken_back_is_no_longer_in_the_way(load: Load, kind: str, other: str) -> None:
    """Of `alpha` first, so `beta` may say the opposite in the same import, though it came later."""
    load({"alpha": yaml("alpha", **{kind: "[beta]"}), "beta": yaml("beta")})

    report = load({"alpha": yaml("alpha"), "beta": yaml("beta", **{other: "[alpha]"})})

    assert said(report) == [("alpha", "imported"), ("beta", "imported")]
    assert Relation.objects.get().kind == other


def test_what_the_other_file_began_to_ask_for_in_the_same_import_is_not_taken_back(load: Load) -> None:
    """`beta` no longer asks for it, but `alpha` does since a moment ago, so it is still in the way."""
    load({"alpha": yaml("alpha"), "beta": yaml("beta", related="[alpha]")})

    report = load({"alpha": yaml("alpha", related="[beta]"), "beta": yaml("beta", broader="[alpha]")})

    assert said(report) == [("alpha", "imported"), ("beta", RELATED)]


@pytest.mark.parametrize(
    ("links", "reason"),
    [
        ({"related": "[alpha]"}, "A sense is not related to itself."),
        ({"broader": "[alpha]"}, CIRCLE),
        ({"false_friends": "[{sense: alpha, contrast: Here A.}]"}, "A sense is not its own false friend."),
    ],
)
def test_a_new_word_that_names_itself_is_reported(load: Load, links: dict[str, str], reason: str) -> None:
    assert said(load({"alpha": yaml("alpha", **links)})) == [("alpha", reason)]


def test_false_friends_of_new_senses_are_made_and_taken_back(load: Load) -> None:
    friends = "[{sense: 'beta#second', contrast: Here A.}]"
    beta = yaml("beta", qualifier="of one", senses=TWO)

    load({"alpha": yaml("alpha", false_friends=friends), "beta": beta})
    report = load({"alpha": yaml("alpha"), "beta": beta})

    assert said(report) == [("alpha", "imported"), ("beta", "unchanged")]


@pytest.mark.parametrize("reference", ["PLAN", "plans", "written-out-plan"])
def test_a_new_word_is_found_by_its_other_names(load: Load, reference: str) -> None:
    plan = yaml("plan", abbreviation="PLAN", expansion="written out plan")

    assert said(load({"alpha": yaml("alpha", related=f"[{reference}]"), "plan": plan})) == [
        ("alpha", "imported"),
        ("plan", "imported"),
    ]


def test_a_stored_word_is_found_by_the_names_that_its_file_now_gives_it(load: Load) -> None:
    load({"alpha": yaml("alpha"), "beta": yaml("beta", abbreviation="OLD", expansion="first name")})

    report = load(
        {
            "alpha": yaml("alpha", related="[OLD, NEW, gladness]"),
            "beta": yaml("beta", abbreviation="NEW", expansion="other name").replace(
                "lemma: beta", "lemma: gladness"
            ),
        }
    )

    assert said(report) == [
        ("alpha", "“OLD” is not in the glossary; left out until it is"),
        ("beta", "imported"),
    ]


def test_the_senses_of_a_word_are_named_in_the_order_that_its_file_now_gives_them(load: Load) -> None:
    load({"alpha": yaml("alpha"), "beta": yaml("beta")})
    beta = yaml("beta").replace("senses:\n", f"senses:\n{TWO}") + "    qualifier: of one\n"

    report = load({"alpha": yaml("alpha", related="[beta]"), "beta": beta})

    assert said(report)[0] == ("alpha", "“beta” has several senses; write beta#second or beta#main")


def test_a_sense_that_went_to_another_word_is_not_made_a_second_time(load: Load, written: Any) -> None:
    """Its word is planned or stored; either way the key of the sense is taken."""
    load({"alpha": yaml("alpha"), "beta": yaml("beta")})
    gamma = written("gamma").word
    for sense in Sense.objects.exclude(word=gamma):
        Sense.objects.filter(pk=sense.pk).update(word=gamma, slug=sense.word.slug)
    Word.objects.get(slug="beta").delete()

    report = load({"alpha": yaml("alpha"), "beta": yaml("beta")})

    taken = "Sense with this Translation key and Locale already exists."
    assert said(report) == [("alpha", taken), ("beta", taken)]


def test_a_new_sense_of_a_word_that_was_made_here_in_part(load: Load, written: Any) -> None:
    load({"alpha": yaml("alpha")})
    written("alpha#second")

    report = load({"alpha": yaml("alpha", qualifier="of one", senses=TWO)})

    assert said(report) == [("alpha", "“alpha#second” was made here; left as it is")]


def test_a_sense_that_cannot_be_stored_is_reported_and_cannot_be_named(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the reader of files lets pass and the model does not."""
    monkeypatch.setattr(Sense._meta.get_field("unit"), "choices", [("hours", "hours")])

    report = load({"alpha": yaml("alpha", unit="days"), "beta": yaml("beta", related="[alpha]")})

    assert said(report) == [
        ("alpha", "Value 'days' is not a valid choice."),
        ("beta", "“alpha” is not in the glossary; left out until it is"),
    ]


def test_only_some_of_the_words(load: Load) -> None:
    files = {"alpha": yaml("alpha", related="[beta]"), "beta": yaml("beta")}

    assert said(load(files, only=["alpha"]))[0][1].startswith("“beta” is not in the glossary")
    assert said(load(files, only=["beta"])) == [("beta", "imported")]
    assert said(load(files, only=["alpha"])) == [("alpha", "imported")]


def test_what_a_dry_run_plans_is_seen_by_nobody_else(load: Load, locale: Any) -> None:
    with one_reading_of_the_glossary():
        load({"alpha": yaml("alpha"), "beta": yaml("beta", related="[alpha]")}, dry_run=True)

        with pytest.raises(LookupError):
            resolve("alpha", locale_id=locale.pk)


# --- Any folder -----------------------------------------------------------------------------------------

SLUGS = ("alpha", "beta", "gamma", "delta")
REFERENCES = st.sampled_from([*SLUGS, "alpha#main", "beta#second", "Gammas", "nowhere"])
LINK = st.tuples(st.sampled_from(["related", "broader", "false_friends"]), REFERENCES)
FILE = st.fixed_dictionaries(
    {"links": st.lists(LINK, max_size=3), "second": st.booleans(), "unit": st.sampled_from(["", "", "hours"])}
)
FOLDER = st.dictionaries(st.sampled_from(SLUGS), FILE, min_size=2)


def as_files(folder: dict[str, Any]) -> dict[str, str]:
    files = {}
    for slug, file in folder.items():
        fields: dict[str, str] = {"unit": file["unit"]} if file["unit"] else {}
        for kind in dict.fromkeys(kind for kind, _to in file["links"]):
            ends = dict.fromkeys(to for of, to in file["links"] if of == kind)
            named = (
                f"{{sense: '{to}', contrast: Not {to}.}}" if kind == "false_friends" else f"'{to}'"
                for to in ends
            )
            fields[kind] = f"[{', '.join(named)}]"
        second = {"qualifier": "of one", "senses": TWO} if file["second"] else {}
        files[slug] = yaml(slug, **fields, **second)
    return files


@pytest.mark.soak
@settings(max_examples=6 * ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders=st.lists(FOLDER, min_size=1, max_size=3), offline=st.sampled_from(["", *SLUGS]))
def test_whatever_is_in_a_folder_a_dry_run_says_what_the_import_says(
    tmp_path_factory: Any, locale: Any, folders: list[dict[str, Any]], offline: str
) -> None:
    """Folder after folder; after the first one a sense is taken offline."""
    place: Path = tmp_path_factory.mktemp("terms")
    load = loading(place, NOW)
    with transaction.atomic():
        for folder in folders:
            load(as_files(folder))
            for sense in Sense.objects.filter(live=True, word__slug=offline, slug="main"):
                sense.unpublish()
        transaction.set_rollback(True)
    shutil.rmtree(place)

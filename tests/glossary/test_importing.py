"""Words from a folder: again and again, without ever undoing what a person did."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Revision

from glossary.importing import Report, sense_key, word_key
from glossary.models import FalseFriend, PublishedWord, Relation, Sense, SenseVersion, Word
from glossary.queries import word_page
from tests.glossary.folders import yaml

pytestmark = pytest.mark.django_db

CONTENT = Path(__file__).parents[2] / "content" / "terms"


def told(report: Report) -> list[tuple[str, str]]:
    return [(outcome.file, outcome.state) for outcome in report.outcomes]


def rows() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Word, Sense, SenseVersion, Revision, Relation, FalseFriend)
    )


def test_a_new_word_is_imported_and_public(load: Any, locale: Any) -> None:
    report = load({"uptime": yaml("uptime")})

    assert told(report) == [("uptime.yaml", "imported")]
    assert word_page("uptime", locale.pk) is not None
    assert SenseVersion.objects.get().number == 1


def test_ids_grow_from_the_address_so_that_installations_can_be_merged(load: Any) -> None:
    load({"uptime": yaml("uptime")})

    assert Word.objects.get().translation_key == word_key("uptime")
    assert Sense.objects.get().translation_key == sense_key("uptime", "main")
    assert str(word_key("uptime")) == "e07f72c6-31e6-54d5-a856-d6f7b9e0b6f0"


@pytest.mark.sql
def test_the_second_import_of_the_same_files_changes_nothing(load: Any) -> None:
    files = {"uptime": yaml("uptime", related="[downtime]"), "downtime": yaml("downtime")}
    load(files)
    before = rows()

    report = load(files)

    assert told(report) == [("downtime.yaml", "unchanged"), ("uptime.yaml", "unchanged")]
    assert rows() == before


@pytest.mark.sql
def test_a_changed_file_is_a_new_version(load: Any) -> None:
    load({"uptime": yaml("uptime")})

    report = load({"uptime": yaml("uptime", why_it_matters="It costs money.")})

    assert told(report) == [("uptime.yaml", "imported")]
    assert [version.number for version in SenseVersion.objects.all()] == [1, 2]


def test_a_changed_word_alone_writes_the_page_anew(load: Any, locale: Any) -> None:
    load({"uptime": yaml("uptime")})

    load({"uptime": yaml("uptime").replace("slug: uptime\n", "slug: uptime\npronunciation: up\n", 1)})

    assert word_page("uptime", locale.pk).word.pronunciation == "up"  # type: ignore[union-attr]
    assert SenseVersion.objects.count() == 1


def test_what_a_person_edited_is_left_and_reported(load: Any, publish_again: Any) -> None:
    load({"uptime": yaml("uptime")})
    publish_again(Sense.objects.get(), gloss="A person wrote this.")

    unchanged = load({"uptime": yaml("uptime")})
    report = load({"uptime": yaml("uptime", why_it_matters="It costs money.")})

    assert told(unchanged) == [("uptime.yaml", "unchanged")]
    assert [(entry.state, entry.line) for entry in report.outcomes] == [("reported", 4)]
    assert "was edited here" in report.outcomes[0].reason
    assert Sense.objects.get().gloss == "A person wrote this."
    assert Sense.objects.get().why_it_matters == ""


def test_an_unpublished_draft_counts_as_an_edit(load: Any) -> None:
    load({"uptime": yaml("uptime")})
    sense = Sense.objects.get()
    sense.gloss = "Half a thought"
    sense.save_revision()

    report = load({"uptime": yaml("uptime", why_it_matters="It costs money.")})

    assert "was edited here" in report.outcomes[0].reason
    assert Sense.objects.get().get_latest_revision_as_object().gloss == "Half a thought"


def test_a_word_that_a_person_renamed_keeps_its_name_and_its_senses_are_updated(load: Any) -> None:
    load({"uptime": yaml("uptime")})
    Word.objects.update(lemma="Uptime!")

    report = load(
        {
            "uptime": yaml("uptime", unit="hours").replace(
                "slug: uptime\n", "slug: uptime\npronunciation: up\n", 1
            )
        }
    )

    assert "was edited here" in report.outcomes[0].reason
    assert Word.objects.get().lemma == "Uptime!"
    assert Sense.objects.get().unit == "hours"


def test_what_was_taken_offline_stays_offline(load: Any) -> None:
    load({"uptime": yaml("uptime")})
    Sense.objects.get().unpublish()

    report = load({"uptime": yaml("uptime", unit="hours")})

    assert report.count("reported") == 1
    assert not Sense.objects.get().live


def test_a_word_that_a_person_made_is_not_taken_over(load: Any, written: Any) -> None:
    written("uptime", gloss="Ours.")

    report = load({"uptime": yaml("uptime")})

    assert "made here" in report.outcomes[0].reason
    assert Sense.objects.get().gloss == "Ours."


def test_a_person_who_typed_the_same_as_the_file_is_no_conflict(load: Any, publish_again: Any) -> None:
    load({"uptime": yaml("uptime")})
    publish_again(Sense.objects.get(), unit="hours")

    assert told(load({"uptime": yaml("uptime", unit="hours")})) == [("uptime.yaml", "unchanged")]


def test_a_sense_that_left_its_file_stays_and_is_reported(load: Any) -> None:
    second = "  - slug: second\n    qualifier: of two\n    gloss: g\n    wording_business: b\n    wording_technology: t\n"
    load({"uptime": yaml("uptime", qualifier="of one", senses=second)})

    report = load({"uptime": yaml("uptime", qualifier="of one")})

    assert "no longer in the file" in report.outcomes[0].reason
    assert Sense.objects.filter(live=True).count() == 2


def test_a_bad_file_is_reported_and_the_others_are_imported(load: Any) -> None:
    report = load({
        "uptime": yaml("uptime"),
        "broken": "lemma: [",
        "bytes": b"lemma: uptime\nslug: \xff\xfe\n",
        "notes.txt": "hello",
        "other": yaml("another"),
        "twin": yaml("twin").replace("lemma: twin", "lemma: UPTIME"),
    })  # fmt: skip

    assert [
        (entry.file, entry.state, entry.line) for entry in report.outcomes if entry.state == "reported"
    ] == [
        ("broken.yaml", "reported", 1),
        ("bytes.yaml", "reported", 2),
        ("notes.txt", "reported", 1),
        ("other.yaml", "reported", 1),
        ("uptime.yaml", "reported", 1),
    ]
    assert ("twin.yaml", "imported") in told(report)
    assert all(entry.reason for entry in report.outcomes if entry.state == "reported")
    assert Word.objects.count() == 1


@pytest.mark.sql
def test_relations_may_point_at_words_that_come_later_in_the_folder(load: Any, locale: Any) -> None:
    report = load(
        {
            "alpha": yaml("alpha", related="[beta]", broader="[gamma]"),
            "beta": yaml("beta"),
            "gamma": yaml("gamma"),
        }
    )

    assert report.count("reported") == 0
    page = word_page("beta", locale.pk)
    assert page is not None
    assert [entry.label for entry in page.senses[0].related] == ["alpha"]
    gamma = word_page("gamma", locale.pk)
    assert gamma is not None
    assert [entry.label for entry in gamma.senses[0].narrower] == ["alpha"]


def test_a_missing_reference_is_reported_with_its_line_and_made_when_the_word_comes(load: Any) -> None:
    alpha = yaml("alpha", related="[beta]")

    report = load({"alpha": alpha})
    assert [(entry.line, entry.reason) for entry in report.outcomes] == [
        (8, "“beta” is not in the glossary; left out until it is")
    ]

    report = load({"alpha": alpha, "beta": yaml("beta")})
    assert told(report) == [("alpha.yaml", "imported"), ("beta.yaml", "imported")]
    assert Relation.objects.count() == 1


def test_a_reference_to_a_word_with_several_senses_must_name_one(load: Any) -> None:
    second = "  - slug: second\n    qualifier: of two\n    gloss: g\n    wording_business: b\n    wording_technology: t\n"

    report = load(
        {"alpha": yaml("alpha", related="[beta]"), "beta": yaml("beta", qualifier="of one", senses=second)}
    )

    assert report.outcomes[0].reason == "“beta” has several senses; write beta#main or beta#second"


def test_a_contradiction_is_reported(load: Any) -> None:
    report = load({"alpha": yaml("alpha", broader="[beta]"), "beta": yaml("beta", related="[alpha]")})

    assert [(entry.file, entry.state) for entry in report.outcomes] == [
        ("alpha.yaml", "imported"),
        ("beta.yaml", "reported"),
    ]
    assert Relation.objects.count() == 1


def test_a_relation_that_left_its_file_goes_unless_the_other_file_asks_for_it(load: Any) -> None:
    load(
        {
            "alpha": yaml("alpha", related="[beta, gamma]"),
            "beta": yaml("beta", related="[alpha]"),
            "gamma": yaml("gamma"),
        }
    )

    load({"alpha": yaml("alpha"), "beta": yaml("beta", related="[alpha]"), "gamma": yaml("gamma")})

    pairs = {(relation.source.word.slug, relation.target.word.slug) for relation in Relation.objects.all()}
    assert pairs == {("alpha", "beta")}


def test_a_relation_that_a_person_removed_does_not_come_back(load: Any) -> None:
    files = {"alpha": yaml("alpha", related="[beta]"), "beta": yaml("beta")}
    load(files)
    Relation.objects.all().delete()

    load(files)

    assert not Relation.objects.exists()


def test_false_friends_keep_the_contrast_of_each_side(load: Any, locale: Any) -> None:
    def friends(other: str, contrast: str) -> str:
        return f"[{{sense: {other}, contrast: {contrast}}}]"

    load(
        {
            "alpha": yaml("alpha", false_friends=friends("beta", "Here A.")),
            "beta": yaml("beta", false_friends=friends("alpha", "Here B.")),
        }
    )

    for slug, contrast in (("alpha", "Here A."), ("beta", "Here B.")):
        page = word_page(slug, locale.pk)
        assert page is not None
        assert [entry.contrast for entry in page.senses[0].friends] == [contrast]
    assert FalseFriend.objects.count() == 1


@pytest.mark.sql
def test_a_dry_run_reports_and_leaves_nothing(load: Any) -> None:
    report = load({"uptime": yaml("uptime")}, dry_run=True)

    assert told(report) == [("uptime.yaml", "imported")]
    assert rows() == (0,) * 6
    assert not PublishedWord.objects.exists()


@pytest.mark.sql
def test_a_crash_in_the_middle_leaves_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from glossary import publishing

    monkeypatch.setattr(publishing, "_rows", lambda words, now: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load({"uptime": yaml("uptime")})

    assert rows() == (0,) * 6


@pytest.mark.sql
def test_words_of_the_starter_content_are_imported_and_again_without_a_change(tmp_path: Path) -> None:
    """Every fifteenth word. All of them go in with the whole starter content: tests/site/test_starter_content.py."""
    files = sorted(CONTENT.glob("*.yaml"))[::15]
    for path in files:
        (tmp_path / path.name).write_bytes(path.read_bytes())

    def said() -> Any:
        out = StringIO()
        call_command("import_glossary", str(tmp_path), "--json", stdout=out)
        return json.loads(out.getvalue())

    first, before, second = said(), rows(), said()

    assert Word.objects.count() == len(files) == 14
    assert not Sense.objects.filter(live=False).exists()
    for report in (first, second):
        reasons = [entry["reason"] for entry in report["remarks"]]
        assert reasons
        # These words name others that are not in the folder; nothing else is wrong.
        assert [reason for reason in reasons if "is not in the glossary; left out until" not in reason] == []
    assert len({*first["imported"], *first["in_part"]}) == len(files)
    assert (second["imported"], second["in_part"], second["not_imported"]) == ([], [], [])
    assert rows() == before


def test_the_command_tells_what_became_of_each_file(tmp_path: Path, locale: Any) -> None:
    (tmp_path / "uptime.yaml").write_text(yaml("uptime"))
    (tmp_path / "broken.yaml").write_text("lemma: a\nslug: broken\n")
    out = StringIO()

    call_command("import_glossary", str(tmp_path), "--dry-run", stdout=out)

    assert out.getvalue().splitlines() == [
        "broken.yaml:1: a word needs at least one sense",
        "uptime.yaml: imported",
        "1 imported, 0 unchanged, 1 reported (dry run, nothing was changed)",
    ]
    with pytest.raises(CommandError):
        call_command("import_glossary", str(tmp_path / "nowhere"))

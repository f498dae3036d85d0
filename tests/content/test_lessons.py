"""A lesson keeps the shape people get used to: hook, one idea, an example, checks, one sentence."""

import pytest

from exchange.importing.folder import Folder, Store
from exchange.importing.lesson import read_lesson
from gates.svg import clean_drawing
from glossary.rules.linting import count_words
from glossary.rules.readability import HARDEST_GRADE, reading_grade
from tests.content.given import CONTENT, LESSON_IDS, LESSONS, course, lesson, linked, listed, words

WORDS_MOST = 600
WORDS_PER_MINUTE, CHECKS_PER_MINUTE, MINUTES_APART = 180, 2, 2
"""Source: interface.md; the same figures as the editor's advice."""

each_lesson = pytest.mark.parametrize(("code", "name"), LESSONS, ids=LESSON_IDS)


@each_lesson
def test_it_can_be_read_and_says_what_one_can_do_afterwards(code: str, name: str) -> None:
    source = lesson(code, name).source

    assert not source.errors, listed(source.errors)
    matter = source.front_matter
    assert all(matter.get(field) for field in ("title", "slug", "objective", "outcome", "minutes"))
    assert matter["outcome"] in {outcome["id"] for outcome in course(code).about["outcomes"]}
    assert not str(matter["objective"]).endswith("."), "“After this you can …” ends without a full stop"


class _EveryQuestion(dict[str, int]):
    """Whatever a lesson asks is there: its questions have tests of their own."""

    def get(self, code: str, default: object = None) -> int:  # type: ignore[override]
        return 1


@each_lesson
def test_the_importer_leaves_nothing_of_it_out(code: str, name: str) -> None:
    folder = Folder(CONTENT / code)

    read = read_lesson(name, folder, _EveryQuestion(), Store(None, dry_run=True))

    assert not read.errors, listed(read.errors)


@each_lesson
def test_it_opens_with_a_meeting_that_went_wrong_and_ends_with_one_sentence_to_say(
    code: str, name: str
) -> None:
    kinds = [piece.kind for piece in lesson(code, name).pieces]

    assert kinds[0] == "hook"
    assert kinds.count("hook") == 1
    assert kinds.count("say") == 1
    assert kinds.count("checks") == 1
    assert kinds.index("checks") < kinds.index("say")
    assert set(kinds[kinds.index("say") + 1 :]) <= {"resources"}


@each_lesson
def test_the_sentence_to_say_has_no_quotation_marks_around_it(code: str, name: str) -> None:
    say = lesson(code, name).of_kind("say")[0].body

    assert not (say[0] in "“\"'‘" and say[-1] in "”\"'’")
    assert count_words(say) <= 45


@each_lesson
def test_it_shows_an_exchange_or_an_example(code: str, name: str) -> None:
    assert lesson(code, name).of_kind("meeting", "example")


@each_lesson
def test_its_running_text_has_at_most_600_words(code: str, name: str) -> None:
    count = count_words(lesson(code, name).running_text)

    assert 150 <= count <= WORDS_MOST


@each_lesson
def test_the_minutes_it_names_are_what_reading_and_answering_takes(code: str, name: str) -> None:
    one = lesson(code, name)

    computed = count_words(one.read_text) / WORDS_PER_MINUTE + len(one.checks) / CHECKS_PER_MINUTE

    assert abs(one.source.front_matter["minutes"] - computed) <= MINUTES_APART, f"computed {computed:.1f}"


@each_lesson
def test_it_has_two_or_three_checks_of_its_own(code: str, name: str) -> None:
    one = lesson(code, name)
    known = {item["id"]: item for item in course(code).asked("check", answerable=True)}

    assert 2 <= len(one.checks) <= 3
    assert [check for check in one.checks if check not in known] == []
    assert {known[check]["lesson"] for check in one.checks} == {one.slug}


@each_lesson
def test_it_links_three_to_eight_senses(code: str, name: str) -> None:
    """Three to six is the aim; two more where a lesson contrasts false friends."""
    senses = linked(lesson(code, name))

    assert 3 <= len(senses) <= 8, listed(senses)


@each_lesson
def test_every_picture_exists_is_clean_and_is_said_in_words(code: str, name: str) -> None:
    for piece in lesson(code, name).of_kind("figure"):
        path = course(code).folder / piece.data["image"]
        assert path.is_file(), f"line {piece.line}: there is no {piece.data['image']}"
        if path.suffix == ".svg":
            clean_drawing(path.read_text(encoding="utf-8"))
        assert piece.data.get("decorative") is True or len(piece.data.get("alt") or "") >= 30, piece.line
        assert piece.data.get("credit"), f"line {piece.line}: whose picture is it?"


@each_lesson
def test_its_addresses_are_complete(code: str, name: str) -> None:
    for piece in lesson(code, name).of_kind("resources"):
        for item in piece.data:
            assert str(item["url"]).startswith(("https://", "http://"))
            assert item["title"]
            assert item.get("note"), "a resource says why somebody should open it"


@each_lesson
def test_it_asks_for_at_most_ten_years_of_school(code: str, name: str) -> None:
    """Flesch–Kincaid of the running text; words of the glossary are explained, however long they are."""
    grade = reading_grade(lesson(code, name).running_text, known=glossary_words())

    assert grade <= HARDEST_GRADE


def glossary_words() -> frozenset[str]:
    names = [word.texts["lemma"].lower() for word in words().values()]
    return frozenset(part + ending for name in names for part in name.split() for ending in ("", "s", "es"))

"""What differs between two versions, paragraph by paragraph: values only."""

from authoring.rules.difference import Difference, Kind, Paragraph, differences


def text(*words: str) -> list[Paragraph]:
    return [Paragraph("Text", one) for one in words]


def test_the_same_text_has_no_differences() -> None:
    assert differences(text("One.", "Two."), text("One.", "Two.")) == []


def test_a_changed_paragraph_stands_beside_its_earlier_self() -> None:
    found = differences(text("Before.", "A month has 720 hours."), text("Before.", "A month has 744 hours."))

    assert found == [
        Difference(Kind.SAME, count=1),
        Difference(Kind.CHANGED, "Text", "A month has 720 hours.", "A month has 744 hours."),
    ]


def test_what_is_new_and_what_is_gone_are_told_apart() -> None:
    found = differences(
        text("Stays.", "Goes away entirely."), text("Stays.", "Something quite different comes.")
    )

    assert found == [
        Difference(Kind.SAME, count=1),
        Difference(Kind.NEW, "Text", after="Something quite different comes."),
        Difference(Kind.GONE, "Text", before="Goes away entirely."),
    ]


def test_a_paragraph_put_in_front_leaves_the_next_one_what_it_was() -> None:
    found = differences(
        text("The old first one is here.", "Last."), text("New.", "The old first one is there.", "Last.")
    )

    assert [difference.kind for difference in found] == [Kind.NEW, Kind.CHANGED, Kind.SAME]


def test_another_link_under_the_same_words_is_a_difference() -> None:
    before, after = Paragraph("Text", "Read this.", "a /one/"), Paragraph("Text", "Read this.", "a /two/")

    assert differences([before], [after]) == [Difference(Kind.LOOK, "Text", "Read this.", "Read this.")]


def test_another_title_is_a_change_however_different_it_is() -> None:
    before = Paragraph("Title", "Hours", is_field=True)
    after = Paragraph("Title", "Told better", is_field=True)

    assert differences([before], [after]) == [Difference(Kind.CHANGED, "Title", "Hours", "Told better")]


def test_paragraphs_of_different_blocks_are_no_versions_of_each_other() -> None:
    found = differences([Paragraph("Hook", "One.")], [Paragraph("Callout", "One.")])

    assert [difference.kind for difference in found] == [Kind.NEW, Kind.GONE]

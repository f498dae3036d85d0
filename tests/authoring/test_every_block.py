"""What is missing is looked for in every field of every block: a new block cannot be forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from wagtail import blocks

from authoring.readiness import Source, lesson_drafts
from authoring.rules.lacks import Finding, findings, is_empty
from courses.block_fields import Dialect
from courses.blocks import LessonBlock
from tests.glossary.words import write_sense

pytestmark = pytest.mark.django_db

LESSON = LessonBlock()
FAULTS = {
    Dialect.MARKDOWN: ["See [[no-such-word]].", "See [there](/courses/nowhere/)."],
    Dialect.LINE: ["See [[no-such-word]].", "See [there](/courses/nowhere/)."],
    Dialect.RICH: [
        '<p>See <a linktype="page" id="99999">there</a>.</p>',
        '<p>See <a href="/courses/nowhere/">there</a>.</p>',
        "<p>See [[no-such-word]].</p>",
    ],
    Dialect.PLAIN: ["See [[no-such-word]]."],
    Dialect.MARKED: ["See [[no-such-word]].", "See [7]."],
    Dialect.DRAWING: ["<svg/>"],
    Dialect.ADDRESS: ["/courses/nowhere/"],
}
"""For each way in which a text is read, texts with something wrong in them."""


def places(block: blocks.Block, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], blocks.Block]]:
    """Every field below a block, with the names that lead there."""
    if isinstance(block, blocks.BaseStreamBlock | blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            yield from places(child, (*path, name))
    elif isinstance(block, blocks.ListBlock):
        yield from places(block.child_block, (*path, "*"))
    else:
        yield path, block


def filled(block: blocks.Block, path: tuple[str, ...], planted: Any, number: int = 0) -> Any:
    """A value of the block with `planted` at the path and something harmless in every other field."""
    if isinstance(block, blocks.BaseStreamBlock):
        child = path[0] if path else next(iter(block.child_blocks))
        value = filled(block.child_blocks[child], path[1:], planted, number + 1)
        return [{"type": child, "id": f"block-{number}", "value": value}]
    if isinstance(block, blocks.BaseStructBlock):
        return {
            name: filled(child, path[1:], planted, number + 1)
            if path and path[0] == name
            else filled(child, (), None, number + 100)
            for name, child in block.child_blocks.items()
        }
    if isinstance(block, blocks.ListBlock):
        value = filled(block.child_block, path[1:], planted, number + 1)
        return [{"type": "item", "id": f"item-{number}", "value": value}]
    return planted if path == () and planted is not None else harmless(block)


def harmless(block: blocks.Block) -> Any:
    reads = getattr(block, "reads", None)
    if reads is not None:
        return {
            Dialect.ADDRESS: "https://example.com/",
            Dialect.MARKED: "It holds [1].",
            Dialect.DRAWING: "",
        }.get(reads, "It is said.")
    return None if isinstance(block, blocks.ChooserBlock) else block.get_default()


def found(body: Any) -> list[Finding]:
    (draft,) = lesson_drafts([Source(1, "count hours", 5, body)], advises=False)
    return [finding for finding in findings(draft) if finding.needed]


FIELDS = dict(places(LESSON))
TEXTS = [
    path
    for path, block in FIELDS.items()
    if isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.RichTextBlock | blocks.URLBlock)
]
PLANTED = [(path, fault) for path in TEXTS for fault in FAULTS[FIELDS[path].reads]]


@pytest.mark.parametrize("path", TEXTS, ids=".".join)
def test_every_text_field_says_how_it_is_read(path: tuple[str, ...]) -> None:
    assert FIELDS[path].reads in FAULTS


@pytest.mark.parametrize(
    ("path", "fault"), PLANTED, ids=lambda part: ".".join(part) if isinstance(part, tuple) else None
)
def test_a_fault_in_any_text_field_is_found_and_leads_to_its_field(path: tuple[str, ...], fault: str) -> None:
    sound, faulty = filled(LESSON, path, None), filled(LESSON, path, fault)

    new = [finding for finding in found(faulty) if finding not in found(sound)]

    assert new, fault
    names = [name for name in path[1:] if name != "*"]
    assert [part for part in new[0].path if not part.startswith(("block-", "item-"))][: len(names)] == [
        name for name in names if name in new[0].path
    ]
    assert not names or new[0].path[-1] in {
        names[-1],
        *(part for part in new[0].path if part.startswith(("block-", "item-"))),
    }


ASKED = [
    path
    for path, block in FIELDS.items()
    if block.required and not isinstance(block, blocks.BooleanBlock | blocks.ChoiceBlock)
]


@pytest.mark.parametrize("path", ASKED, ids=".".join)
def test_a_field_that_is_asked_for_and_empty_is_missing(path: tuple[str, ...]) -> None:
    empty = None if isinstance(FIELDS[path], blocks.ChooserBlock) else ""
    if path == ("table", "head", "*"):
        pytest.skip("the corner above the headings of the rows may be empty")
    body = filled(LESSON, path, empty)
    if empty is None:
        assert is_empty(filled(LESSON, path, None)[0]["value"].get(path[1])) or path[0] == "checks"

    kind = path[0]

    assert [finding for finding in found(body) if finding.block.startswith(("block-", "item-"))], kind


def test_a_figure_in_a_fold_needs_words() -> None:
    body = filled(LESSON, ("fold", "parts", "figure", "image"), 3)
    body[0]["value"]["parts"][0]["value"]["alt"] = ""

    assert any("cannot see it" in finding.message for finding in found(body))


def test_a_word_with_several_meanings_names_them() -> None:
    write_sense("incident#service")
    write_sense("incident#security")
    (finding,) = found([{"type": "markdown", "id": "m", "value": "An [[incident]]."}])

    told = finding.message % finding.values
    assert "[[incident#service]]" in told
    assert "[[incident#security]]" in told

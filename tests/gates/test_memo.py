"""What is remembered of rendered texts: never more than there is room for, and never what is no longer so."""

from typing import Any

import pytest
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from gates import markdown, rendered
from gates.markdown import render_inline, render_markdown
from gates.memo import Memo
from gates.rendered import AskingExtension


class Named(AskingExtension):
    """`@name` becomes what is known of the name."""

    known: dict[str, str] = {}

    def answer(self, question: str) -> str | None:
        return self.known.get(question)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        md.inlinePatterns.register(_Name(self), "name", 175)


class _Name(InlineProcessor):
    def __init__(self, extension: Named) -> None:
        super().__init__(r"@(\w+)")
        self.extension = extension

    def handleMatch(self, m: Any, data: str) -> Any:  # type: ignore[override] # noqa: N802 - Markdown's name
        return self.extension.ask(m[1]) or "nobody", m.start(0), m.end(0)


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are really rendered, from an empty memory on."""
    rendered.forget()
    texts: list[str] = []
    run = markdown._run

    def noted(md: Any, text: str) -> str:
        texts.append(text)
        return run(md, text)

    monkeypatch.setattr(markdown, "_run", noted)
    return texts


def test_the_same_text_is_rendered_once_and_with_other_options_again(converted: list[str]) -> None:
    first = [render_markdown("# *A*"), render_markdown("# *A*"), render_markdown("# *A*", heading_shift=1)]
    second = [render_inline("*A*"), render_inline("*A*")]

    assert first[0] == first[1] != first[2]
    assert second[0] == second[1] == "<em>A</em>"
    assert converted == ["# *A*", "# *A*", "*A*"]


def test_a_text_whose_answers_changed_is_rendered_again(
    converted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Named, "known", {"a": "Ada", "b": "Bob"})
    text = "@a and @b and @a"
    one, two = Named(), Named()
    assert render_markdown(text, extensions=(one,)) == render_markdown(text, extensions=(two,))
    assert one.asked == two.asked == [("a", "Ada"), ("b", "Bob"), ("a", "Ada")]
    assert len(converted) == 1

    monkeypatch.setattr(Named, "known", {"a": "Ada"})
    three = Named()

    assert "Ada and nobody and Ada" in render_markdown(text, extensions=(three,))
    assert three.asked == [("a", "Ada"), ("b", None), ("a", "Ada")]
    assert len(converted) == 2


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    memo: Memo[str] = Memo(10)
    memo.keep("a", "1", 4)
    memo.keep("b", "2", 4)
    assert memo.get("a") == "1"

    memo.keep("c", "3", 4)
    memo.keep("c", "4", 5)

    assert [memo.get(key) for key in "abc"] == ["1", None, "4"]
    memo.keep("d", "5", 11)
    assert [memo.get(key) for key in "acd"] == [None, None, None]

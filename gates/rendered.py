"""Markdown that was rendered before is looked up: most of what publishing a lesson costs is rendering it.

What a text becomes follows from the text, the language and what its extensions are told. So what is kept holds
what was asked, and counts only while every answer is the same: nothing has to be forgotten when a word changes.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from markdown.extensions import Extension

from gates.memo import Memo

KEPT: Final = 6_000_000
"""Characters in a process; all lessons of the starter content have a third of it."""


class AskingExtension(Extension):
    """An extension whose output follows from the text and from what it is told, and from nothing else.

    It asks through `ask`. A text that was rendered before is then not rendered again as long as every answer
    is what it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str | None]] = []

    def expect(self, questions: Iterable[str]) -> None:
        """Told what will be asked, so that the answers can be looked up together."""

    def ask(self, question: str) -> str | None:
        answer = self.answer(question)
        self.asked.append((question, answer))
        return answer

    def answer(self, question: str) -> str | None:
        raise NotImplementedError


_memo: Final[Memo[tuple[SafeString, list[list[tuple[str, str | None]]]]]] = Memo(KEPT)


def rendered_once(
    text: tuple[Any, ...], extensions: Sequence[Extension], render: Callable[[], SafeString]
) -> SafeString:
    """What `render` makes of the text and its options, or what it made of them before.

    `text` begins with the text itself. With an extension that asks nothing, nothing is kept.
    """
    asking = [extension for extension in extensions if isinstance(extension, AskingExtension)]
    if len(asking) < len(extensions):
        return render()
    key = (get_language(), *text, *(type(extension) for extension in asking))
    kept = _memo.get(key)
    if kept is not None:
        html, conversations = kept
        if all(map(_is_answered_as, asking, conversations)):
            return html
        for extension in asking:
            extension.asked.clear()
    html = render()
    conversations = [list(extension.asked) for extension in asking]
    _memo.keep(key, (html, conversations), len(text[0]) + len(html) + 60 * sum(map(len, conversations)))
    return html


def _is_answered_as(extension: AskingExtension, asked: list[tuple[str, str | None]]) -> bool:
    extension.expect(question for question, _answer in asked)
    return all(extension.ask(question) == answer for question, answer in asked)


def forget() -> None:
    """As in a process that has rendered nothing yet."""
    _memo.clear()

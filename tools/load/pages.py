"""What a person sees of a page: its forms with hidden fields and choices, its links, and what stands where."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = frozenset(
    "area base br col embed hr img input link meta source track wbr path circle rect use line".split()
)


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: "list[Node | str]" = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()

    def walk(self) -> "Iterator[Node]":
        """This node and all below it, in the order of the page."""
        yield self
        for child in self.inside:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str = "", css: str = "") -> "Iterator[Node]":
        return (node for node in self.walk() if tag in ("", node.tag) and (not css or node.has_class(css)))

    def first(self, tag: str = "", css: str = "") -> "Node | None":
        return next(self.all(tag, css), None)

    @property
    def text(self) -> str:
        """Its words, with one space between them."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()
                yield " "


@dataclass
class Form:
    """A form as a browser would send it: `fields` stand already, `choices` may be made, `buttons` pressed."""

    id: str
    action: str
    method: str
    fields: dict[str, str]
    choices: dict[str, list[str]]
    several: frozenset[str]  # names of which more than one may be chosen
    chosen: dict[str, list[str]]
    buttons: list[tuple[str, str]]
    links: list[tuple[str, str]]

    @property
    def can_be_sent(self) -> bool:
        return bool(self.buttons)


class Page:
    def __init__(self, html: str) -> None:
        builder = _Builder()
        builder.feed(html)
        builder.close()
        self.root = builder.root
        self.forms = [_form(node) for node in self.root.all("form")]

    def form(self, *, action: str) -> Form | None:
        """The first form that leads to an address, whatever #part of it."""
        return next((form for form in self.forms if form.action.partition("#")[0] == action), None)

    @property
    def heading(self) -> str:
        heading = self.root.first("h1")
        return heading.text if heading else ""


def links(node: Node) -> list[tuple[str, str]]:
    """Addresses and their words."""
    return [(link.get("href"), link.text) for link in node.all("a") if link.get("href")]


def numbers(text: str) -> list[int]:
    """The whole numbers in a text, in its order."""
    return [int(word) for word in "".join(sign if sign.isdigit() else " " for sign in text).split()]


def _form(node: Node) -> Form:
    fields: dict[str, str] = {}
    choices: dict[str, list[str]] = {}
    chosen: dict[str, list[str]] = {}
    several = set()
    for inner in node.all("input"):
        name, kind, value = inner.get("name"), inner.get("type"), inner.get("value")
        if kind in ("radio", "checkbox"):
            if "checked" in inner.attributes:
                chosen.setdefault(name, []).append(value)
            if "disabled" not in inner.attributes:
                choices.setdefault(name, []).append(value)
            if kind == "checkbox":
                several.add(name)
        elif name and "disabled" not in inner.attributes:
            fields[name] = value
    buttons = [
        (button.get("name"), button.get("value"))
        for button in node.all("button")
        if button.attributes.get("type", "submit") == "submit"
    ]
    return Form(
        id=node.get("id"),
        action=node.get("action"),
        method=node.attributes.get("method", "get").lower(),
        fields=fields,
        choices=choices,
        several=frozenset(several),
        chosen=chosen,
        buttons=buttons,
        links=links(node),
    )


class _Builder(HTMLParser):
    """A tree of the page. What was not closed ends with what is around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(node)
        if tag not in EMPTY:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self._open) - 1, 0, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)

"""Guards over templates: a template in, a sentence for each fault out, which names the rule and the place."""

import re
from collections.abc import Iterator

from tests.house.code_guards import ADDRESSES, PERCENT

# What only a manager or a QuerySet has. `first` and `last` of a loop are figures of the loop.
ASKS = {
    "objects", "all", "filter", "exclude", "count", "exists", "first", "last", "latest", "earliest", "get", "order_by",
    "distinct", "reverse", "values", "values_list", "iterator", "aggregate", "annotate", "select_related", "prefetch_related",
    "get_children", "get_descendants", "get_ancestors", "get_siblings", "get_parent", "get_next_sibling", "get_prev_sibling",
}  # fmt: skip
# Fields of the person's own row, which is there already, and what the sign-in fills with the same query.
OF_THE_PERSON = {
    "display_name", "email", "get_short_name", "get_side_display", "is_authenticated", "last_login", "roles",
}  # fmt: skip
# Figures that a view counted, by file and name.
COUNTED = {"column.count", "entry.count", "month.count"}

COMMENT = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}", re.DOTALL)
LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
PATH = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*")
THRESHOLD = re.compile(
    r"([A-Za-z_][\w.]*)\s*(?:[<>]=?)\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:[<>]=?)\s*([A-Za-z_][\w.]*)"
)


def _tags(text: str) -> Iterator[tuple[int, str]]:
    """The line and the inside of every tag and variable, without its literals."""
    text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    for match in TAG.finditer(text):
        inside = LITERAL.sub("''", match[1] or match[2] or "")
        yield text.count("\n", 0, match.start()) + 1, inside


def asks_the_database(name: str, text: str) -> list[str]:
    """A template shows what its view found out; it asks nothing."""
    faults = []
    for line, inside in _tags(text):
        for path in PATH.findall(inside):
            first, *others = path.split(".")
            if path in COUNTED or first == "forloop":
                continue
            asked = [part for part in others if part in ASKS or part.endswith("_set")]
            of_person = (
                others[1:]
                if (first, *others[:1]) == ("request", "user")
                else others
                if first == "user"
                else []
            )
            if asked or (of_person and not (len(of_person) == 1 and of_person[0] in OF_THE_PERSON)):
                faults.append(
                    f"{name}:{line} {{{{ {path} }}}} asks the database: a template makes no query, the view hands it what it shows."
                )
    return faults


def decides(name: str, text: str) -> list[str]:
    """How much is enough is a rule: no template compares a score or a share with a number."""
    return [
        f"{name}:{line} “{match[0]}” is a rule: it stands in a rule module, and the view hands on what it says."
        for line, inside in _tags(text)
        for match in THRESHOLD.finditer(inside)
        if PERCENT.search((match[1] or match[4]).rpartition(".")[2].lower())
        and float(match[2] or match[3]) != 0
    ]


def written_addresses(name: str, text: str) -> list[str]:
    """An address is asked for by its name, `{% url … %}`: written by hand it would leave out the prefix of a language."""
    text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} “{match[0]}” is an address written by hand: take {{% url %}} or "
        "what the view hands on, which know the language."
        for match in ADDRESSES.finditer(text)
    ]


WIDTH = 120
# Elements that begin a line of the page. Any other may stand within a sentence, beside others of its kind.
BLOCK_ELEMENTS = {
    "address", "article", "aside", "blockquote", "body", "caption", "check-form", "colgroup", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
    "legend", "li", "link", "main", "meta", "nav", "ol", "optgroup", "p", "pre", "script", "section", "start-form", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "under-way", "video",
}  # fmt: skip
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BRANCHES = {"else", "elif", "empty", "plural"}
SENTENCES = {"blocktranslate", "comment"}
# A tag of Django's, a value, the beginning or the end of an element, the end of a tag, a quote.
PIECE = re.compile(r"{%\s*(\w+).*?%}|{[{#].*?[}#]}|<(/?[\w-]+)|(/?>)|(\")")
CLOSES = re.compile(r"</|{%\s*(?:end\w+|else|elif|empty|plural)\b")


def is_wide(name: str, text: str) -> list[str]:
    """No line of a template is longer than what fits beside its older version in a review."""
    return [
        f"{name}:{number} has {len(line)} characters: a line of a template has at most {WIDTH}."
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDTH
    ]


def is_crowded(name: str, text: str) -> list[str]:
    """A line opens one block: an element of BLOCK_ELEMENTS, or a tag of Django's that has an end.

    What stands inside the tag of an element counts as little as a sentence for translators.
    """
    return [
        f"{name}:{number} opens {', '.join(opened)}: one block opens on a line."
        for number, _depth, _line, opened in _lines(text)
        if len(opened) > 1
    ]


def is_askew(name: str, text: str) -> list[str]:
    """Each line is indented by two spaces for everything that is open where it begins."""
    return [
        f"{name}:{number} is indented by {spaces} spaces, not {2 * depth}: nesting is shown by two spaces."
        for number, depth, line, _opened in _lines(text)
        if (spaces := len(line) - len(line.lstrip())) != 2 * depth
    ]


def _lines(text: str) -> Iterator[tuple[int, int, str, list[str]]]:
    """Number, depth, text and the blocks that open there, of each line outside of comments."""
    ends = set(re.findall(r"{%\s*end(\w+)", text))
    depth, tag, is_quoted, is_comment = 0, "", False, False
    for number, line in enumerate(text.splitlines(), 1):
        opened: list[str] = []
        words = line.strip()
        if is_comment or not words:
            is_comment = is_comment and "endcomment" not in line
            continue
        begins = depth - bool(
            CLOSES.match(words) or (tag and words.startswith('"' if is_quoted else (">", "/>")))
        )
        for piece in PIECE.finditer(line):
            django, element, end, quote = piece.groups()
            if django == "comment":
                is_comment = "endcomment" not in line
                break
            if django:
                if django in ends:
                    depth += 1
                    opened += [django] if not tag and django not in SENTENCES else []
                elif django.removeprefix("end") in ends and django not in BRANCHES:
                    depth -= 1
            elif quote and tag:
                is_quoted = not is_quoted
                depth += 1 if is_quoted else -1
            elif element and not tag:
                tag = element.lower()
                depth += 1
                opened += [f"<{tag}>"] if tag in BLOCK_ELEMENTS else []
            elif end and tag and not is_quoted:
                depth -= 1
                if tag[0] == "/":
                    depth -= 1
                elif end == ">" and tag not in VOID:
                    depth += 1
                tag = ""
        yield number, begins, line, opened

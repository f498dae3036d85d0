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
    text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in TAG.finditer(text):
        inside = LITERAL.sub("''", found[1] or found[2] or "")
        yield text.count("\n", 0, found.start()) + 1, inside


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
        f"{name}:{line} “{found[0]}” is a rule: it stands in a rule module, and the view hands on what it says."
        for line, inside in _tags(text)
        for found in THRESHOLD.finditer(inside)
        if PERCENT.search((found[1] or found[4]).rpartition(".")[2].lower())
        and float(found[2] or found[3]) != 0
    ]


def written_addresses(name: str, text: str) -> list[str]:
    """An address is asked for by its name, `{% url … %}`: written by hand it would leave out the prefix of a language."""
    text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1} “{found[0]}” is an address written by hand: take {{% url %}} or "
        "what the view hands on, which know the language."
        for found in ADDRESSES.finditer(text)
    ]

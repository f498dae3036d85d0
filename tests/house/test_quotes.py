"""What we put between “ and ” goes through `within_quotes`, so that its own quotation marks become ‘ and ’.

Read in the source: a template's variable between the marks has the filter, and so has each value that fills a
sentence with `“%(name)s”` or an f-string. What a person types word for word, and what holds no such marks, stands
in `AS_IT_IS`.
"""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from tests.house.source import ROOT, name_of, python_files, text_of, tracked_files
from tests.house.template_guards import COMMENT

# Files, the names of values in their sentences, and why these stand there as they are.
AS_IT_IS = (
    ("*", ("key", "slug", "code"), "addresses and codes: letters, figures and hyphens"),
    ("*", ("address", "anchor", "reference"), "where a link leads: to be found again in the text letter by letter"),
    ("*", ("kind", "field", "value"), "what a file says where the format knows a few words or figures"),
    ("authoring/rules/faults.py", ("mark", "text"), "what is typed there, to be found again letter by letter"),
    ("glossary/wordfile.py", ("name",), "the key of a file"),
    ("glossary/importing/words.py", ("name",), "the reference of a sense"),
    ("quizzes/questionfile.py", ("name", "term"), "the key of a file, and the reference of a sense"),
    ("exchange/importing/richtext.py", ("name",), "the name of a page's file"),
    ("people/importing/rules/columns.py", ("mark", "before", "one", "other"), "what a cell holds, to be found in the file"),
    ("authoring/rules/lacks.py", ("word",), "a word of the glossary: a rule imports rules only"),
    ("glossary/rules/linting.py", ("word", "lemma"), "a word of the glossary: a rule imports rules only"),
    ("site/bothways/users.py", ("object",), "the name of a person, which Wagtail puts in"),
)  # fmt: skip
# Their words go to a terminal or a log.
FOR_OPERATORS = ("tools/*", "*/management/*", "jobs/rules/schedule.py")

QUOTED = re.compile(r"“[^”]*”")
NAMED = re.compile(r"%\((\w+)\)")
BLOCK = re.compile(r"{%\s*blocktranslate(?P<head>[^%]*)%}(?P<body>.*?){%\s*endblocktranslate", re.DOTALL)
VARIABLE = re.compile(r"{{\s*([^}]*?)\s*}}")


def templates() -> list[str]:
    return [name_of(path) for path in tracked_files() if "/templates/" in name_of(path)]


def modules() -> list[str]:
    names = [name_of(path) for path in python_files()]
    return [name for name in names if not any(fnmatch(name, pattern) for pattern in FOR_OPERATORS)]


def bare_in_template(name: str, text: str) -> list[str]:
    """What stands between the marks in a template without the filter."""
    text = COMMENT.sub("", text)
    faults = []
    for block in BLOCK.finditer(text):
        for variable in _quoted_variables(block["body"]):
            if not re.search(rf"\b{re.escape(variable)}=\S+\|within_quotes", block["head"]):
                faults.append(f"{name}: “{{{{ {variable} }}}}”: add {variable}=…|within_quotes.")
    for variable in _quoted_variables(BLOCK.sub("", text)):
        if not variable.endswith("|within_quotes"):
            faults.append(f"{name}: “{{{{ {variable} }}}}”: add |within_quotes.")
    return faults


def _quoted_variables(text: str) -> list[str]:
    return [variable for quoted in QUOTED.findall(text) for variable in VARIABLE.findall(quoted)]


def bare_in_module(name: str, text: str) -> list[str]:
    """Values that fill sentences of this module between the marks, and are not given to `within_quotes`."""
    tree = ast.parse(text)
    names = {
        key
        for sentence in _texts(tree)
        for quoted in QUOTED.findall(sentence)
        for key in NAMED.findall(quoted)
    }
    names -= {key for pattern, keys, _why in AS_IT_IS if fnmatch(name, pattern) for key in keys}
    faults = []
    for call in _filled(tree):
        for key, value in call:
            if key in names and not _is_within_quotes(value):
                faults.append(f"{name}:{value.lineno} “%({key})s”: give within_quotes({ast.unparse(value)}).")
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            faults += [
                f"{name}:{node.lineno} “{{{ast.unparse(one)}}}”: within_quotes." for one in _bare_parts(node)
            ]
    return faults


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _filled(tree: ast.AST) -> Iterator[list[tuple[str, ast.expr]]]:
    """The named values of each `sentence % {…}`, of a dict that a name keeps for it, and of `_("…", name=…)`."""
    kept = {
        operand.id
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
        for operand in [node.right]
        if isinstance(operand, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            if not any(map(NAMED.search, _texts(node.left))) or any(map(_quotes, _texts(node.left))):
                yield _items(node.right)
        elif isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Name) and to.id in kept for to in node.targets
        ):
            yield _items(node.value)
        elif isinstance(node, ast.Call) and _says(node):
            yield [item for argument in node.args for item in _items(argument)]
            yield [
                (one.arg, one.value)
                for one in node.keywords
                if one.arg and not isinstance(one.value, ast.Dict)
            ]
            yield [item for one in node.keywords for item in _items(one.value)]


def _says(call: ast.Call) -> bool:
    """Whether a sentence with names is among the arguments, or a name or a call that keeps one beside a dict."""
    if any(isinstance(argument, ast.Dict) for argument in call.args):
        return any(
            (isinstance(one, ast.Name) and one.id == "message") or _is_sentence(one) for one in call.args
        )
    return any(
        isinstance(argument, ast.Constant) and NAMED.search(str(argument.value)) for argument in call.args
    )


def _is_sentence(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and any(map(_quotes, _texts(argument)))


def _quotes(text: str) -> bool:
    return any(NAMED.search(quoted) for quoted in QUOTED.findall(text))


def _items(value: ast.expr) -> list[tuple[str, ast.expr]]:
    if not isinstance(value, ast.Dict):
        return []
    pairs = zip(value.keys, value.values, strict=True)
    return [(str(key.value), one) for key, one in pairs if isinstance(key, ast.Constant)]


def _is_within_quotes(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith("within_quotes")


def _bare_parts(node: ast.JoinedStr) -> list[ast.expr]:
    parts, is_open = [], False
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            text = str(piece.value)
            is_open = text.rfind("“") > text.rfind("”") or (is_open and "”" not in text)
        elif isinstance(piece, ast.FormattedValue) and is_open and not _is_within_quotes(piece.value):
            parts.append(piece.value)
    return parts


@pytest.mark.parametrize("name", templates())
def test_templates_quote_nothing_as_it_is(name: str) -> None:
    assert bare_in_template(name, text_of(ROOT / name)) == []


@pytest.mark.parametrize("name", modules())
def test_sentences_quote_nothing_as_it_is(name: str) -> None:
    assert bare_in_module(name, text_of(ROOT / name)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<h1>“{{ q }}”</h1>",
        "{% blocktranslate %}“{{ q }}” is here{% endblocktranslate %}",
        "{% blocktranslate with q=page.q %}“{{ q }}” is here{% endblocktranslate %}",
    ],
)
def test_a_bare_variable_of_a_template_is_found(text: str) -> None:
    assert len(bare_in_template("a.html", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        'said = _("“%(title)s” is live.") % {"title": page.title}',
        'names = {"title": page.title}\nsaid = _("“%(title)s” is live.") % names',
        'said = at(spot, _("“%(title)s” is live."), {"title": page.title})',
        'said = _("“%(title)s” is live.", title=page.title)',
        'said = f"“{page.title}”"',
        'said = f"“the {page.title}” of {course}"',
    ],
)
def test_a_bare_value_of_a_sentence_is_found(text: str) -> None:
    assert len(bare_in_module("a.py", text)) == 1


def test_what_is_within_quotes_is_no_fault() -> None:
    assert bare_in_module("a.py", 'f"“{within_quotes(page.title)}” of {course}"') == []
    assert (
        bare_in_template(
            "a.html", "{% blocktranslate with q=q|within_quotes %}“{{ q }}”{% endblocktranslate %}"
        )
        == []
    )

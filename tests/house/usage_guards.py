"""Guards over what nobody uses: a template or a style sheet in, a sentence for each thing that no code asks for."""

import ast
import importlib.metadata
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2
from django.template.utils import get_app_template_dirs
from pygments.token import STANDARD_TYPES

from tests.house import source
from tests.house.template_guards import COMMENT

# What other packages ask for by its name, and who asks.
ASKED_BY_OTHERS = {"429.html": "allauth, of somebody who tries too often"}
# Classes that are written on a page by nothing of ours, and by whom.
WRITTEN_BY_OTHERS = {
    "sidebar--slim": "Wagtail",
    "sidebar-custom-branding": "Wagtail",
    "w-field__wrapper": "Wagtail",
    "footnote": "Markdown",
    **dict.fromkeys(filter(None, STANDARD_TYPES.values()), "Pygments"),
}
# What is run and not imported, and by whom.
RUN = {
    "gunicorn": "the web server",
    "uv": "installs the others",
    "djlint": "make check",
    "import-linter": "make check",
    "mypy": "make check",
    "ruff": "make check",
    "pytest-xdist": "make test",
    "psycopg": "Django's backend",
    "argon2-cffi": "Django's hasher",
}

TAG = re.compile(r"{%-?\s*(\w+)?(.*?)%}|{{(.*?)}}", re.DOTALL)
QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
CLASS = re.compile(r"(?<![\w-])class=(\\?[\"'])(.*?)\1", re.DOTALL)
BODY_CLASS = re.compile(r"{% block \w+_class %}(.*?){% endblock %}", re.DOTALL)
NAME = re.compile(r"[A-Za-z_][\w-]*")
# Their texts are words for people and names of views, never classes.
OF_WORDS = {"translate", "trans", "blocktranslate", "url", "load", "include_block"}
_HOLE = "\0"  # where a value will stand: `band--` and a hole are band-- and whatever comes


def unnamed_template(name: str, text: str) -> list[str]:
    """A template is asked for by a module or by another template, or stands over one of another package."""
    asked = name.partition("/templates/")[2]
    if asked in ASKED_BY_OTHERS or asked in _named() or _is_composed(asked) or _stands_over(asked):
        return []
    return [f"{name} is named by no module and no template: nobody sees it, it goes."]


@cache
def _named() -> frozenset[str]:
    """Every name of a template that stands whole in a string, or ends one: `templates/errors/404.html`."""
    named: set[str] = set()
    for path in source.templates():
        text = COMMENT.sub("", source.text_of(path))
        named.update(
            single or double for tag in TAG.findall(text) for single, double in QUOTED.findall(tag[1])
        )
    for path in source.python_files():
        named.update(value for _parts, value in _literals(source.text_of(path)))
    return frozenset(named)


def _literals(text: str) -> Iterator[tuple[bool, str]]:
    """Every literal text of a module but docstrings; True with those whose values are put in where a hole is."""
    docstrings = {id(node.value) for node in source.nodes(text, ast.Expr)}
    inner = {id(part) for node in source.nodes(text, ast.JoinedStr) for part in node.values}
    for node in source.nodes(text, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in node.values]
        yield True, "".join(parts)
    for node in source.nodes(text, ast.Constant):
        if isinstance(node.value, str) and id(node) not in docstrings | inner:
            yield False, node.value


def _is_composed(asked: str) -> bool:
    """`f"people/{page}.html"` asks for what the same module names in a text of its own."""
    for pattern, words in _composed():
        match = pattern.fullmatch(asked)
        if match and words.issuperset(match.groups()):
            return True
    return False


@cache
def _composed() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """Names of templates with values in them, each with the texts of its module."""
    patterns = []
    for path in source.python_files():
        literals = list(_literals(source.text_of(path)))
        words = frozenset(value for has_holes, value in literals if not has_holes)
        patterns += [
            (re.compile("([\\w-]+)".join(map(re.escape, value.split(_HOLE)))), words)
            for has_holes, value in literals
            if has_holes and value.endswith((".html", ".txt")) and not value.startswith(_HOLE)
        ]
    return tuple(patterns)


def _stands_over(asked: str) -> bool:
    """Django, Wagtail and allauth have a template of this name, and ask for it."""
    folders: Iterable[str | Path] = get_app_template_dirs("templates")
    return any((Path(one) / asked).is_file() for one in folders if "site-packages" in Path(one).parts)


def unused_tag(name: str, text: str) -> list[str]:
    """A template uses every tag and every filter that a module in `templatetags` registers."""
    if "/templatetags/" not in name:
        return []
    return [
        f"{name}:{line} {tag} is a tag or a filter that no template uses: it goes."
        for line, kind, tag in _registered(text)
        if tag not in _used_in_templates()[kind == "filter"]
    ]


def _registered(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, kind and name of everything that is registered: `@register.filter`, `@register.simple_tag(name="logo")`."""
    for function in source.nodes(text, ast.FunctionDef):
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            kind = call.func if call else decorator
            if isinstance(kind, ast.Attribute) and ast.unparse(kind.value) == "register":
                names = [word.value for word in (call.keywords if call else ()) if word.arg == "name"]
                yield function.lineno, kind.attr, ast.literal_eval(names[0]) if names else function.name


@cache
def _used_in_templates() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all tags, and those of all filters."""
    uses = [use for path in source.templates() for use in TAG.findall(COMMENT.sub("", source.text_of(path)))]
    return (
        frozenset(tag for tag, _inside, _variable in uses),
        frozenset(name for _tag, *texts in uses for text in texts for name in re.findall(r"\|(\w+)", text)),
    )


def unused_class(name: str, text: str) -> list[str]:
    """A class that a sheet dresses is written by a template, a script or a module."""
    return [
        f"{name}:{line} .{found} is a class that no template, script or module writes: it goes."
        for line, found in _classes_of(text)
        if not _is_written(found)
    ]


def _is_written(name: str) -> bool:
    whole, starts = _written()
    return name in WRITTEN_BY_OTHERS or name in whole or name.startswith(starts)


def _classes_of(text: str) -> list[tuple[int, str]]:
    """Line and name of every class in the selectors of a sheet."""

    def of_selector(tokens: Collection[Any]) -> Iterator[tuple[int, str]]:
        previous = None
        for token in tokens:
            if token.type == "ident" and previous is not None and previous == ".":
                yield token.source_line, token.value
            elif token.type in {"function", "() block", "[] block"}:
                yield from of_selector(token.arguments if token.type == "function" else token.content)
            previous = token

    def walk(rules: Iterable[Any]) -> Iterator[tuple[int, str]]:
        for rule in rules:
            if rule.type == "qualified-rule":
                yield from of_selector(rule.prelude)
            if rule.type in {"qualified-rule", "at-rule"} and rule.content is not None:
                yield from walk(tinycss2.parse_blocks_contents(rule.content, skip_comments=True))

    return list(walk(tinycss2.parse_stylesheet(text, skip_comments=True)))


@cache
def _written() -> tuple[frozenset[str], tuple[str, ...]]:
    """The classes that stand somewhere whole, and the beginnings of those that get their end from a value."""
    whole: set[str] = set()
    starts: set[str] = set()
    for path in source.templates():
        text = COMMENT.sub("", source.text_of(path))
        for value in [found[1] for found in CLASS.findall(text)] + BODY_CLASS.findall(text):
            for part in _branches(value):
                _take(part, whole, starts)
        for word, inside, _variable in TAG.findall(text):
            if word not in OF_WORDS:
                for one, other in QUOTED.findall(inside):
                    whole.update(NAME.findall(one or other))
    for path in source.python_files():
        for _has_holes, value in _literals(source.text_of(path)):
            written = re.sub(r"{[\w!:]*}", _HOLE, value)
            for _quote, found in CLASS.findall(written):
                _take(found, whole, starts)
            whole.update(word for word in NAME.findall(value) if "-" in word or "__" in word)
    for path in source.product(".js"):
        for _quote, value in re.findall(r"([\"'`])(.*?)\1", source.text_of(path)):
            whole.update(NAME.findall(value))
        for value in re.findall(r"`(.*?)`", source.text_of(path), re.DOTALL):
            whole.update(NAME.findall(value))
    return frozenset(whole), tuple(sorted(starts))


def _branches(value: str) -> list[str]:
    """`a--{% if x %}b{% else %}c{% endif %}` is a--b and a--c; a variable leaves a hole, a condition an end."""
    value = re.sub(r"{{.*?}}", _HOLE, value)
    texts = re.split(r"{%.*?%}", value)
    joined = [
        start.split()[-1] + end.split()[0]
        for place, start in enumerate(texts)
        if start and not start[-1].isspace() and start.split()
        for end in texts[place + 1 :]
        if end and not end[0].isspace() and end.split()
    ]
    return [*texts, *joined]


def _take(value: str, whole: set[str], starts: set[str]) -> None:
    for word in value.split():
        first, hole, _rest = word.partition(_HOLE)
        if not hole:
            whole.add(word)
        elif first.endswith(("--", "__")):
            starts.add(first)
        else:
            whole.add(first)


def unimported(name: str, text: str) -> list[str]:
    """What is locked is imported, or named in a setting, by something that stands in the tree."""
    wanted = [re.split(r"[\[<>=~! ]", line)[0] for line in text.splitlines() if re.match(r"[a-z]", line)]
    return [
        f"{name} names {wish} and nothing imports it: it goes."
        for wish in wanted
        if wish not in RUN and not wish.startswith("types-") and not _modules_of(wish) & _imported()
    ]


def _modules_of(wish: str) -> set[str]:
    """The modules that a package brings; the package's own name where it is not installed here."""
    try:
        distribution = importlib.metadata.distribution(wish)
    except importlib.metadata.PackageNotFoundError:
        return {wish.replace("-", "_")}
    names = {path.parts[0].removesuffix(".py") for path in distribution.files or () if path.suffix == ".py"}
    return names or {wish.replace("-", "_")}


@cache
def _imported() -> frozenset[str]:
    """The first names of everything that is imported or named with a dot in a text: settings name classes so."""
    names: set[str] = set()
    for path in source.tracked_files():
        if path.suffix == ".py":
            text = source.text_of(path)
            names.update(name.split(".")[0] for _line, name in source.imports(text))
            names.update(
                value.split(".")[0]
                for _holes, value in _literals(text)
                if re.fullmatch(r"\w+(?:\.\w+)*", value)
            )
    settings = source.settings()
    names.update(plugin.split(".")[0] for plugin in settings["mypy"].get("plugins", ()))
    return frozenset(names)

"""Every sentence that a person sees is given to gettext: read in the source, in every module of the tree.

A literal or an f-string reads as a sentence when two of its words stand beside each other, or a word and a
value. It is a fault wherever it stands, unless

* it is given to gettext or one of its kin, as it is: an f-string is filled in before gettext sees it;
* it is a docstring, SQL, a pattern, the value of a header, or a list of names that is split;
* it goes to the log, or tells a developer of a mistake in the code (TypeError, AssertionError, LookupError,
  RuntimeError, NotImplementedError, ImproperlyConfigured);
* it stands in a block's `preview_value`, which is content;
* a comment on one of its lines, or where its statement begins, or above that, says `not for people:` and why.

One word alone is a fault where only people read: as the label of a field, in a message, in a report.

Two kinds of modules are not read. OPERATORS are what is run from a terminal: commands and what only they
call; operators read English (rights.py writes names into the database, where administrators change them). And
rules without a sentence for people: their ValueErrors are for the caller, and an edge says the sentence. A rule
that speaks has a mark `_` of its own, since it knows no Django, and is read.

A constant of a module is translated lazily, or it would stay in the language of the first start.
"""

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import imports, nodes, rules
from tools.packages import packages

ROOT = Path(__file__).resolve().parents[2]
# Their words go to a terminal. A new module is read until it stands here.
OPERATORS = (
    "*/management/*", "*/migrations/*", "site/bothways/operations/backup/*", "site/bothways/operations/demo/*", "site/bothways/operations/end_demo.py",
    "site/bothways/operations/installation.py", "site/bothways/rights.py", "site/bothways/environment.py", "site/bothways/settings.py", "site/bothways/operations/snapshot.py", "site/bothways/startup.py",
    "site/bothways/postgresql/*", "site/bothways/staticfiles.py", "site/bothways/company_account.py",
    "site/bothways/operations/turns.py", "gates/bundles.py", "audit/append_only.py",
)  # fmt: skip
GETTEXT = {"_", "gettext", "gettext_noop", "ngettext", "pgettext", "npgettext"}
LAZY = {"gettext_lazy", "ngettext_lazy", "pgettext_lazy", "npgettext_lazy"}
FOR_DEVELOPERS = {
    "AssertionError", "ImproperlyConfigured", "LookupError", "NotImplementedError", "RuntimeError", "TypeError",
}  # fmt: skip
FOR_MACHINES = {"ContextVar", "TypeVar", "compile", "execute", "executescript", "RunSQL", "get_model"}
LOGGED = {"debug", "info", "warning", "error", "exception", "critical", "log"}
# Where a single word is said to people, too.
SAID_BY_NAME = {
    "label", "help_text", "empty_label", "verbose_name", "verbose_name_plural", "menu_label", "reason", "heading",
}  # fmt: skip
SAID_BY_CALL = {
    "tell",
    "wrong",
    "problem",
    "SourceError",
    "ValidationError",
    "PermissionDenied",
    "Http404",
    "Problem",
}
MARK = "# not for people: "

WORD = r"[^\W\d_]{2,}"
HOLE = "\N{WHITE SQUARE}"
SENTENCE = re.compile(
    rf"(?:\b[aA]|{WORD}|{HOLE})[^\w{HOLE}<>=/]*\s[^\w{HOLE}<>=/]*{WORD}|{WORD}[,;:.]?\s[“(`]?{HOLE}"
)
ONE_WORD = re.compile(rf"[^\W\d_]*[A-Z]{WORD[:-4]}+[.!?]?")
SQL = re.compile(r"\b(SELECT|FROM|WHERE|CASE|WHEN|ELSE|AND|IN|CAST|PRAGMA|TRIGGER|INSERT|BEGIN|TABLE)\b")
MARKUP = re.compile(r"<[a-z/!{][^>]*(?:>|$)")
HEADER = re.compile(r"[A-Z]\w*(-[A-Z]\w*)+")


def untranslated(source: str) -> list[tuple[int, str]]:
    """The faults of a module: line, and the sentence with a square for each value in it."""
    reader = Reader(source)
    reader.visit(ast.parse(source))
    return [(node.lineno, text) for node, text in reader.faults]


class Reader(ast.NodeVisitor):
    """Walks a module and stays out of what people do not read."""

    def __init__(self, source: str) -> None:
        self.lines = source.splitlines()
        self.faults: list[tuple[ast.expr, str]] = []
        is_lazy = has_a_mark(source) or re.search(r"gettext_(lazy|noop) as _\b", source)
        self.is_lazy = {"_"} if is_lazy else set()
        self.names_split = set(re.findall(r"\b(\w+)\.split\(\)", source))
        self.inside = 0  # functions around what is read
        self.single = False  # whether one word counts

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            above, first = self.lines[max(node.lineno - 2, 0)], self.lines[node.lineno - 1]
            if MARK in first or above.strip().startswith(MARK):
                return
        super().visit(node)

    def found(self, node: ast.expr, text: str) -> None:
        if not any(MARK in line for line in self.lines[node.lineno - 1 : node.end_lineno]):
            self.faults.append((node, text))

    # --- sentences

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and self.is_said(node.value):
            self.found(node, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = "".join(part.value if isinstance(part, ast.Constant) else HOLE for part in node.values)  # type: ignore[misc]
        if self.is_said(text):
            self.found(node, text)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def is_said(self, text: str) -> bool:
        if SQL.search(text):
            return False
        text = MARKUP.sub("\n", text)
        return bool(SENTENCE.search(text) or (self.single and ONE_WORD.fullmatch(text)))

    # --- what is not read

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = name_of(node.func)
        if name in GETTEXT | LAZY:
            self.translation(node, name)
        elif name in FOR_MACHINES | FOR_DEVELOPERS or self.is_log(node.func) or self.is_split(node):
            return
        else:
            is_message = isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "messages"
            self.visit(node.func)
            self.with_words(node.args, single=is_message or name in SAID_BY_CALL)
            for keyword in node.keywords:
                self.with_words([keyword.value], single=keyword.arg in SAID_BY_NAME)

    def translation(self, node: ast.Call, name: str) -> None:
        for part in node.args:
            if isinstance(part, ast.JoinedStr | ast.BinOp):
                self.found(part, f"filled in before it is translated: {ast.unparse(part)}")
        if not self.inside and name in GETTEXT - self.is_lazy - {"gettext_noop"}:
            self.found(node, f"translated once for all: {ast.unparse(node)}")

    def with_words(self, nodes: list[ast.expr], *, single: bool) -> None:
        before, self.single = self.single, single
        for node in nodes:
            self.visit(node)
        self.single = before

    def is_log(self, called: ast.expr) -> bool:
        return (
            isinstance(called, ast.Attribute)
            and called.attr in LOGGED
            and name_of(called.value) in {"log", "logger", "logging"}
        ) or name_of(called) == "log"

    def is_split(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Attribute) and node.func.attr == "split" and not node.args

    def visit_Assign(self, node: ast.Assign) -> None:
        self.assigned(node.targets[0], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assigned(node.target, node.value)

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Subscript) and is_header(target.slice):
            return
        if name_of(target) not in {"preview_value", *self.names_split}:
            self.with_words([value], single=name_of(target) in SAID_BY_NAME)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if not is_header(key):
                self.visit(value)
            if key is not None:
                self.visit(key)

    def visit_Assert(self, node: ast.Assert) -> None:
        """What a developer says to developers."""

    # --- what runs once, when the module is loaded

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in [
            *node.decorator_list,
            *node.args.defaults,
            *(one for one in node.args.kw_defaults if one),
        ]:
            self.visit(part)
        self.inside += 1
        for statement in node.body:
            self.visit(statement)
        self.inside -= 1

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.inside += 1
        self.visit(node.body)
        self.inside -= 1


def has_a_mark(source: str) -> bool:
    """Whether `_` is the rules' own, which marks a sentence and translates nothing."""
    is_made = any(function.name == "_" for function in nodes(source, ast.FunctionDef))
    return is_made or any(name.endswith("._") for _, name in imports(source))


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def is_header(node: ast.expr | None) -> bool:
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(HEADER.fullmatch(node.value))
    )


# --- the tree


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the product that speaks to people."""
    packages = [
        path.parent
        for path in sorted(ROOT.glob("*/__init__.py"))
        if path.parent.name not in {"tests", "tools"}
    ]
    files = [
        path for package in [*packages, ROOT / "site/bothways"] for path in sorted(package.rglob("*.py"))
    ]
    return tuple(path for path in files if not is_unread(path.relative_to(ROOT)))


def is_unread(path: Path) -> bool:
    name = path.as_posix()
    says_nothing_itself = name in rules() and not has_a_mark((ROOT / path).read_text())
    return says_nothing_itself or any(fnmatch(name, pattern) for pattern in OPERATORS)


def test_every_sentence_that_a_person_sees_is_given_to_gettext():
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in modules()
        for line, text in untranslated(path.read_text())
    ]

    assert not faults, "A person sees these, and nobody can translate them:\n" + "\n".join(faults)


def test_the_walk_finds_the_modules_that_speak():
    """Were a folder moved, nothing would be read and nothing found."""
    read = {path.relative_to(ROOT).as_posix() for path in modules()}

    assert len(read) > 150
    assert {path.split("/")[0] for path in read} >= {name.split("/")[0] for name in packages()}
    assert not [path for path in OPERATORS if "*" not in path and not (ROOT / path).is_file()]


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        ("courses/views/quiz.py", "Choose an answer"),
        ("reports/views/labels.py", "the end of %(day)s"),
        ("exchange/importing/manifest.py", "course.yaml is written as `name: value` lines."),
        ("gates/archives.py", "The archive is empty."),
        ("glossary/wordfile.py", "a word needs at least one sense"),
        ("people/importing/rules/columns.py", "The name is missing."),
        ("authoring/rules/lacks.py", "Figure: choose a picture"),
    ],
)
def test_a_sentence_of_ours_that_is_taken_from_gettext_is_found(module, sentence):
    source = (ROOT / module).read_text()
    bare, count = re.subn(rf'_\(\s*"({re.escape(sentence)}[^"]*)"\s*\)', r'"\1"', source)
    assert count

    found = untranslated(bare)

    assert [text.startswith(sentence) for _, text in found] == [True] * count


@pytest.mark.parametrize(
    "source",
    [
        'report.tell(name, 1, "Nothing was imported.")',
        'report.tell(name, 1, f"{name} was left out.")',
        'report.tell(name, 1, f"Line {number}")',
        'report.tell(name, 1, "Refused.")',
        'raise ArchiveRefused("The archive " + "is empty.") from error',
        'reason = "the key is missing" if key else "expected a list"',
        'messages.success(request, "Saved")',
        'forms.CharField(label="Name")',
        'forms.CharField(help_text="As on the badge.")',
        'class Form:\n    label = "Name"',
        'form.add_error("file", "Choose a file.")',
        'context = {"title": "What was imported"}',
        'return format_html("<b>{}</b> of <i>all people</i>", count)',
        'CHOICES = [("a", "All of them")]',
        '_(f"There is no file {name}.")',
        '_("There is no file " + name)',
        '_("There is no file %s." % name)',
        'from django.utils.translation import gettext as _\nEDITED = _("It was edited here.")',
        'from django.utils.translation import gettext as _\ndef f(reason=_("It was edited here.")): pass',
    ],
)
def test_an_untranslated_sentence_is_found(source):
    assert untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""What the module is for."""',
        'def f():\n    """What the caller gets."""\n    return _("Nothing was imported.")',
        'def f():\n    return _("There is no file %(name)s.") % {"name": name}',
        'def f():\n    return ngettext("%(count)s file lost", "%(count)s files lost", count) % {"count": count}',
        'from django.utils.translation import gettext_lazy as _\nEDITED = _("It was edited here.")',
        'EDITED = gettext_noop("It was edited here.")',
        'from people.importing.rules.sentences import Sentence, _\nEDITED = _("It was edited here.")',
        'logger.info("mail %s was delivered", pk)',
        'raise TypeError("a course is needed here")',
        'assert rows, "the fixture has rows"',
        'rows = cursor.execute("select id from people")',
        'ROWS = "SELECT id FROM people WHERE side = %s"',
        'NAMES = "code title slug".split()',
        '_NAMES = "code title slug"\nNAMES = frozenset(_NAMES.split())',
        'SPACES = re.compile("one or two")',
        'response["Cache-Control"] = "private, no-store"',
        "mark = format_html('<span class=\"side side--{}\">{}</span>', side, label)",
        'name = "code"',
        'key = f"course:{key}"',
        'class HookBlock:\n    class Meta:\n        preview_value = "The web shop was down."',
        'kept["rel"] = "noopener noreferrer"  # not for people: an attribute',
        '# not for people: the log of a job\nraise SomeFailed(\n    f"{count} items failed"\n)',
    ],
)
def test_what_people_do_not_read_and_what_is_translated_is_left_in_peace(source):
    assert untranslated(source) == []


def test_a_rule_is_read_where_it_marks_sentences():
    assert is_unread(Path("quizzes/rules/grading.py"))
    assert not is_unread(Path("quizzes/rules/publishable.py"))
    assert not is_unread(Path("people/importing/rules/leavings.py"))
    assert not is_unread(Path("exchange/importing/lesson.py"))

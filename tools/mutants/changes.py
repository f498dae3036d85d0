"""Small faults that can be put into a module, one at a time: what a tired colleague might write.

A change replaces one node of the syntax tree and keeps its line, so that a mutated function has the
same name and place as the real one. Sentences for people, annotations and decorators stay as they are.
"""

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SQL = re.compile(r"\b(SELECT|FROM|WHERE|JOIN|ORDER BY|GROUP BY|AND|SET|VALUES)\b")
SQL_FRAGMENTS = (
    (r"<=", "<"), (r">=", ">"), (r"<>", "="), (r"(?<![<>=])=", "<>"), (r"<(?![=>])", "<="), (r"(?<![<-])>(?!=)", ">="),
    (r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r"\bDESC\b", "ASC"), (r"\bASC\b", "DESC"), (r"\bLEFT JOIN\b", "JOIN"),
    (r"\bMIN\(", "MAX("), (r"\bMAX\(", "MIN("), (r"\bIS NOT NULL\b", "IS NULL"), (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bNOT EXISTS\b", "EXISTS"), (r"\bDISTINCT ", ""), (r"\bLIMIT 1\b", "LIMIT 2"),
)  # fmt: skip
# What is told by keyword to these narrows rows, and a day or an hour to the last.
NARROWING = {"filter", "exclude", "get", "Q", "get_or_create", "update_or_create", "timedelta", "replace"}
# Leaving one of these out of a chain gives a value of the same kind.
CHAINED = {
    "filter", "exclude", "order_by", "distinct", "select_for_update", "reverse", "strip", "lstrip", "rstrip", "lower",
    "upper", "casefold", "removeprefix", "removesuffix", "replace", "astimezone", "live", "copy",
}  # fmt: skip
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
FOR_PEOPLE = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy", "format_html"}
WITHOUT_MEANING = {"TypeVar", "cast", "getLogger", "ContextVar"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Change:
    """One fault: `number` finds it again in the same source, `statement` is the line that must be reached."""

    number: int
    line: int
    statement: int
    function: str  # dotted, "" for what stands in no function
    kind: str
    said: str  # "before → after"; the same in one function twice carries a number


@dataclass
class _Edit:
    kind: str
    location: "_Location"
    old: Any
    new: Any
    words: tuple[str, str] | None = None


@dataclass(frozen=True)
class _Location:
    """Where a node hangs: a field of another, or an item of a list."""

    owner: Any
    field: Any
    statement: int
    function: str

    def put(self, node: Any) -> None:
        if isinstance(self.owner, list):
            self.owner[self.field] = node
        else:
            setattr(self.owner, self.field, node)


def changes(source: str) -> list[Change]:
    """Every fault that this module makes of a source, in the order of the text."""
    changes: list[Change] = []
    met: Counter[tuple[str, str, str]] = Counter()
    for number, edit in enumerate(_edits(ast.parse(source))):
        before, after = edit.words or (_text(edit.old), _text(edit.new))
        said = f"{before} → {after}"
        met[edit.location.function, edit.kind, said] += 1
        if (times := met[edit.location.function, edit.kind, said]) > 1:
            said += f" ({times})"
        line = getattr(edit.old, "lineno", edit.location.statement)
        changes.append(Change(number, line, edit.location.statement, edit.location.function, edit.kind, said))
    return changes


def mutated(source: str, number: int) -> ast.Module:
    """The tree of a source with the fault of this number in it.

    Raises: IndexError
    """
    tree = ast.parse(source)
    for position, edit in enumerate(_edits(tree)):
        if position == number:
            edit.location.put(
                ast.copy_location(edit.new, edit.old) if hasattr(edit.old, "lineno") else edit.new
            )
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _text(node: Any) -> str:
    return " ".join(ast.unparse(node).split())


def _edits(tree: ast.Module) -> Iterator[_Edit]:
    yield from _below(tree, statement=1, function="", inside=())


def _below(node: Any, *, statement: int, function: str, inside: tuple[str, ...]) -> Iterator[_Edit]:
    """The faults of everything that hangs below a node. `inside`: what stands around, where it matters."""
    for name, value in ast.iter_fields(node):
        if _is_left_alone(node, name):
            continue
        listed = isinstance(value, list)
        for index, child in enumerate(value if listed else [value]):
            if not isinstance(child, ast.AST):
                continue
            line = child.lineno if isinstance(child, ast.stmt) else statement
            location = _Location(value if listed else node, index if listed else name, line, function)
            yield from _of(child, location, inside)
            yield from _below(
                child, statement=line, function=_named(child, function), inside=_around(child, inside)
            )


def _named(node: Any, function: str) -> str:
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return f"{function}.{node.name}".strip(".")
    return function


def _around(node: Any, inside: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(node, ast.Raise):
        return (*inside, "raise")
    if isinstance(node, ast.JoinedStr):
        return (*inside, "f-string")
    return inside


def _is_left_alone(node: Any, field: str) -> bool:
    if field in {"annotation", "returns", "decorator_list", "bases", "format_spec", "type_params"}:
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Call) and field != "func":
        return _called(node) in FOR_PEOPLE | WITHOUT_MEANING
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
    )


def _called(node: Any) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _of(node: Any, location: _Location, inside: tuple[str, ...]) -> Iterator[_Edit]:
    """The faults that replace this very node."""
    for kind, new, *words in _alternatives(node, inside):
        yield _Edit(kind, location, node, new, words[0] if words else None)


def _alternatives(node: Any, inside: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:  # noqa: PLR0912 - one case a kind of node
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                if (other := COMPARISONS.get(type(operator))) is not None:
                    yield "comparison", _with(node, ops=_replaced(node.ops, index, other()))
        case ast.BoolOp():
            yield "and/or", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for index in range(len(node.values)):
                rest = [*node.values[:index], *node.values[index + 1 :]]
                yield "operand dropped", rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(op=ast.Not()):
            yield "not dropped", node.operand
        case ast.Expr(value=ast.Call()):
            yield "call removed", ast.Pass()
        case ast.With(items=[ast.withitem(context_expr=context, optional_vars=None)]):
            words = f"with {_text(context)}: …", "…"
            yield "with left out", ast.If(ast.Constant(True), node.body, []), words
        case ast.Call():
            yield from _calls(node)
        case ast.Constant():
            yield from _constants(node, inside)
        case ast.BinOp() | ast.AugAssign():
            if not _joins_text(node) and (sign := ARITHMETIC.get(type(node.op))) is not None:
                yield "arithmetic", _with(node, op=sign())
        case ast.comprehension():
            for index in range(len(node.ifs)):
                yield (
                    "filter of a comprehension dropped",
                    _with(node, ifs=[*node.ifs[:index], *node.ifs[index + 1 :]]),
                )
        case ast.Break():
            yield "break", ast.Continue()
        case ast.Continue():
            yield "continue", ast.Break()
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield "return", ast.Return(ast.Constant(None))


def _calls(node: ast.Call) -> Iterator[tuple[Any, ...]]:
    name = _called(node)
    if name in NARROWING:
        for index, keyword in enumerate(node.keywords):
            kept = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield f"{keyword.arg or '**'} dropped", _with(node, keywords=kept)
    if name in {"filter", "exclude"} and isinstance(node.func, ast.Attribute):
        for index in range(len(node.args)):
            yield "condition dropped", _with(node, args=[*node.args[:index], *node.args[index + 1 :]])
    if isinstance(node.func, ast.Attribute) and name in CHAINED:
        yield f"{name}() left out", node.func.value
    if isinstance(node.func, ast.Name) and name in TWINS:
        yield "twin", _with(node, func=ast.copy_location(ast.Name(TWINS[name], ast.Load()), node.func))


def _constants(node: ast.Constant, inside: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "constant", ast.Constant(value + 1)
        yield "constant", ast.Constant(value - 1)
    elif isinstance(value, str) and SQL.search(value):
        for pattern, other in SQL_FRAGMENTS:
            for match in re.finditer(pattern, value):
                new = value[: match.start()] + other + value[match.end() :]
                yield "sql", ast.Constant(new), (_near(value, match), other)
    elif isinstance(value, str) and not inside and not any(letter.isspace() for letter in value):
        yield "constant", ast.Constant(value + "X")


def _near(value: str, match: re.Match[str]) -> str:
    """Where a fragment stands, with what stands before and after it."""
    around = f"{value[max(0, match.start() - 30) : match.start()]}⟨{match[0]}⟩{value[match.end() :][:30]}"
    return " ".join(around.split())


def _with(node: Any, **fields: Any) -> Any:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _replaced(items: list[Any], index: int, new: Any) -> list[Any]:
    return [*items[:index], new, *items[index + 1 :]]


def _is_none(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _joins_text(node: Any) -> bool:
    """True where + or % makes a text or a list, which no other sign could."""
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    return any(
        isinstance(side, ast.List | ast.Tuple | ast.JoinedStr | ast.ListComp)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        or (isinstance(side, ast.Call) and _called(side) in FOR_PEOPLE)
        for side in sides
    )

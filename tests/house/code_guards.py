"""Guards over Python: a module in, a sentence for each fault out, which names the rule and the place."""

import ast
import re
import sys
from collections.abc import Iterator

from tests.house import source

# What a rule may use beside the standard library and other rules.
OF_RULES = {"snowballstemmer", "cronsim"}
# Of the standard library, what asks the machine: its clock, its chance, its files, its network.
ASKS_THE_MACHINE = {
    "glob", "http", "importlib", "io", "os", "pathlib", "random", "runpy", "secrets", "shutil", "socket", "sqlite3", "subprocess",
    "tempfile", "time", "urllib",
}  # fmt: skip
CLOCK_OR_CHANCE = {
    "now", "today", "utcnow", "localtime", "localdate", "monotonic", "perf_counter", "uuid1", "uuid4", "__import__", "open",
}  # fmt: skip

BY_NAME = {
    "get_model", "get_registered_model", "get_app_config", "get_by_natural_key", "import_module", "import_string", "__import__",
}  # fmt: skip
# A package above that is named in a string because Wagtail or Django knows no other way, and why.
MAY_NAME_ABOVE = {
    ("audit/log.py", "people.imported"): "a verb of the log, and no name of a module",
    ("courses/models/pages.py", "bothways.HomePage"): "Wagtail asks which page the catalogue may stand under",
}

WRITES = {
    "save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "delete", "save_revision", "publish",
    "unpublish", "asave", "acreate", "aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "aupdate", "adelete",
    "create_user", "create_superuser", "raw_delete",
}  # fmt: skip
# Of a relation they write (`person.groups.set(…)`), of a set or a dictionary that has a name of its own they do not.
RELATION_WRITES = {"add", "set", "remove", "clear", "aadd", "aset", "aremove", "aclear"}
SQL_WRITE = re.compile(
    r"\s*(?:WITH\b.*\)\s*)?(INSERT\s+INTO|INSERT\s+OR|REPLACE\s+INTO|UPDATE\s+\S+\s+SET|UPDATE\s+ONLY|DELETE\s+FROM|MERGE\s+INTO"
    r"|TRUNCATE|ALTER\s+TABLE|DROP\s|CREATE\s)",
    re.IGNORECASE | re.DOTALL,
)
# A write that must stand in a view or a query, by file and function, and why.
MAY_WRITE: dict[tuple[str, str], str] = {}

PERCENT = re.compile(
    r"(?:^|_)(?:per_?cent|percentage|score|scores|share|ratio|pass_?mark|pass|mark|rate|grade)(?:_|$)"
)
# Where it is said which day an instant is on, and why.
DAYS_ARE_SAID_IN = {
    "people/queries.py": "the one function, today(now)",
    "people/models.py": "what it asks: the organisation's own time zone",
    "site/bothways/operations/demo/history.py": "both instants are told in the zone of the made-up company",
    "site/bothways/operations/demo/making.py": "the made-up company is not stored yet",
}
# Where days that are due are compared, and why.
MAY_COMPARE_DUE_DAYS = {
    "courses/rules/overdue.py": "the rule",
    "courses/forms.py": "whoever sets an audience names a day that is to come",
}

# Where addresses of ours are made, and where the first word of one is looked at, and why.
ADDRESSES = re.compile(
    r"(?<![\w.])/(?:audit|courses|glossary|me|people|quizzes|reports|search|team|write)(?=[/\"'#?)|]|$)"
)
MAY_WRITE_ADDRESSES = {
    "courses/addresses.py": "the one place for courses and lessons",
    "glossary/addresses.py": "the one place for words",
    "site/bothways/middleware.py": "the door looks at how an address begins, before anything is resolved",
}

# What still reads with a cursor that stays open, by file and how often, and why. The list only grows shorter.
STILL_STREAMS = {
    "reports/queries/population.py": (1, "streams a report, in one reading of its own that writes nothing")
}


def imports_from_above(name: str, text: str) -> list[str]:
    """A package imports only from those below it."""
    own = source.package(name)
    return [
        f"{name}:{line} imports {found}: {own} stands below {found.split('.')[0]}, and a package imports only from "
        "those below it (layers, pyproject.toml)."
        for line, found in source.imports(text)
        if found.split(".")[0] in _above(own)
    ]


def names_from_above(name: str, text: str) -> list[str]:
    """What may not be imported may not be reached by its name either: `apps.get_model`, `import_module` and kin."""
    own = source.package(name)
    faults = []
    for line, value, call in _strings(text):
        first = value.split(".")[0]
        if first not in _above(own) or (name, value) in MAY_NAME_ABOVE:
            continue
        is_path = re.fullmatch(r"\w+(\.\w+)+", value)
        if is_path or (value == first and call & (BY_NAME | {"app_label", "content_type__app_label"})):
            faults.append(
                f"{name}:{line} reaches {value} by its name: {own} stands below {first}, and a package knows only those "
                "below it (layers, pyproject.toml)."
            )
    return faults


# Where the models of a package reach up: what has to happen in the transaction of publishing.
MODELS_REACH = {"courses": "courses.publishing", "glossary": "glossary.actions", "quizzes": "quizzes.actions"}
# What stands below models in a package, beside the models themselves.
BELOW_MODELS = {
    "models",
    "rules",
    "blocks",
    "addresses",
    "hooks",
    "published",
    "roles",
    "finding",
}


def models_reach_up(name: str, text: str) -> list[str]:
    """Models know no view, no action and no query of their package, but for one arrow to publishing."""
    package, *rooms = name.removesuffix(".py").split("/")
    if "models" not in rooms[:1]:
        return []
    return [
        f"{name}:{line} imports {found}: models reach up to {MODELS_REACH.get(package, 'nothing')} only, or are given "
        "a hook in ready()."
        for line, found in source.imports(text)
        if (parts := found.split("."))[0] == package and len(parts) > 1
        if parts[1] not in BELOW_MODELS and not found.startswith(MODELS_REACH.get(package, "\0"))
    ]


def _above(own: str) -> tuple[str, ...]:
    layers = source.layers()
    return layers[: layers.index(own)] if own in layers else ()


def _strings(text: str) -> Iterator[tuple[int, str, set[str]]]:
    """Every literal text but docstrings: its line, and the function and keyword it is given to."""
    given: dict[int, set[str]] = {}
    docstrings = set()
    for node in source.nodes(text, ast.Expr):
        docstrings.add(id(node.value))
    for node in source.nodes(text, ast.Call):
        for part in [*node.args, *(keyword.value for keyword in node.keywords)]:
            given.setdefault(id(part), set()).add(_last(node.func))
        for keyword in node.keywords:
            given[id(keyword.value)].add(keyword.arg or "")
    for node in source.nodes(text, ast.Constant):
        if isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value, given.get(id(node), set())


def _last(node: ast.AST) -> str:
    """The last word of a name: `a.b.c` and `a.b.c()` end in c."""
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def rule_is_plain(name: str, text: str) -> list[str]:
    """A rule knows no Django, no database, no clock and no chance without a seed; it is built of rules."""
    faults = []
    for line, found in source.imports(text):
        first = found.split(".")[0]
        if not (
            (first in sys.stdlib_module_names and first not in ASKS_THE_MACHINE)
            or found == "random.Random"
            or first in OF_RULES
            or "rules" in found.split(".")[1:]
        ):
            faults.append(f"{name}:{line} imports {found}: a rule is plain Python (rules, pyproject.toml).")
    for node in source.nodes(text, ast.Attribute, ast.Call):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_meta"}:
            faults.append(f"{name}:{node.lineno} asks the database: a rule is plain Python and takes values.")
        if isinstance(node, ast.Call) and _last(node.func) in CLOCK_OR_CHANCE:
            faults.append(
                f"{name}:{node.lineno} calls {_last(node.func)}(): a rule is told what day or instant it is."
            )
        if isinstance(node, ast.Call) and _last(node.func) == "Random" and not node.args:
            faults.append(f"{name}:{node.lineno} draws without a seed: a rule is told what decides.")
    return faults


def calls_itself_plain(name: str, text: str) -> list[str]:
    """Whoever says that a module holds plain rules puts it where the contract holds."""
    says = re.search(
        r"\bplain (?:python|rules|functions)\b", ast.get_docstring(source.tree(text)) or "", re.IGNORECASE
    )
    if says is None or name in source.rules() or source.is_in_rules(name):
        return []
    return [f"{name} says “{says.group()}” and no contract holds it to that: move it into a folder rules/."]


def writes(name: str, text: str) -> list[str]:
    """Views and queries read; what happens, happens in actions."""
    if not {"views", "queries"} & set(source.rooms(name)):
        return []
    faults = []
    for function, node in _by_function(source.tree(text)):
        if (name, function) in MAY_WRITE:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # `update` of a dict takes a mapping, of a QuerySet it takes names.
            if (
                node.func.attr in WRITES
                or (node.func.attr == "update" and node.keywords)
                or (node.func.attr in RELATION_WRITES and isinstance(node.func.value, ast.Attribute))
            ):
                faults.append(
                    f"{name}:{node.lineno} .{node.func.attr}( writes: views and queries only read, actions write."
                )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_WRITE.match(node.value):
            faults.append(
                f"{name}:{node.lineno} has SQL that writes: views and queries only read, actions write."
            )
    return faults


def _by_function(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the innermost function around it."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            yield inner, child
            yield from walk(child, inner)

    return walk(module, "")


def number_rules(name: str, text: str) -> list[str]:
    """How much is enough is a rule: no view and no query compares a score or a share with a number of its own."""
    if not {"views", "queries"} & set(source.rooms(name)):
        return []
    faults = []
    for node in source.nodes(text, ast.Compare, ast.Assign, ast.AnnAssign):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            orders = any(isinstance(one, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for one in node.ops)
            if orders and any(map(_is_number, sides)) and any(map(_is_percent, sides)):
                faults.append(_number_rule(name, node))
        elif (
            isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_number(node.value)
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(PERCENT.search(_last(target).lower()) for target in targets):
                faults.append(_number_rule(name, node))
    return faults


def _number_rule(name: str, node: ast.stmt | ast.expr) -> str:
    return (
        f"{name}:{node.lineno} “{ast.unparse(node)}” is a rule: it stands in a rule module, and views ask it."
    )


def _is_number(node: ast.expr) -> bool:
    """A number with a meaning; nothing at all is no threshold."""
    return isinstance(node, ast.Constant) and type(node.value) in {int, float} and node.value != 0


def _is_percent(node: ast.expr) -> bool:
    words = [_last(inner) for inner in ast.walk(node) if isinstance(inner, ast.Name | ast.Attribute)]
    words += [
        inner.slice.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.Subscript)
        and isinstance(inner.slice, ast.Constant)
        and isinstance(inner.slice.value, str)
    ]
    return any(PERCENT.search(word.lower()) for word in words)


def days_in_utc(name: str, text: str) -> list[str]:
    """Days are of the organisation: people.queries.today(now) says which day an instant is on there."""
    faults = []
    for node in source.nodes(text, ast.Call):
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in {"date", "today", "localdate"}:
            continue
        takes_a_day = node.func.attr == "date" and not node.args and not node.keywords
        if (takes_a_day and not _is_parsing(node.func.value)) or ast.unparse(node.func) in {
            "date.today",
            "datetime.date.today",
            "timezone.localdate",
        }:
            faults.append(
                f"{name}:{node.lineno} “{ast.unparse(node)}” is the day somewhere: days are of the organisation, "
                "ask people.queries.today(now)."
            )
    return [] if name in DAYS_ARE_SAID_IN else faults


def due_days(name: str, text: str) -> list[str]:
    """Whether a day that was due is over is said by the rule: beside it another one would not know all of it."""
    faults = []
    for node in source.nodes(text, ast.Compare):
        ordered = any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)
        if ordered and any(_last(side).endswith("due_on") for side in (node.left, *node.comparators)):
            faults.append(
                f"{name}:{node.lineno} “{ast.unparse(node)}” says who is late: that stands in a rule module, ask "
                "courses.rules.overdue.is_overdue."
            )
    return [] if name in MAY_COMPARE_DUE_DAYS else faults


def written_addresses(name: str, text: str) -> list[str]:
    """An address is asked for by its name: written by hand it would leave out the prefix of a language."""
    faults = [
        f"{name}:{line} “{value.strip()[:60]}” is an address written by hand: ask courses.addresses, glossary.addresses or "
        "reverse(), which know the language."
        for line, value, _call in _strings(text)
        if ADDRESSES.search(value)
    ]
    return [] if name in MAY_WRITE_ADDRESSES else faults


def streams(name: str, text: str) -> list[str]:
    """Many rows are read in pieces by their keys: a cursor that stays open breaks what is written meanwhile."""
    found = [
        f"{name}:{node.lineno} “{ast.unparse(node)[:60]}” leaves a reading open between its rows: on SQLite the next write "
        "of this connection fails at once when somebody else wrote meanwhile, and behind a pool of connections a cursor "
        "does not outlive a commit. Read pieces by their keys: filter(pk__gt=last).order_by('pk')[:100]."
        for node in source.nodes(text, ast.Call)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in {"iterator", "aiterator", "chunked_cursor"}
    ]
    return found[STILL_STREAMS.get(name, (0, ""))[0] :]


def after_commit(name: str, text: str) -> list[str]:
    """What must follow a commit is a row of its transaction: between the commit and what comes after, a process dies."""
    return [
        f"{name}:{node.lineno} .on_commit( is lost when the process is killed right after the commit: enqueue the task "
        "inside the transaction, where it is a row beside the others."
        for node in source.nodes(text, ast.Attribute, ast.Name)
        if _last(node) == "on_commit"
    ]


def _is_parsing(value: ast.expr) -> bool:
    """`datetime.strptime(text, "%d.%m.%Y").date()` is no instant: a day was written and a day is read."""
    return isinstance(value, ast.Call) and _last(value) == "strptime"

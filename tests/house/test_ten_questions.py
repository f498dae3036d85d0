"""Where is the rule for …? Ten questions that a new colleague asks, and the file that its name leads to.

Each rule stands in that file and nowhere else; a house in which one of them is to be looked for fails here.
"""

import ast
import re

import pytest

from tests.house import source
from tests.house.source import ROOT, name_of, python_files

QUESTIONS = {
    "a lesson is done": ("courses/rules/completion.py", "is_lesson_done"),
    "somebody is overdue": ("courses/rules/overdue.py", "is_overdue"),
    "which option may be shown": ("quizzes/rules/showing.py", "AnsweredOptions"),
    "which HTML is allowed": ("gates/allow_list.py", "ELEMENTS"),
    "who may publish": ("publishing/rules/may_publish.py", "sides_meet"),
    "when a leaver loses access": ("people/rules/may_sign_in.py", "has_left"),
    "a word is matched in text": ("glossary/rules/matching.py", "Vocabulary"),
    "how questions are drawn": ("quizzes/rules/drawing.py", "draw"),
    "what makes a quiz open": ("quizzes/rules/availability.py", "is_available"),
    "how long a counted report is kept": ("reports/rules/keeping.py", "KEPT_SECONDS"),
}


def defined(text: str) -> set[str]:
    """The functions, classes and constants of a module."""
    names = set()
    for node in source.tree(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_by_one_file(question: str) -> None:
    file, name = QUESTIONS[question]

    answers = [name_of(path) for path in python_files() if name in defined(path.read_text())]

    assert answers == [file]


def test_every_rule_says_its_question() -> None:
    """The first line of a rule is what somebody looks for."""
    silent = [
        name_of(path)
        for path in python_files()
        if source.is_in_rules(name_of(path)) and path.name != "__init__.py"
        if not re.match(r'"""[A-Z].+[.:]', path.read_text())
    ]

    assert silent == []


def test_every_package_with_rules_has_a_folder_for_them() -> None:
    """`gates` and `bothways` decide nothing: what crosses the border, and what is put together."""
    with_rules = {
        source.package(name_of(path)) for path in python_files() if source.is_in_rules(name_of(path))
    }

    assert with_rules == set(source.layers()) - {"gates", "bothways"}
    assert all((ROOT / package / "rules").is_dir() for package in with_rules)

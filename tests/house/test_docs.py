"""What the documents promise exists: commands, files, settings, words."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from tests.house import source
from tools.packages import packages

ROOT = Path(__file__).resolve().parents[2]
# progress.md names what is still to come.
GUIDES = tuple(
    f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")) if path.stem != "progress"
)
DOCUMENTS = ("README.md", "CHANGELOG.md", *GUIDES)
DECISIONS = tuple(
    f"docs/decisions/{path.name}" for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))
)
everywhere = pytest.mark.parametrize("name", [*DOCUMENTS, *DECISIONS])


def text(name: str) -> str:
    return (ROOT / name).read_text()


def code_of(name: str) -> str:
    """What stands in code blocks and between back-ticks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text(name), re.DOTALL))


@everywhere
def test_every_make_target_that_is_named_exists(name):
    targets = set(re.findall(r"^(\w+):", text("Makefile"), re.MULTILINE))

    assert set(re.findall(r"\bmake (\w+)", code_of(name))) <= targets


@everywhere
def test_every_management_command_that_is_named_exists(name):
    assert set(re.findall(r"manage\.py ([a-z_]+)", code_of(name))) <= set(get_commands())


@everywhere
def test_every_file_that_is_linked_exists(name):
    links = re.findall(r"\]\(([^)#\s]+)", text(name))
    here = (ROOT / name).parent

    assert not [link for link in links if "://" not in link and not (here / link).exists()]


@everywhere
def test_every_path_that_is_named_exists(name):
    folders = "|".join(("site", "docs", "tools", "content", "requirements", "tests", *source.layers()))
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", text(name))

    assert not [path for path in named if not (ROOT / path).exists()]


@everywhere
def test_every_model_that_is_named_exists(name):
    named = re.findall(rf"`({'|'.join(source.layers())})\.([A-Z]\w+)`", text(name))
    known = {(model._meta.app_label, model.__name__) for model in apps.get_models()}

    assert not set(named) - known


def test_the_readme_opens_with_the_two_commands():
    first = re.search(r"```sh\n(.*?)```", text("README.md"), re.DOTALL)[1]

    assert [line.split("#")[0].strip() for line in first.strip().splitlines()] == ["make run", "make test"]


def test_every_setting_of_the_environment_is_in_the_operators_table():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("site/bothways/settings.py")))
    read |= set(re.findall(r'environ\.get\("(WEB_CONCURRENCY|DEMO_PUBLIC)"', text("site/gunicorn.conf.py")))

    assert read - {"DEBUG"} <= set(re.findall(r"`([A-Z_]+)`", text("docs/operator.md")))


def test_every_setting_of_the_operators_table_is_read():
    table = re.findall(r"^\| (`[A-Z_`, ]+) \|", text("docs/operator.md"), re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}
    code = "".join(
        path.read_text()
        for folder in ("tools", "site", *packages())
        for path in (ROOT / folder).rglob("*.py")
    )

    assert len(named) > 8
    assert not [name for name in named if f'"{name}"' not in code]


def drawn_layers(picture: str) -> list[list[str]]:
    """The packages of the picture from the top down; those at one height stand in one layer."""
    drawn = re.findall(r'<text class="package" x="(\d+)" y="(\d+)">([^<]*)</text>', picture)
    heights: dict[int, list[tuple[int, str]]] = {}
    for x, y, package in drawn:
        heights.setdefault(int(y), []).append((int(x), package))
    return [[package for _x, package in sorted(heights[y])] for y in sorted(heights)]


def contracted_layers() -> list[list[str]]:
    return [re.split(r" [:|] ", layer) for layer in source.contracts()["layers"]["layers"]]


def test_the_picture_of_the_layers_has_the_packages_of_the_contract_in_their_order():
    assert drawn_layers(text("docs/images/layers.svg")) == contracted_layers()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(">jobs<", ">post<", id="a package twice and one missing"),
        pytest.param(">quizzes<", ">quiz<", id="another name"),
        pytest.param('x="334" y="420"', 'x="334" y="459"', id="a package in the layer below"),
        pytest.param('y="69">bothways', 'y="700">bothways', id="the roof at the bottom"),
    ],
)
def test_another_picture_of_the_layers_is_noticed(before, after):
    picture = text("docs/images/layers.svg")

    assert picture.count(before) == 1
    assert drawn_layers(picture.replace(before, after)) != contracted_layers()


def test_the_words_for_the_picture_name_the_packages_in_the_same_order():
    described = re.search(r"!\[.*?: (.*?)\. ", text("docs/layers.md"))[1]

    assert re.findall(r"\w+", described.replace(" and ", " ").replace("side by side", "")) == list(
        source.layers()
    )


def test_the_readme_lists_the_packages_in_the_order_of_the_layers():
    listed = [
        cell.rpartition("/")[2] for cell in re.findall(r"^\| `([\w/]+)/` \|", text("README.md"), re.MULTILINE)
    ]

    assert [folder for folder in listed if folder in source.layers()] == list(source.layers())


def test_no_document_says_how_long_something_takes_without_a_figure():
    assert "MEASURE" not in text("README.md")


def test_the_changelog_names_the_version():
    from bothways import __version__

    numbers = re.findall(r"^## (\d[\d.]*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert numbers[0] == __version__, "the newest version of CHANGELOG.md is this one"
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


def test_decisions_are_numbered_and_short():
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))

    assert len(decisions) >= 5
    assert [path.name[:4] for path in decisions] == [
        f"{number:04}" for number in range(1, len(decisions) + 1)
    ]
    assert {
        path.name: len(path.read_text().split()) for path in decisions if len(path.read_text().split()) > 400
    } == {}


def test_every_decision_is_found_by_a_question():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()

    assert [path.name for path in sorted(folder.glob("[0-9]*.md")) if path.name not in index] == []

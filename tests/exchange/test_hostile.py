"""Whatever stands in a course folder: refused with a sentence, harmless on the page, never a fault."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.images import get_image_model

from courses.models import CoursePage, LessonPage
from exchange.importing import import_course
from exchange.importing.report_page import shown_report
from gates.yaml_out import dump_yaml, readable
from tests.exchange.files import COURSE_FILES, DRAWING, LESSON, NOW, SECOND, WAGTAILS_FILES
from tests.gates.xss_corpus import CORPUS, new_dangers

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


HOSTILE = [
    "words " + readable(text.encode("utf-8", "replace").decode()) for text in CORPUS if "[[" not in text
][::11]


def lesson_of(texts: list[str]) -> str:
    """A lesson with each text in every field of every block that holds text."""
    chunks = []
    for text in texts:
        line = " ".join(text.split())[:100] or "x"
        blocks: list[tuple[str, Any]] = [
            ("block", {"block": "markdown", "text": text}),
            ("block", {"block": "hook", "text": text}),
            ("block", {"block": "callout", "title": line, "text": text}),
            ("block", {"block": "text", "html": text}),
            ("fold", {"title": line, "parts": [{"text": text}]}),
            ("table", {"caption": line, "head": [line], "rows": [[line]]}),
            ("exhibit", {"title": line, "kind": "log", "text": text, "notes": [text]}),
            ("example", {"title": line, "steps": [{"step": line}], "conclusion": text}),
            ("resources", [{"title": line, "url": f"https://example.com/{quote(text)}", "note": line}]),
        ]
        chunks += [f"::: {kind}\n{dump_yaml(data)}:::\n" for kind, data in blocks]
    matter = dump_yaml({"title": texts[0][:80], "slug": "lines", "objective": texts[0][:80]})
    return f"---\n{matter}---\n" + "\n".join(chunks)


def test_no_text_of_a_file_becomes_script_on_a_page(client: Any, employee: Any, load: Any) -> None:
    client.force_login(employee)
    address = "/courses/lines-and-ladders/lines/"
    load({"01-lines.md": lesson_of(["harmless\n\n## harmless"] * len(HOSTILE))})
    harmless = client.get(address).content.decode()
    report = load({"01-lines.md": lesson_of(HOSTILE)})
    LessonPage.objects.get(slug="lines").get_latest_revision().publish()

    html = client.get(address).content.decode()

    assert html.count("alert(1)") > len(HOSTILE)
    # Headings get addresses of ours, without a prefix.
    assert [one for one in new_dangers(html, harmless) if not one.startswith("unprefixed id")] == []
    assert all(entry["reason"] for entry in report.reported)


def test_no_name_or_text_of_an_archive_becomes_script_in_its_report(write: Any, catalogue: Any) -> None:
    one = "<img src=x onerror=alert(1)>"
    lesson = (
        f"---\n{dump_yaml({'title': one, 'slug': one, 'objective': one, one: one})}---\n::: {'x' * 9}\n:::\n"
    )
    report = import_course(write({"01-lines.md": lesson}), now=NOW, dry_run=True)
    report.tell(one, 1, one)

    def page(name: str) -> str:
        entries = [{**entry, "file": name} if name != one else entry for entry in report.reported]
        if name != one:
            entries = [{**entry, "reason": "harmless"} for entry in entries]
        lists = {**report.as_lists(), "not_imported": [name], "remarks": entries, "is_empty": False}
        shown = {"report": shown_report(lists, is_done=False), "upload": {"name": name}}
        return render_to_string("exchange/preview.html", shown)

    assert "&lt;img src=x onerror" in page(one)
    assert new_dangers(page(one), page("harmless")) == []


@pytest.mark.parametrize(
    ("file", "content", "line", "words"),
    [
        ("02-ladders.md", SECOND.replace("go up", "go\0up"), 9, "U+0000"),
        ("02-ladders.md", SECOND.encode().replace(b"go up", b"go \xed\xa0\x80 up"), 9, "not UTF-8"),
        ("02-ladders.md", SECOND.encode("utf-16"), 1, "not UTF-8"),
        ("02-ladders.md", SECOND + "x" * 1_000_000, 1, "the limit is 1,000,000"),
        ("02-ladders.md", b"x" * 5_000_000, 1, "larger than"),
        ("02-ladders.md", SECOND + "word " * 30_000, 7, "longer than the limit"),
        ("02-ladders.md", SECOND.replace("Ladders", "x" * 300), 0, "at most 255 characters"),
        ("02-ladders.md", SECOND.replace("climb a ladder", "x" * 900_000), 0, "at most 200 characters"),
        ("02-ladders.md", SECOND.replace("Ladders", '"\\0"'), 2, "U+0000"),
        ("session-plan.md", "x" * 200_000, 0, "longer than the limit"),
        ("session-plan.md", b"\xff\xfe", 1, "not UTF-8"),
        ("questions.yaml", "&a [*a, *a]", 1, "an anchor"),
        ("questions.yaml", "- " * 100 + "x", 1, "nested"),
        ("images/two-boxes.svg", DRAWING.replace("<title>", "<script>x</script><title>"), None, "not a part"),
        ("images/two-boxes.svg", "<!DOCTYPE s [<!ENTITY a 'b'>]>" + DRAWING, None, "entities"),
        ("images/two-boxes.svg", DRAWING.replace("<rect", "<rect onload='x()'"), None, "onload"),
        ("images/red.png", b"<svg onload='x()'/>", None, "not the kind of picture"),
        ("images/red.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 11_000_000, None, "larger than 10 MB"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_a_sentence(
    load: Any, file: str, content: Any, line: int | None, words: str
) -> None:
    start = time.process_time()

    report = load({file: content}, publishes=False)

    assert time.process_time() - start < 20
    found = [entry for entry in report.reported if words in entry["reason"]]
    assert found, report.reported
    if line is not None:
        assert (found[0]["file"], found[0]["line"]) == (file, line)


def test_a_picture_bomb_is_refused_and_not_stored(load: Any, bomb_picture: bytes) -> None:
    report = load({"images/red.png": bomb_picture}, publishes=False)

    assert any("million pixels" in entry["reason"] for entry in report.reported)
    assert not get_image_model().objects.exists()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.text(max_size=12).map(readable),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "kind", "framework", "codes", "questions", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
KEYS = "code title short_title slug summary direction level outcomes quiz confidence frameworks terms session locale x"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(changed=st.dictionaries(st.sampled_from(KEYS.split()), VALUES, max_size=5))
def test_no_value_in_course_yaml_is_a_fault(write: Any, catalogue: Any, changed: dict[str, Any]) -> None:
    good = {
        "code": "Z1",
        "title": "Lines",
        "slug": "lines",
        "summary": "x",
        "direction": "technology-for-business",
    }
    folder = write(
        {"course.yaml": dump_yaml({**good, **changed}), "01-lines.md": None, "questions.yaml": None}
    )

    report = import_course(folder, now=NOW, dry_run=True)

    assert {*report.imported, *report.unchanged, *(entry["file"] for entry in report.reported)}
    assert not CoursePage.objects.exists()


KINDS = ["meeting", "example", "exhibit", "figure", "video", "table", "fold", "block", "checks", "resources"]
NAMES = "title steps intro kind text notes image alt decorative file captions caption head rows numbers parts block html line step url note speaker".split()  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(KINDS),
    data=st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=5) | st.lists(VALUES, min_size=1, max_size=4),
)  # fmt: skip
def test_no_value_in_a_block_is_a_fault(write: Any, catalogue: Any, kind: str, data: Any) -> None:
    from exchange.importing.folder import Folder, Store
    from exchange.importing.lesson import read_lesson

    head = "---\ntitle: X\nslug: lines\nobjective: x\n---\n"
    folder = write({"01-lines.md": f"{head}::: {kind}\n{dump_yaml(data)}:::\n"})

    read = read_lesson("01-lines.md", Folder(folder), {}, Store(None, dry_run=True))

    assert read.errors or read.body
    json.dumps(read.stored())


def test_a_folder_with_too_many_files_is_not_read(load: Any, write: Any) -> None:
    folder = write()
    for number in range(1_001):
        (folder / f"{number}.txt").touch()

    report = load()

    assert "more than 1,000 files" in report.refusal
    assert not LessonPage.objects.exists()


def test_a_loop_of_links_ends(write: Any, load: Any) -> None:
    folder = write()
    (folder / "again").symlink_to(folder)

    report = load()

    assert set(COURSE_FILES) <= {*report.imported, *(entry["file"] for entry in report.reported)}
    assert Path(folder / "01-lines.md").read_text() == LESSON

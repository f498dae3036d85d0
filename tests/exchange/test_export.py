"""Out and in again is a fixed point: for the course of the tests, for T2, and for any value of any block.

That an exported course is the same elsewhere stands in test_course.py, where nothing is there before.
"""

import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import CoursePage, LessonPage
from exchange.exporting import Export, _Writer, export_course, write_folder
from exchange.importing import import_course
from exchange.importing.folder import Folder, Store
from exchange.importing.lesson import read_lesson
from exchange.importing.report import Report
from exchange.importing.stream import without_ids
from gates import private
from gates.yaml_out import readable
from quizzes.models import Question
from tests.exchange.files import NOW, WAGTAILS_FILES

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]
CONTENT = Path(__file__).parents[2] / "content"


@pytest.mark.sql
def test_out_and_in_again_changes_nothing(imported: Report, tmp_path: Path) -> None:
    before = export_course(CoursePage.objects.get())
    write_folder(before, tmp_path / "out")

    report = import_course(tmp_path / "out", now=NOW)

    assert (report.imported, report.reported) == ([], [])
    assert export_course(CoursePage.objects.get()).files == before.files
    assert not before.lost


def test_t2_comes_back_as_it_went(imported: Report, tmp_path: Path) -> None:
    import_course(CONTENT / "T2", now=NOW, publishes=False)
    before = export_course(CoursePage.objects.get(code="T2"))
    write_folder(before, tmp_path / "out")

    report = import_course(tmp_path / "out", now=NOW, publishes=False)
    again = import_course(CONTENT / "T2", now=NOW, publishes=False)

    assert report.imported == []
    assert again.imported == []
    assert export_course(CoursePage.objects.get(code="T2")).files == before.files


def test_an_option_of_the_editor_keeps_its_key(imported: Report, tmp_path: Path) -> None:
    question = Question.objects.get(code="z1-q1").get_latest_revision_as_object()
    question.kind = "single_choice"
    keys = [str(option.key) for option in question.options.all()]
    changed = question.options.all()[0]
    changed.key = "0b9f0ad5-52e4-4b75-9df3-0a5a2f0f5a11"
    question.options = [changed, question.options.all()[1]]
    question.save_revision()
    write_folder(export_course(CoursePage.objects.get()), tmp_path / "out")

    text = (tmp_path / "out" / "questions.yaml").read_text()
    import_course(tmp_path / "out", now=NOW)

    assert "0b9f0ad5-52e4-4b75-9df3-0a5a2f0f5a11" in text
    assert keys[0] not in text
    latest = Question.objects.get(code="z1-q1").get_latest_revision_as_object()
    assert str(latest.options.all()[0].key) == "0b9f0ad5-52e4-4b75-9df3-0a5a2f0f5a11"


def test_rich_text_comes_back_with_its_links(imported: Report, tmp_path: Path) -> None:
    target = LessonPage.objects.get(slug="lines")
    page = LessonPage.objects.get(slug="ladders").get_latest_revision_as_object()
    html = f'<h2>Up</h2><p>See <a linktype="page" id="{target.pk}">the <b>line</b></a>.</p>'
    page.body = json.dumps([{"type": "text", "value": html}])
    page.save_revision()
    export = export_course(CoursePage.objects.get())
    write_folder(export, tmp_path / "out")

    report = import_course(tmp_path / "out", now=NOW)

    assert b'page=\\"lines-and-ladders/lines\\"' in export.files["02-ladders.md"]
    assert report.imported == []
    assert not report.reported


def test_hostile_rich_text_of_a_file_is_cleaned(imported: Report, load: Any) -> None:
    lesson = (
        "---\ntitle: X\nslug: xx\nobjective: x\n---\n::: block\nblock: text\nhtml: |\n"
        '  <p onclick="x()">a<script>b</script><a href="javascript:x()">c</a><a page="no/where">d</a></p>\n:::\n'
    )

    report = load({"03-x.md": lesson})

    body = str(LessonPage.objects.get(slug="xx").get_latest_revision_as_object().body.get_prep_value())
    assert not [bad for bad in ("onclick", "script", "no/where") if bad in body]
    assert "no/where" in report.reported[0]["reason"]


TEXT = st.text(max_size=60).map(readable).filter(lambda text: text.strip())
LINE = TEXT.map(lambda text: " ".join(text.split())[:50]).filter(bool)
LINES = st.lists(
    st.one_of(st.sampled_from(["", ":::", "::: hook", "## A", "# B", "```", "kind: tip", "- a", "---", "title: x", "  x"]), LINE),
    min_size=1, max_size=6,
).map("\n".join).filter(lambda text: text.strip())  # fmt: skip


def listed(values: list[Any]) -> list[dict[str, Any]]:
    return [{"type": "item", "value": value, "id": str(at)} for at, value in enumerate(values)]


BLOCKS = st.one_of(
    st.tuples(st.just("markdown"), LINES),
    st.tuples(st.just("hook"), st.fixed_dictionaries({"text": LINES})),
    st.tuples(st.just("say"), st.fixed_dictionaries({"line": LINE})),
    st.tuples(
        st.just("callout"),
        st.fixed_dictionaries({"kind": st.sampled_from(["note", "tip", "careful"]), "title": st.just("") | LINE, "text": LINES}),
    ),
    st.tuples(
        st.just("meeting"),
        st.fixed_dictionaries({"speaker_side": st.sampled_from(["business", "technology"]), "speaker": LINE, "said": LINES, "hearer": LINE, "heard": LINES, "say_instead": LINES}),
    ),
    st.tuples(
        st.just("example"),
        st.fixed_dictionaries({
            "title": LINE, "intro": st.just("") | LINES, "conclusion": st.just("") | LINES,
            "steps": st.lists(st.fixed_dictionaries({"step": LINE, "working": st.just("") | LINE, "result": st.just("") | LINE}), min_size=1, max_size=3).map(listed),
        }),
    ),
    st.tuples(
        st.just("exhibit"),
        st.fixed_dictionaries({"title": LINE, "kind": st.sampled_from(["clause", "mail", "log", "ticket", "bill"]), "text": LINES, "notes": st.lists(LINES, min_size=1, max_size=3).map(listed)}),
    ),
    st.tuples(
        st.just("table"),
        st.integers(1, 3).flatmap(lambda width: st.fixed_dictionaries({
            "caption": LINE, "head": st.lists(LINE, min_size=width, max_size=width).map(listed),
            "rows": st.lists(st.lists(st.just("") | LINE, min_size=width, max_size=width).map(listed), min_size=1, max_size=3).map(listed),
            "numbers": st.lists(st.integers(1, width), max_size=2).map(listed),
        })),
    ),
    st.tuples(st.just("fold"), st.fixed_dictionaries({"title": LINE, "parts": st.lists(LINES.map(lambda text: {"type": "text", "value": text}), min_size=1, max_size=3)})),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_any_value_of_any_block_comes_back(tmp_path_factory: Any, blocks: list[tuple[str, Any]]) -> None:
    body = [{"type": kind, "value": value, "id": str(at)} for at, (kind, value) in enumerate(blocks)]
    page = LessonPage(title="X", slug="x", objective="x", body=json.dumps(body))
    out = Export()
    _Writer(out, page, 1).write()
    folder = tmp_path_factory.mktemp("lesson")
    write_folder(out, folder)

    read = read_lesson("01-x.md", Folder(folder), {}, Store(None, dry_run=True))

    assert not read.errors
    assert without_ids(read.stored()) == without_ids(body)


def test_the_command_writes_a_folder_and_never_into_another(
    imported: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = StringIO()
    monkeypatch.setattr(private, "_before", 0o027)  # an account whose group may read what it makes

    call_command("export_course", "z1", str(tmp_path / "out"), stdout=out)

    assert "exported   course.yaml" in out.getvalue()
    assert (tmp_path / "out" / "course.yaml").stat().st_mode & 0o777 == 0o640
    with pytest.raises(CommandError, match="holds files already"):
        call_command("export_course", "Z1", str(tmp_path / "out"))
    with pytest.raises(CommandError, match="no course with the code Z9"):
        call_command("export_course", "Z9", str(tmp_path / "other"))


def test_an_export_that_was_cut_off_is_not_there_and_the_next_one_is_whole(tmp_path: Path) -> None:
    class Cut(dict[str, bytes]):
        def items(self) -> Any:
            yield "a.md", b"one"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(Export(files=Cut()), tmp_path / "out")
    assert not (tmp_path / "out").exists()

    write_folder(Export(files={"b.md": b"two"}), tmp_path / "out")

    assert [path.name for path in tmp_path.rglob("*.md")] == ["b.md"]


def test_an_author_downloads_the_own_course_and_nobody_elses(
    imported: Report, client: Any, author: Any, technician: Any
) -> None:
    from authoring.teams import add_author

    course = CoursePage.objects.get()
    address = f"/write/import/course/{course.pk}.zip"

    client.force_login(author)
    assert client.get(address).status_code == 404
    add_author(course=course, employee=author)
    response = client.get(address)
    with zipfile.ZipFile(BytesIO(response.content)) as archive:
        assert "z1-lines-and-ladders/course.yaml" in archive.namelist()
    assert response["Content-Disposition"].startswith("attachment")
    client.force_login(technician)
    assert client.get(address).status_code == 403

"""An import that takes longer: in the worker, with a page that follows it, and over again where it was cut off."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from courses.models import CataloguePage, CoursePage, LessonPage
from exchange import tasks
from exchange.importing import actions
from exchange.models import Upload
from exchange.tasks import go_on_with_upload, take_up_uploads
from jobs.interruption import Interrupted, stops_when
from jobs.models import Stage
from people.models import Employee
from tests.exchange.files import EVERYTHING, WAGTAILS_FILES
from tests.underway import WAYS, Asked, told

pytestmark = [pytest.mark.django_db, WAGTAILS_FILES]


@pytest.fixture
def waiting(catalogue: Any, author: Any, write: Any, zipped: Any) -> Upload:
    """A course that its author has sent and nobody has read yet."""
    return actions.keep_upload(
        sender=author, name="z1.zip", content=zipped(write()), course=None, now=timezone.now()
    )


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Asked:
    worker = Asked(go_on_with_upload)
    monkeypatch.setattr(actions, "SMALL_FILES", 6)  # the small course has seven
    monkeypatch.setattr(tasks, "go_on_with_upload", worker)
    return worker


def test_a_larger_course_is_read_and_imported_in_the_worker_while_its_page_follows(
    client: Any, author: Any, waiting: Upload, worker: Asked
) -> None:
    client.force_login(author)
    address = f"/write/import/{waiting.key}/"

    assert "The file is being read" in told(client.get(address))
    assert worker.work() == 1
    assert "What the import would do" in told(client.get(address))
    client.post(address, {"do": "import"})
    assert "The file is being imported" in told(client.get(address))
    assert not CoursePage.objects.exists()
    client.post(address, {"do": "import"})  # a second click
    assert worker.work() == 1
    done = told(client.get(address))

    assert "What was imported" in done
    assert all(name in done for name in EVERYTHING)
    assert AuditEntry.objects.filter(verb="course.imported").count() == 1


def test_what_is_being_imported_cannot_be_put_away(
    client: Any, author: Any, waiting: Upload, worker: Asked
) -> None:
    client.force_login(author)
    actions.begin_reading(waiting, clock=timezone.now)
    worker.work()
    waiting.refresh_from_db()
    actions.begin_import(waiting, clock=timezone.now)

    answer = client.post(f"/write/import/{waiting.key}/", {"do": "forget"}, follow=True)

    assert "could not be put away" in told(answer)
    assert Upload.objects.exists()


@pytest.mark.parametrize("pieces", [1, 3, 5])
def test_an_import_that_was_cut_off_goes_on_and_tells_of_the_whole(
    waiting: Upload, worker: Asked, pieces: int
) -> None:
    actions.begin_reading(waiting, clock=timezone.now)
    worker.work()
    waiting.refresh_from_db()
    actions.begin_import(waiting, clock=timezone.now)
    asked = iter([False] * pieces + [True])

    with pytest.raises(Interrupted), stops_when(lambda: next(asked)):
        go_on_with_upload.call(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.hand, waiting.done) == (Stage.IMPORTING, "", pieces + 1)
    assert not LessonPage.objects.live().exists()
    go_on_with_upload.call(waiting.pk)

    waiting.refresh_from_db()
    assert waiting.stage == Stage.IMPORTED
    assert (waiting.outcome["imported"], waiting.outcome["unchanged"]) == (EVERYTHING, [])
    assert waiting.done == waiting.total
    entry = AuditEntry.objects.get(verb="course.imported")
    assert (entry.actor, entry.detail["imported"]) == (waiting.sender, len(EVERYTHING))


def test_what_a_killed_worker_left_is_taken_up_once_it_is_silent(waiting: Upload, worker: Asked) -> None:
    now = timezone.now()
    actions.take_lease(waiting, now=now)  # and then it was killed

    take_up_uploads(now=now + timedelta(seconds=35))
    assert worker.work() == 0
    take_up_uploads(now=now + timedelta(seconds=36))

    assert worker.asked == [waiting.pk]


def test_what_fails_time_after_time_says_so_on_its_page(
    client: Any, author: Any, waiting: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any, **named: Any) -> Any:
        raise OSError

    monkeypatch.setattr(actions, "unpack", broken)
    for _time in range(5):
        with pytest.raises(OSError):
            go_on_with_upload.call(waiting.pk)
    go_on_with_upload.call(waiting.pk)
    take_up_uploads(now=timezone.now() + timedelta(minutes=2))
    client.force_login(author)

    page = told(client.get(f"/write/import/{waiting.key}/"))
    assert "It was begun several times and never ended." in page
    assert "Ask whoever runs Bothways to look at the log, then choose the file again." in page
    assert "<h1>Nothing was imported</h1>" in page  # it was not even read


def test_whoever_lost_the_role_meanwhile_imports_nothing(waiting: Upload, worker: Asked) -> None:
    actions.begin_reading(waiting, clock=timezone.now)
    worker.work()
    waiting.refresh_from_db()
    actions.begin_import(waiting, clock=timezone.now)
    Employee.objects.get(pk=waiting.sender_id).groups.clear()

    worker.work()

    waiting.refresh_from_db()
    assert waiting.stage == Stage.FAILED
    assert waiting.error.startswith("You do not write this course any more.")
    assert not CoursePage.objects.exists()


def test_an_operators_import_that_was_cut_off_tells_of_the_whole_when_it_is_begun_again(
    write: Any, catalogue: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    folder = write()
    real = actions.import_course

    def killed(*arguments: Any, dry_run: bool = False, **named: Any) -> Any:
        report = real(*arguments, dry_run=dry_run, **named)
        if not dry_run:
            raise KeyboardInterrupt
        return report

    monkeypatch.setattr(actions, "import_course", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.import_folder(folder, now=timezone.now())
    assert not AuditEntry.objects.filter(verb="course.imported").exists()
    monkeypatch.setattr(actions, "import_course", real)

    call_command("import_course", str(folder))

    assert capsys.readouterr().out.count("imported   ") == len(EVERYTHING)
    entry = AuditEntry.objects.get(verb="course.imported")
    assert (entry.actor, entry.detail["imported"]) == (None, len(EVERYTHING))
    assert not Upload.objects.exists()


def test_without_a_catalogue_the_page_says_what_to_do(waiting: Upload) -> None:
    CataloguePage.objects.get().delete()

    actions.begin_reading(waiting, clock=timezone.now)

    assert waiting.stage == Stage.FAILED
    assert "run `manage.py prepare` first" in waiting.error


@pytest.mark.parametrize(("stage", "way"), WAYS.items())
def test_whoever_left_the_page_of_a_file_finds_the_way_back(
    client: Any, author: Any, waiting: Upload, stage: Stage, way: str
) -> None:
    Upload.objects.update(stage=stage)
    client.force_login(author)

    page = told(client.get("/write/import/"))

    assert "You sent z1.zip on " in page
    assert f'<a href="/write/import/{waiting.key}/">{way}</a>' in page


def test_nobody_is_shown_what_somebody_else_has_sent(client: Any, waiting: Upload, reviewer: Any) -> None:
    reviewer.groups.add(*waiting.sender.groups.all())
    client.force_login(reviewer)

    assert "You sent" not in told(client.get("/write/import/"))


def test_an_import_that_broke_off_says_otherwise_than_a_file_that_was_not_read(
    client: Any, author: Any, waiting: Upload, worker: Asked
) -> None:
    actions.begin_reading(waiting, clock=timezone.now)
    worker.work()
    waiting.refresh_from_db()
    actions.begin_import(waiting, clock=timezone.now)
    CataloguePage.objects.get().delete()
    worker.work()
    client.force_login(author)
    broken_off = told(client.get(f"/write/import/{waiting.key}/"))
    Upload.objects.all().delete()
    unread = actions.keep_upload(
        sender=author, name="z2.zip", content=b"no archive", course=None, now=timezone.now()
    )
    actions.begin_reading(unread, clock=timezone.now)
    not_read = told(client.get(f"/write/import/{unread.key}/"))

    assert "<h1>The import has ended early</h1>" in broken_off
    assert "What is in stands in drafts." in broken_off
    assert "what is in already stays as it is" in broken_off
    assert "<h1>Nothing was imported</h1>" in not_read
    assert "what is in already" not in not_read

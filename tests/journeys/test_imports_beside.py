"""HR and an author import through the pages while ten people save an answer each second: no request of theirs fails."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from gates.archives import pack
from tests.journeys.servers import installation
from tests.people.importing.lists import people
from tests.soak import ROUNDS
from tools.load import CSRF, NO_TLS
from tools.load.course import write_course
from tools.load.ground import ground
from tools.load.history import STUCK_SECONDS
from tools.load.pages import Form, Page
from tools.load.steady import answers_while

pytestmark = [pytest.mark.server, pytest.mark.soak]
WHO_ANSWERS = 10
LINES = 30_000 if ROUNDS > 1 else 1_500
CODES = ("J1", "J2")
LESSONS = 12  # more files than are imported while their sender waits
PATIENCE_SECONDS = 60  # longer than the server lets anybody wait for SQLite; then it would answer 503


class Desk:
    """Somebody who imports: sends a file, waits until it is read, looks at it, presses the button, waits again."""

    def __init__(
        self, address: str, person: dict[str, Any], *, patience: float = STUCK_SECONDS * ROUNDS
    ) -> None:
        self.patience = patience
        self.client = httpx.Client(
            base_url=address,
            cookies={"sessionid": person["session"], "csrftoken": CSRF},
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            verify=NO_TLS,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def import_file(self, address: str, name: str, content: bytes, *, done: str) -> None:
        """`done`: words of the heading in the end."""
        form = _form(self._open(address), lambda form: "file" in form.fields)
        fields = {"csrfmiddlewaretoken": form.fields["csrfmiddlewaretoken"]}
        sent = self.client.post(address, data=fields, files={"file": (name, content)})
        assert sent.status_code == 302, sent.text
        where = sent.headers["Location"]
        looked_at = self._until(where, lambda page: any(map(_is_button_of, page.forms)))
        fields = {**_form(looked_at, _is_button_of).fields, "do": "import"}
        assert self.client.post(where, data=fields).status_code == 302
        self._until(where, lambda page: done in page.heading)

    def _open(self, address: str) -> Page:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)

    def _until(self, address: str, wanted: Callable[[Page], bool]) -> Page:
        """The page as soon as it shows what is waited for, loaded again as it loads itself."""
        until = time.monotonic() + self.patience
        while not wanted(page := self._open(address)):
            assert time.monotonic() < until, page.root.text
            time.sleep(0.5)
        return page


def _form(page: Page, wanted: Callable[[Form], bool]) -> Form:
    return next(form for form in page.forms if wanted(form))


def _is_button_of(form: Form) -> bool:
    return ("do", "import") in form.buttons


def archive(place: Path, code: str) -> bytes:
    """A course as an author sends it."""
    write_course(place / code, code, lessons=LESSONS)
    return pack((file.name, file.read_bytes()) for file in sorted((place / code).iterdir()))


def test_nobody_who_answers_is_turned_away_while_people_and_courses_are_imported(tmp_path: Path) -> None:
    with ground(installation("company"), tmp_path, people=WHO_ANSWERS) as company:
        hr, author = company.facts["hr"], company.editor.ask("sign_in_as", role="Author")
        before = company.editor.ask("people_known")

        def hr_imports() -> None:
            with Desk(company.stack.address, hr) as desk:
                desk.import_file(
                    "/people/import/", "people.csv", people(LINES).encode(), done="people are imported"
                )

        def author_imports() -> None:
            with Desk(company.stack.address, author) as desk:
                for code in CODES:
                    sent = archive(tmp_path, code)
                    desk.import_file("/write/import/", f"{code}.zip", sent, done="What was imported")

        def both() -> None:
            with ThreadPoolExecutor(2) as desks:
                for work in [desks.submit(hr_imports), desks.submit(author_imports)]:
                    work.result()

        found = answers_while(company, both, patience=PATIENCE_SECONDS)

        assert found.failed == {}, str(found)
        assert found.verdict.is_clean(), str(found)
        assert found.while_at_work >= WHO_ANSWERS
        assert company.editor.ask("people_known") == before + LINES
        assert [company.editor.ask("lessons_of", code=code) for code in CODES] == [LESSONS + 1] * 2
        log = {(one["actor_id"], one["verb"]): one["detail"] for one in company.editor.ask("imported")}
        assert log[hr["id"], "people.imported"]["new"] == LINES
        told = [one for one in company.editor.ask("imported") if one["actor_id"] == author["id"]]
        assert [(one["verb"], one["detail"]["imported"], one["detail"]["reported"]) for one in told] == [
            ("course.imported", LESSONS + 3, 0)
        ] * 2

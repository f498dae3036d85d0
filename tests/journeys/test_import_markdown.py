"""An author has a folder of notes in Markdown, and some minutes later a course of drafts."""

import io
import zipfile

import pytest
from playwright.sync_api import Browser, expect

from tests.exchange.markdown_files import MARKDOWN_FILES
from tests.journeys import servers
from tests.journeys.learner import sign_in, visit
from tests.journeys.servers import Serve

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in MARKDOWN_FILES.items():
            if content is not None:
                packed.writestr(f"moving/{name}", content)
    return buffer.getvalue()


def test_a_folder_of_markdown_becomes_drafts_on_write(serve: Serve, browser: Browser) -> None:
    stack = serve("demo")
    _context, author = visit(browser, stack, viewport={"width": 1280, "height": 1000})
    sign_in(author, "author@example.com", to="/accounts/login/?next=/write/")
    author.goto("/write/")
    author.get_by_role("link", name="Import", exact=True).click()

    file = {"name": "moving.zip", "mimeType": "application/zip", "buffer": archive()}
    author.get_by_label("File", exact=False).first.set_input_files(file)
    author.get_by_role("button", name="Show what it would do").click()
    expect(author.get_by_role("alert")).to_contain_text("Give it a title")
    author.get_by_label("File", exact=False).first.set_input_files(file)
    author.get_by_label("Title of the course").fill("Moving house")
    author.get_by_label("Code", exact=False).fill("MOVE")
    author.get_by_label("Business for technicians").check()
    author.get_by_role("button", name="Show what it would do").click()

    expect(author.get_by_role("heading", name="What the import would do")).to_be_visible(timeout=90_000)
    expect(author.get_by_role("main")).to_contain_text("Übersicht.markdown")
    author.get_by_role("button", name="Import it").click()
    expect(author.get_by_role("heading", name="What was imported")).to_be_visible(timeout=90_000)
    author.get_by_role("link", name="Go to your courses").click()

    course = author.locator("section, article", has_text="Moving house").last
    for title in ("What to pack", "The van", "Afterwards"):
        expect(course.get_by_role("link", name=title)).to_be_visible()

"""A new author, who has read only the screen, goes from sign-in to a published lesson; a reader reports, and hears back."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import servers
from tests.journeys.learner import answer_checks, rows_of, sign_in, visit
from tests.journeys.servers import Serve
from tests.journeys.test_every_page import violations

serve = servers.serve
pytestmark = [pytest.mark.browser, pytest.mark.server]

TITLE = "Who is called at three in the morning"
OBJECTIVE = "say who is called and what they may decide"
REMARK = "Say how fast somebody answers."
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
CHECKS = [
    ("A pager rings at three. Who decides whether the shop stays closed?", "Whoever is on call", "The whole board"),
    ("What does an on-call rota promise?", "That somebody answers within the agreed time", "That nothing ever breaks"),
]  # fmt: skip


# What a form of Wagtail's editor holds of the lesson, and what the last autosave that succeeded held.
WATCH = """
window.held = (data) => JSON.stringify([...data].filter(([name]) => /^(title|objective|body-)/.test(name)));
window.isSaved = () => window.savedText === held(new FormData(document.querySelector('form[data-edit-form]')));
document.addEventListener('w-autosave:save', (event) => { window.sentText = held(event.detail.formData); });
document.addEventListener('w-autosave:success', () => { window.savedText = window.sentText; });
"""


def test_an_author_writes_a_lesson_that_the_other_side_publishes(
    serve: Serve, browser: Browser, tmp_path: Path
) -> None:
    stack = serve("demo")
    picture = tmp_path / "rota.png"
    picture.write_bytes(PIXEL)
    writing, author = visit(browser, stack, viewport={"width": 1280, "height": 1000})
    reading, reviewer = visit(browser, stack, viewport={"width": 1280, "height": 1000})
    learning, employee = visit(browser, stack)
    for context in (writing, reading):
        context.add_init_script(WATCH)

    write_a_lesson(author, picture)
    type_in_the_last_moment(author)
    submit(author)
    send_back(reviewer)
    correct(author)
    submit(author)
    approve(reviewer)

    read_and_report(employee)
    answer_the_report(author)
    employee.goto("/")
    expect(employee.get_by_text("Fixed: it says so now.")).to_be_visible()
    employee.get_by_role("button", name="Read, thank you").click()
    expect(employee.get_by_text("Fixed: it says so now.")).to_have_count(0)
    assert ("employee@example.com",) in rows_of(
        stack, "SELECT \"to\" FROM people_outboxmail WHERE subject LIKE '%your report about%'"
    )
    for context in (writing, reading, learning):
        context.close()


def write_a_lesson(page: Page, picture: Path) -> None:
    """From the header to a lesson in which nothing is missing."""
    sign_in(page, "author@example.com")
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_role("button", name=re.compile("Write a lesson")).first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    # Too early: it is saved and says what is missing, with the way to each field.
    open_actions(page)
    page.get_by_role("button", name=re.compile("^Submit")).click()
    told = page.locator(".missing-told")
    expect(told).to_contain_text("Say what people can do after this lesson.")
    told.get_by_role("link", name="Say what people can do after this lesson.").click()
    expect(page.locator("[name=objective]")).to_be_focused()
    fill(page, "title", TITLE)
    fill(page, "objective", OBJECTIVE)
    fill(
        page,
        "body-0-value-text",
        "At three in the morning nobody knew whom to call, and the shop stayed closed.",
    )
    type_text(page, "A rota says who is called first. It also says what this person may decide alone.")
    fill(page, "body-2-value-speaker", "Sales")
    fill(page, "body-2-value-said", "Somebody is always there, right?")
    fill(page, "body-2-value-hearer", "IT")
    fill(page, "body-2-value-heard", "All of us work all night.")
    fill(page, "body-2-value-say_instead", "Who is on call, and how fast do they answer?")
    for number, check in enumerate(CHECKS):
        write_a_check(page, number, *check)
    fill(page, "body-4-value-line", "Who is on call this week, and what may they decide?")
    add_block(page, "Figure")
    choose_a_picture(page, picture)
    fill(page, "body-5-value-alt", "A rota with one name for each week")
    add_block(page, "Worked example")
    fill(page, "body-6-value-title", "what one night costs")
    fill(page, "body-6-value-steps-0-value-step", "Three hours without the shop")
    fill(page, "body-6-value-steps-0-value-result", "12,000 euros")
    write_a_table(page)
    saved(page)
    nothing_is_missing(page)


def type_in_the_last_moment(page: Page) -> None:
    """While an autosave is on its way: the answer to it must not pass for the answer to this."""
    page.evaluate(
        """last => addEventListener('w-autosave:success', () => {
            const field = document.querySelector('[name=objective]');
            field.value = last;
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }, { capture: true, once: true })""",
        OBJECTIVE,
    )
    fill(page, "objective", "say who is called")
    expect(page.locator("[name=objective]")).to_have_value(OBJECTIVE)
    saved(page)
    page.goto(page.url)
    expect(page.locator("[name=objective]")).to_have_value(OBJECTIVE)


def fill(page: Page, name: str, words: str) -> None:
    page.locator(f'[name="{name}"]').fill(words)


def type_text(page: Page, words: str) -> None:
    """At the end of the text block, whose editor hands what was typed to the form a moment later."""
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(page.locator('[name="body-1-value"]')).to_have_value(re.compile(re.escape(words.strip())))


def saved(page: Page) -> None:
    """The editor saves by itself, half a second after the last change: what is typed is what it saved."""
    page.wait_for_function("isSaved()")
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()


def nothing_is_missing(page: Page) -> None:
    toggle = page.locator('[data-side-panel-toggle="missing"]')
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    expect(page.locator('[data-side-panel="missing"]')).to_contain_text("Nothing is missing")


def add_block(page: Page, name: str) -> None:
    """At the end of the lesson, the way the editor offers it."""
    page.locator('[data-contentpath="body"] .c-sf-add-button, .c-sf-add-button').last.click()
    page.get_by_role("option", name=re.compile(rf"^{name}")).first.click()


def choose_a_picture(page: Page, picture: Path) -> None:
    page.get_by_role("button", name="Choose an image").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[role=tabpanel]")).to_have_count(2)
    dialog.get_by_role("tab", name="Upload").click()
    dialog.locator("input[type=file]").set_input_files(picture)
    expect(dialog.locator("[name$=title]")).to_have_value("rota")  # the editor takes it from the file
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog).to_have_count(0)


CELLS = 'Shift\tMinutes\nDay\t10\n"Night and\nweekend"\t30\n'


def write_a_table(page: Page) -> None:
    """Pasted as a spreadsheet copies it, and a row more with the keyboard alone."""
    add_block(page, "Table")
    fill(page, "body-7-value-caption", "How fast somebody answers")
    grid = page.locator(".table-grid")
    grid.locator("textarea").first.focus()
    page.evaluate(
        """cells => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', cells);
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
            );
        }""",
        CELLS,
    )
    for _row in range(3):  # from the heading past the last row, which adds one
        page.keyboard.press("Enter")
    page.keyboard.type("Holiday")
    page.keyboard.press("Tab")
    page.keyboard.type("60")
    values = grid.locator("textarea").evaluate_all("fields => fields.map(field => field.value)")
    assert values == ["Shift", "Minutes", "Day", "10", "Night and weekend", "30", "Holiday", "60"]


def write_a_check(page: Page, number: int, question: str, right: str, wrong: str) -> None:
    """In the dialog of the lesson, without leaving it."""
    if number:
        page.locator('[name="body-3-value-questions-count"] ~ * .c-sf-add-button').last.click()
    page.get_by_role("button", name="Write a check, or find one").last.click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[role=tabpanel]")).to_have_count(2)
    dialog.get_by_role("tab", name="Write a check").click()
    dialog.locator("[name=stem]").fill(question)
    for row, words, why in (
        (1, right, "That is what the rota of the team says, for this week and the next."),
        (2, wrong, "No rota says so: it names one person and one time to answer in."),
    ):
        dialog.locator(f"[name=text_{row}]").fill(words)
        dialog.locator(f"[name=why_{row}]").fill(why)
    dialog.locator("[name=correct_1]").check()
    dialog.get_by_role("button", name="Put the check into the lesson").click()
    expect(dialog).to_have_count(0)


def open_actions(page: Page) -> None:
    page.get_by_role("button", name="More actions").click()


def submit(page: Page) -> None:
    open_actions(page)
    page.get_by_role("button", name=re.compile("^(Submit|Resubmit)")).click()
    expect(page.get_by_text(f"“{TITLE}” is submitted.")).to_be_visible()
    expect(page.locator("tr", has_text=TITLE)).to_contain_text("In review")


def send_back(page: Page) -> None:
    """The reviewer of the other side reads it on a phone and asks for a change; a remark is needed for that."""
    sign_in(page, "reviewer@example.com", to="/write/")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name=re.compile(f"Read and decide.*{TITLE}")).click()
    expect(page.get_by_role("heading", name=f"Review “{TITLE}”")).to_be_visible()
    expect(page.get_by_text("This is new: nothing of it is live")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, "review") == []
    page.get_by_role("button", name="Send back with the remark").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Write what should change. Nothing was sent yet.")
    page.get_by_label("Your remark").fill(REMARK)
    page.get_by_role("button", name="Send back with the remark").click()
    expect(page.get_by_text(f"“{TITLE}” is sent back with your remark.")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 1000})


def correct(page: Page) -> None:
    page.goto("/write/")
    expect(page.locator("tr", has_text=TITLE)).to_contain_text("Sent back")
    expect(page.get_by_role("note").filter(has_text=TITLE)).to_contain_text(REMARK)
    page.get_by_role("table").get_by_role("link", name=TITLE, exact=True).click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(REMARK).first).to_be_visible()
    page.wait_for_timeout(3000)  # two seconds after loading, the editor remembers what is unchanged
    type_text(page, " Somebody answers within ten minutes.")
    saved(page)


def approve(page: Page) -> None:
    """With a comma of the reviewer's own first, and then with a double click on a slow line."""
    page.goto("/write/")
    page.get_by_role("table").get_by_role("link", name=TITLE, exact=True).click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3000)  # two seconds after loading, the editor remembers what is unchanged
    type_text(page, " At night too.")
    saved(page)
    open_actions(page)
    page.get_by_role("button", name="Approve and publish", exact=True).click()
    expect(page.get_by_text("you changed this text last").first).to_be_visible()
    page.get_by_role("button", name="Take my change back").click()
    expect(page.get_by_text("You can approve it now")).to_be_visible()

    expect(page.get_by_role("heading", name="Earlier remarks")).to_be_visible()
    sent = slowly(page)
    page.get_by_role("button", name="Approve and publish").dblclick()
    expect(page.get_by_text(f"“{TITLE}” is approved and live.")).to_be_visible(timeout=20_000)
    assert [status for status in sent if status >= 400] == []
    quickly(page)
    page.goto("/write/")
    expect(page.locator("tr", has_text=TITLE)).to_contain_text("Live")
    expect(page.locator("tr", has_text=TITLE)).not_to_contain_text("changes")


def slowly(page: Page) -> list[int]:
    """Every answer comes three seconds late from now on; what posts were answered."""
    statuses: list[int] = []
    page.on(
        "response",
        lambda answer: statuses.append(answer.status) if answer.request.method == "POST" else None,
    )
    _latency(page, 3000)
    return statuses


def quickly(page: Page) -> None:
    _latency(page, 0)


def _latency(page: Page, milliseconds: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def read_and_report(page: Page) -> None:
    sign_in(page, "employee@example.com", to="/courses/always-on/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("Somebody answers within ten minutes.")).to_be_visible()
    table = page.get_by_role("table", name="How fast somebody answers")
    expect(table.get_by_role("row", name="Holiday 60")).to_be_visible()
    assert answer_checks(page) == len(CHECKS)
    page.get_by_role("link", name="Report a problem with this lesson").click()
    page.get_by_label("What is the problem?").fill("It does not say who pays for the night.")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()


def answer_the_report(page: Page) -> None:
    page.goto("/write/")
    expect(page.get_by_text("One problem reported by a reader")).to_be_visible()
    page.locator("#reports + ul, section:has(#reports)").get_by_role("link", name=TITLE).click()
    page.get_by_label("Answer").fill("Fixed: it says so now.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is on its way")).to_be_visible()

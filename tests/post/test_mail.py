"""Mail is written with what made it necessary, and arrives once."""

import email
import smtplib
from datetime import UTC, datetime, timedelta
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import BadHeaderError
from django.db import transaction

from post import mail
from post.delivery import deliver_waiting_mail
from post.mail import AttachmentRefused, OutboxBackend
from post.models import OutboxMail
from post.rules.trying_again import back_off
from post.tasks import deliver_mail

NOW = datetime(2036, 11, 2, 9, 0, tzinfo=UTC)  # after every mail that a test writes
pytestmark = pytest.mark.django_db


class Post(BaseEmailBackend):
    """A mail server that keeps what it gets, or fails as told."""

    got: list[EmailMessage] = []
    fails: Exception | None = None

    def send_messages(self, email_messages: Any) -> int:
        if Post.fails is not None:
            raise Post.fails
        Post.got.extend(email_messages)
        return len(email_messages)


@pytest.fixture(autouse=True)
def post(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """pytest-django puts its own backend in; these tests want ours."""
    monkeypatch.setattr(mail, "Post", Post, raising=False)
    settings.EMAIL_BACKEND = "post.mail.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "post.mail.Post"
    Post.got, Post.fails = [], None
    return Post


def write(to: str = "employee@example.com", subject: str = "Hello", body: str = "A text") -> None:
    send_mail(subject, body, None, [to])


def test_a_mail_waits_in_the_outbox_until_the_worker_comes() -> None:
    write()

    assert not Post.got
    row = OutboxMail.objects.get()
    assert (row.to, row.subject, row.body, row.state) == (
        "employee@example.com",
        "Hello",
        "A text",
        "waiting",
    )


@pytest.mark.sql
def test_a_mail_is_not_written_when_what_made_it_necessary_fails() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError

    assert not OutboxMail.objects.exists()


def test_the_worker_sends_what_waits() -> None:
    write()

    assert deliver_waiting_mail(now=NOW) == 1

    row = OutboxMail.objects.get()
    assert (row.state, row.sent_at, row.body) == ("sent", NOW, "")
    assert Post.got[0].to == ["employee@example.com"]
    assert Post.got[0].body == "A text"


def test_a_sent_mail_is_not_sent_again() -> None:
    write()

    deliver_waiting_mail(now=NOW)
    deliver_waiting_mail(now=NOW + timedelta(days=1))

    assert len(Post.got) == 1


def test_the_scheduled_task_takes_now_and_returns_nothing() -> None:
    write()

    assert deliver_mail(now=NOW) is None
    assert len(Post.got) == 1


@pytest.mark.sql
def test_every_recipient_gets_an_own_mail_and_sees_no_other() -> None:
    EmailMessage("Hello", "text", None, ["a@example.com", "B <b@example.com>"], bcc=["c@example.com"]).send()

    assert set(OutboxMail.objects.values_list("to", flat=True)) == {
        "a@example.com",
        "b@example.com",
        "c@example.com",
    }


def test_html_stays_beside_the_text() -> None:
    message = EmailMultiAlternatives("Hello", "text", None, ["a@example.com"])
    message.attach_alternative("<p>html</p>", "text/html")
    message.send()

    deliver_waiting_mail(now=NOW)

    parsed = Post.got[0].message()
    assert {part.get_content_type() for part in parsed.walk()} >= {"text/plain", "text/html"}


@pytest.mark.parametrize(
    "subject",
    [
        "Hello\nBcc: thief@example.net",
        "Hello\r\nBcc: thief@example.net",
        "Hello\rBcc: thief@example.net",
        "Hello\n\nA new body",
        "Hello\u2028Bcc: thief@example.net",
        "Hello\x00",
        "Hello\x0bBcc: x",
    ],
)
def test_a_subject_cannot_smuggle_in_a_header(subject: str) -> None:
    with pytest.raises(BadHeaderError):
        write(subject=subject)

    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    "to",
    [
        "a@example.com\nBcc: thief@example.net",
        "a@example.com\r\nTo: thief@example.net",
        "a@example.com, thief@example.net",
        "a@example.com;thief@example.net",
        "not an address",
        "a@",
        "<a@example.com>\n",
    ],
)
def test_a_recipient_is_exactly_one_address(to: str) -> None:
    with pytest.raises(BadHeaderError):
        write(to=to)

    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"X-Note": "a\nBcc: t@example.net"}, {"X-Note\nBcc: t@example.net": "a"}]
)
def test_an_extra_header_cannot_smuggle_in_another(headers: dict[str, str]) -> None:
    with pytest.raises(BadHeaderError):
        EmailMessage("Hello", "text", None, ["a@example.com"], headers=headers).send()


def test_a_sender_cannot_smuggle_in_a_header() -> None:
    with pytest.raises(BadHeaderError):
        send_mail("Hello", "text", "a@example.com\nBcc: t@example.net", ["a@example.com"])


def test_a_mail_with_an_attachment_is_refused_and_not_sent_without_it() -> None:
    message = EmailMessage("Hello", "text", None, ["a@example.com"])
    message.attach("plan.txt", "secret")

    with pytest.raises(AttachmentRefused):
        OutboxBackend().send_messages([message])


def test_a_name_with_a_line_break_never_reaches_a_header(hired: Any) -> None:
    from people.actions import invite

    person = hired("mallory", display_name="Mallory\nBcc: thief@example.net")

    invite(person, now=NOW)

    row = OutboxMail.objects.get()
    assert "\n" not in row.subject
    assert row.to == "mallory@example.com"


def test_a_mail_that_is_sent_changes_no_other_that_still_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    write("first@example.com")
    write("second@example.com")

    def only_one(self: Post, email_messages: Any) -> int:
        if Post.got:
            raise smtplib.SMTPServerDisconnected("gone")
        Post.got.extend(email_messages)
        return 1

    monkeypatch.setattr(Post, "send_messages", only_one)

    assert deliver_waiting_mail(now=NOW) == 1

    rows = {row.to: (row.state, row.body) for row in OutboxMail.objects.all()}
    assert rows == {"first@example.com": ("sent", ""), "second@example.com": ("waiting", "A text")}


def test_a_failed_delivery_is_tried_again_later_and_later(post: Any) -> None:
    write()
    now, waits = NOW, []
    post.fails = smtplib.SMTPServerDisconnected("gone")

    for _ in range(10):
        deliver_waiting_mail(now=now)
        row = OutboxMail.objects.get()
        waits.append(row.try_at - now)
        now = row.try_at

    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)]
    assert max(waits) == timedelta(days=1)
    assert (row.state, row.tries) == ("failed", 10)
    assert row.error == "SMTPServerDisconnected: gone"
    post.fails = None
    deliver_waiting_mail(now=now + timedelta(days=30))
    assert not post.got


def test_a_mail_server_may_be_down_over_a_weekend() -> None:
    assert sum((back_off(tries) for tries in range(1, 10)), timedelta()) > timedelta(days=3)


def test_a_mail_goes_out_when_the_server_is_back(post: Any) -> None:
    write()
    post.fails = ConnectionRefusedError("down")
    deliver_waiting_mail(now=NOW)
    assert OutboxMail.objects.get().state == "waiting"
    post.fails = None

    deliver_waiting_mail(now=NOW + timedelta(seconds=30))
    assert not post.got
    deliver_waiting_mail(now=NOW + timedelta(minutes=2))

    assert len(post.got) == 1
    assert OutboxMail.objects.get().error == ""


def test_one_mail_that_no_server_takes_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    write("refused@example.com")
    write("employee@example.com")

    def picky(self: Any, messages: Any) -> int:
        if messages[0].to == ["refused@example.com"]:
            raise smtplib.SMTPRecipientsRefused({"refused@example.com": (450, b"busy")})
        Post.got.extend(messages)
        return 1

    monkeypatch.setattr(Post, "send_messages", picky)

    assert deliver_waiting_mail(now=NOW) == 1
    assert [message.to for message in Post.got] == [["employee@example.com"]]


def test_an_outage_is_not_asked_once_per_mail(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        write(f"person{number}@example.com")
    asked = []

    def down(self: Any, messages: Any) -> int:
        asked.append(messages)
        raise TimeoutError("no answer")

    monkeypatch.setattr(Post, "send_messages", down)

    deliver_waiting_mail(now=NOW)

    assert len(asked) == 1
    assert OutboxMail.objects.filter(state="waiting").count() == 5


@pytest.mark.sql
def test_two_workers_do_not_send_the_same_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    once: list[int] = []

    def slow(self: Any, messages: Any) -> int:
        if not once:
            once.append(deliver_waiting_mail(now=NOW))  # the second worker comes while the first one sends
        Post.got.extend(messages)
        return 1

    monkeypatch.setattr(Post, "send_messages", slow)

    assert deliver_waiting_mail(now=NOW) == 1
    assert once == [0]
    assert len(Post.got) == 1


def test_a_mail_that_kills_every_worker_is_given_up() -> None:
    write()
    OutboxMail.objects.update(tries=10)

    assert deliver_waiting_mail(now=NOW) == 0
    assert OutboxMail.objects.get().state == "failed"


def test_without_a_mail_server_mails_become_files(settings: Any) -> None:
    settings.OUTBOX_DELIVERY_BACKEND = "post.mail.FolderBackend"
    write(subject="Grüße", body="Ein Text mit Umlauten: äöü\n.\nund einem Punkt.")

    deliver_waiting_mail(now=NOW)

    (file,) = Path(settings.EMAIL_FILE_PATH).iterdir()
    parsed = email.message_from_bytes(file.read_bytes(), policy=modern)
    assert file.suffix == ".eml"
    assert parsed["Subject"] == "Grüße"
    assert parsed["To"] == "employee@example.com"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert "äöü" in parsed.get_content()


def test_the_same_mail_twice_is_one_file(settings: Any) -> None:
    settings.OUTBOX_DELIVERY_BACKEND = "post.mail.FolderBackend"
    write()
    deliver_waiting_mail(now=NOW)
    OutboxMail.objects.update(state="waiting", try_at=NOW)

    deliver_waiting_mail(now=NOW)

    assert len(list(Path(settings.EMAIL_FILE_PATH).iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_tried_again(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX_DELIVERY_BACKEND = "post.mail.FolderBackend"
    in_the_way = tmp_path / "mail"
    in_the_way.write_text("a file, not a folder")
    write()

    deliver_waiting_mail(now=NOW)

    row = OutboxMail.objects.get()
    assert (row.state, row.tries) == ("waiting", 1)
    assert "FileExistsError" in row.error

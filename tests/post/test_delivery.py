"""Mail is handed over once, survives whoever hands it over, and is not tried again where that is of no use."""

import smtplib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import timezone

from bothways.operations import health
from jobs import actions as jobs
from jobs import current
from people.queries import refused_address
from post import backends, delivery
from post.delivery import deliver_waiting_mail
from post.models import OutboxMail

NOW = datetime(2036, 11, 2, 9, 0, tzinfo=UTC)  # after every mail that a test writes
pytestmark = [pytest.mark.django_db, pytest.mark.sql]
TO = "employee@example.com"


class Killed(BaseException):
    """The worker ends here, without a handler."""


class Server(BaseEmailBackend):
    """A mail server: what happened, in order, and what it answers next."""

    happened: list[str] = []
    answers: list[BaseException | None] = []

    def open(self) -> None:
        Server.happened.append("open")

    def close(self) -> None:
        Server.happened.append("close")

    def send_messages(self, email_messages: Any) -> int:
        (message,) = email_messages
        Server.happened.append(message.message()["Message-ID"])
        answer = Server.answers.pop(0) if Server.answers else None
        if answer is not None:
            raise answer
        return 1


@pytest.fixture(autouse=True)
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    monkeypatch.setattr(backends, "Server", Server, raising=False)
    settings.EMAIL_BACKEND = "post.backends.OutboxBackend"
    settings.OUTBOX_DELIVERY_BACKEND = "post.backends.Server"
    Server.happened, Server.answers = [], []
    return Server


@pytest.fixture
def worker() -> str:
    jobs.record_heartbeat(worker="first", started_at=NOW, now=NOW)
    return "first"


def write(to: str = TO) -> OutboxMail:
    send_mail("Hello", "A text", None, [to])
    return OutboxMail.objects.latest("pk")


def deliver(worker: str = "second", **later: int) -> int:
    with current.at_work(worker):
        return deliver_waiting_mail(now=NOW + timedelta(**later))


def dies(worker: str, *answers: BaseException | None) -> None:
    Server.answers = [*answers, Killed()]
    with pytest.raises(Killed):
        deliver(worker)


def handed_over() -> list[str]:
    return [one for one in Server.happened if one not in {"open", "close"}]


def refused(code: int, words: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({TO: (code, words.encode())})


# Whose worker dies -------------------------------------------------------------------------------


def test_who_hands_a_mail_over_is_written_before_and_gone_afterwards(worker: str) -> None:
    write()
    senders = []

    class Looks(Server):
        def send_messages(self, email_messages: Any) -> int:
            senders.append(OutboxMail.objects.get().sender)
            return 1

    backends.Server = Looks  # type: ignore[attr-defined]
    deliver(worker)

    assert (senders, OutboxMail.objects.get().sender) == (["first"], "")


def test_a_mail_of_a_worker_that_is_found_dead_goes_out_at_once_under_the_same_id(worker: str) -> None:
    row = write()
    dies(worker)
    assert deliver(minutes=9) == 0, "its worker was not found dead yet, whatever the clock says"

    jobs.mark_killed([(worker, NOW)], now=NOW)

    assert deliver(seconds=50) == 1
    assert len(handed_over()) == 2
    assert len(set(handed_over())) == 1
    row.refresh_from_db()
    assert (row.state, row.tries, row.sender) == ("sent", 2, "")


def test_a_mail_that_its_worker_left_behind_goes_out_when_it_begins_anew(
    worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away when it was to be noted: the worker lives, and the mail must not wait for its death."""
    write()

    def away(*_: Any) -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "_sent", away)
        with pytest.raises(DatabaseError):
            deliver(worker)

    assert deliver(worker) == 1


def test_a_mail_that_a_living_worker_hands_over_is_left_alone(worker: str) -> None:
    write()
    dies(worker)

    for later in ({"minutes": 30}, {"days": 30}, {"days": -3}):
        assert deliver(**later) == 0


def test_what_was_sent_before_the_death_is_not_sent_again(worker: str) -> None:
    write("a@example.com")
    write("b@example.com")
    dies(worker, None)
    jobs.mark_killed([(worker, NOW)], now=NOW)

    assert deliver() == 1

    first, again, last = handed_over()
    assert first != again == last


@pytest.mark.parametrize("was_written", [True, False])
def test_where_mails_become_files_the_file_says_whether_it_was_written(
    settings: Any, worker: str, was_written: bool
) -> None:
    settings.OUTBOX_DELIVERY_BACKEND = "post.backends.FolderBackend"
    row = write()
    folder = Path(settings.EMAIL_FILE_PATH)
    OutboxMail.objects.update(sender="dead", tries=1)
    if was_written:
        folder.mkdir()
        (folder / f"{row.message_id}.eml").write_text("as it was written")

    assert deliver() == (0 if was_written else 1)

    row.refresh_from_db()
    assert (row.state, row.sender, row.body) == ("sent", "", "")
    (file,) = folder.iterdir()
    assert (file.read_text() == "as it was written") is was_written


@pytest.mark.parametrize(("later", "taken"), [({"minutes": 9}, 0), ({"minutes": 11}, 1), ({"hours": -1}, 1)])
def test_what_no_worker_delivers_is_taken_back_by_time(later: dict[str, int], taken: int) -> None:
    write()
    dies("")

    assert deliver(**later) == taken


def test_the_connection_stays_open_until_it_is_noted_what_was_sent() -> None:
    write()
    write()

    deliver()

    first, second = handed_over()
    assert Server.happened == ["open", first, "open", second, "close"]


def test_after_a_failure_the_next_mail_gets_a_new_connection() -> None:
    write()
    write()
    Server.answers = [refused(450, "busy")]

    assert deliver() == 1

    first, second = handed_over()
    assert Server.happened == ["open", first, "close", "open", second, "close"]


def test_a_server_that_does_not_say_goodbye_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: Any) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(Server, "close", gone)
    write()

    assert deliver() == 1


# The clock ---------------------------------------------------------------------------------------


def test_a_mail_that_was_written_before_the_clock_was_put_back_is_due_now() -> None:
    row = write()
    OutboxMail.objects.filter(pk=row.pk).update(made_at=NOW, try_at=NOW)

    assert deliver(seconds=-60) == 0  # clocks of two machines differ by as much
    assert deliver(hours=-1) == 1

    row.refresh_from_db()
    assert row.sent_at == NOW, "never before it was made"


@pytest.mark.parametrize(
    ("tries", "minutes", "sent"), [(1, 2, 0), (1, 3, 1), (2, 5, 0), (2, 6, 1), (9, 1441, 0), (9, 1442, 1)]
)
def test_no_mail_waits_longer_than_its_pause(tries: int, minutes: int, sent: int) -> None:
    row = write()
    OutboxMail.objects.filter(pk=row.pk).update(try_at=NOW + timedelta(minutes=minutes), tries=tries)

    assert deliver() == sent


# What the server refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refused(550, "5.1.1 <employee@example.com>:\r\n no such user"), "550 5.1.1 <employee@example.com>: no such user"),
        (refused(553, "no such domain"), "553 no such domain"),
        (refused(501, "5.1.3 bad address"), "501 5.1.3 bad address"),
        (smtplib.SMTPDataError(554, b"refused"), "554 refused"),
        (smtplib.SMTPDataError(554, "refused"), "554 refused"),
        (refused(550, ""), "550"),
    ],
)  # fmt: skip
def test_what_is_refused_for_good_is_refused_at_once_with_the_server_s_words(
    error: smtplib.SMTPException, said: str
) -> None:
    row = write()
    Server.answers = [error]
    deliver()

    row.refresh_from_db()
    assert (row.state, row.error, row.refused_at, row.body, row.sender) == ("refused", said, NOW, "", "")
    assert deliver(days=30) == 0
    assert len(handed_over()) == 1


@pytest.mark.parametrize(
    "error",
    [
        refused(450, "mailbox busy"),
        refused(421, "try later"),
        refused(530, "5.7.0 authentication required"),
        refused(550, "5.7.1 not allowed to send"),
        refused(554, "Relay access denied"),
        refused(550, "relaying prohibited"),
        refused(503, "bad sequence of commands"),
        smtplib.SMTPDataError(451, b"try later"),
        smtplib.SMTPSenderRefused(550, b"who are you", "bothways@example.com"),
        smtplib.SMTPRecipientsRefused({}),
        smtplib.SMTPServerDisconnected("gone"),
    ],
    ids=repr,
)
def test_what_is_for_now_or_means_us_is_tried_again(error: smtplib.SMTPException) -> None:
    row = write()
    Server.answers = [error]
    deliver()

    row.refresh_from_db()
    assert (row.state, row.try_at) == ("waiting", NOW + timedelta(minutes=1))
    assert deliver(minutes=2) == 1


@pytest.mark.parametrize(("code", "asked"), [(550, 1), (451, 1), (552, 3)])
def test_a_sender_that_is_refused_is_refused_for_every_mail(code: int, asked: int) -> None:
    for _ in range(3):
        write()
    Server.answers = [smtplib.SMTPSenderRefused(code, b"no", "bothways@example.com")] * 3

    deliver()

    assert len(handed_over()) == asked


def test_a_wrong_address_is_no_matter_of_the_health_page() -> None:
    write()
    Server.answers = [refused(550, "no such user")]
    deliver()
    OutboxMail.objects.update(made_at=timezone.now())

    assert health.mail(now=timezone.now()).state == "well"


# Whose address is wrong --------------------------------------------------------------------------


def test_hr_is_told_of_an_address_that_is_refused_until_a_mail_gets_through(
    django_assert_num_queries: Any,
) -> None:
    assert refused_address(TO) == ""
    write()
    Server.answers = [refused(550, "no such user.")]
    deliver()

    with django_assert_num_queries(2):  # the mail, and where the company is
        said = refused_address(TO)

    assert said == (
        "Mail to this address was refused on 2 Nov 2036: 550 no such user. "
        "Once the address is right, this person asks for a new link on the sign-in page."
    )
    assert refused_address("other@example.com") == ""
    write()
    assert refused_address(TO) == said, "it only waits"
    deliver()
    assert refused_address(TO) == ""

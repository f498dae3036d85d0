"""What the worker does for the whole site: scheduled pages, old sign-ins, the database's own check."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import Page

from bothways import tasks
from bothways.operations.installation import make_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain_page():
    """A page of the simplest kind, live."""
    home = make_tree()
    return home.add_child(instance=Page(title="Canteen", slug="canteen"))


@pytest.mark.sql
def test_a_scheduled_page_goes_live_at_its_time(plain_page):
    now = timezone.now()
    plain_page.unpublish()
    plain_page.go_live_at = now + timedelta(minutes=1)
    plain_page.save_revision().publish()

    tasks.publish_scheduled(now=now)
    assert not Page.objects.get(pk=plain_page.pk).live
    Page.objects.filter(pk=plain_page.pk).update(go_live_at=now - timedelta(minutes=1))
    revision = plain_page.revisions.latest("pk")
    revision.content["go_live_at"] = (now - timedelta(minutes=1)).isoformat()
    revision.approved_go_live_at = now - timedelta(minutes=1)
    revision.save()
    tasks.publish_scheduled(now=now)

    assert Page.objects.get(pk=plain_page.pk).live


def test_a_page_that_expired_is_taken_down(plain_page):
    now = timezone.now()
    Page.objects.filter(pk=plain_page.pk).update(expire_at=now - timedelta(seconds=1))

    tasks.publish_scheduled(now=now)

    page = Page.objects.get(pk=plain_page.pk)
    assert (page.live, page.expired) == (False, True)


def test_one_page_that_fails_holds_up_no_other(plain_page, monkeypatch):
    now = timezone.now()
    other = plain_page.get_parent().add_child(instance=Page(title="Car park", slug="car-park"))
    Page.objects.filter(pk__in=[plain_page.pk, other.pk]).update(expire_at=now - timedelta(seconds=1))
    unpublish = Page.unpublish

    def fails_for_one(page, *args, **kwargs):
        if page.pk == plain_page.pk:
            raise ValueError("no")
        return unpublish(page, *args, **kwargs)

    monkeypatch.setattr(Page, "unpublish", fails_for_one)

    with pytest.raises(tasks.SomeFailed, match="1 scheduled items failed: Canteen"):
        tasks.publish_scheduled(now=now)

    assert not Page.objects.get(pk=other.pk).live


@pytest.mark.sql
def test_only_sign_ins_that_ran_out_are_removed():
    now = timezone.now()
    for name, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=name, session_data="x", expire_date=now + timedelta(hours=hours))

    tasks.clear_sessions(now=now)

    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


@pytest.mark.sql
def test_a_sound_database_passes_its_check():
    tasks.check_database(now=timezone.now())


def test_a_damaged_database_raises_an_error_that_names_the_damage(monkeypatch):
    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def execute(self, sql):
            pass

        def fetchall(self):
            return [("row 7 missing from index",), ("page 9 is never used",)]

    class Connection:
        vendor = "sqlite"
        cursor = Cursor

    monkeypatch.setattr(tasks, "connection", Connection())

    with pytest.raises(tasks.DatabaseDamaged, match="row 7 missing"):
        tasks.check_database(now=timezone.now())

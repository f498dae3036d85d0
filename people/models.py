"""People: employees, their departments over time, the organisation, and lists of people on their way in."""

import zoneinfo
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from jobs.models import Underway
from people import roles
from people.rules.may_sign_in import has_left
from people.rules.names import find_key, sort_key


class Side(models.TextChoices):
    """Which language somebody speaks at work."""

    BUSINESS = "business", _("Business")
    TECHNOLOGY = "technology", _("Technology")
    BOTH = "both", _("Business and technology")


class Theme(models.TextChoices):
    SYSTEM = "", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def validate_time_zone(value: str) -> None:
    if value and value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Write it like Europe/Berlin."), params={"value": value}
        )


class Department(MP_Node):
    """A node of the organisation chart. Who belongs to it, and when, stands in `Membership`."""

    name = models.CharField(_("name"), max_length=120)

    node_order_by = ["name"]

    is_content = False

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name


class EmployeeManager(BaseUserManager["Employee"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Employee":
        """A stored employee; without a password only a mailed link opens the account."""
        employee = self.model(email=self.normalize_email(email).lower(), **fields)
        employee.set_password(password)
        employee.save(using=self._db)
        return employee

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "Employee":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "Employee":
        return self.get(email__iexact=email)


class NameKey(models.CharField):  # type: ignore[type-arg]
    """A text that each write computes from the name, number and address of its row, also in bulk.

    `compute` gets these three. `QuerySet.update` does not come by here: it changes none of them.
    """

    def __init__(self, compute: Callable[[str, str, str], str] | None = None, **options: Any) -> None:
        filled: dict[str, Any] = {"editable": False, "default": ""} | options
        super().__init__(**filled)
        self.compute = compute

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def pre_save(self, row: Any, add: bool) -> str:
        if self.compute is not None:
            key = self.compute(row.display_name, row.employee_number or "", row.email)
            setattr(row, self.attname, key)
        return str(super().pre_save(row, add))


NAMED_BY = frozenset({"display_name", "employee_number", "email"})
"""Fields from which the keys of a name are computed."""


class Employee(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # of Wagtail's locks
    """A person who signs in. Somebody who left keeps the row, since records refer to it."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    employee_number = models.CharField(
        _("employee number"), max_length=40, null=True, blank=True, unique=True
    )
    display_name = models.CharField(_("name"), max_length=150)
    side = models.CharField(_("side"), max_length=10, choices=Side, default=Side.BUSINESS)
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("line manager")
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, default="", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    marks_terms = models.BooleanField(_("mark glossary words in lessons"), default=True)
    date_joined = models.DateTimeField(_("account made at"), auto_now_add=True)
    sort_key = NameKey(lambda name, _number, email: sort_key(name or email), max_length=400, db_default="")
    find_key = NameKey(find_key, max_length=900, db_default="")

    objects = EmployeeManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    is_content = False

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_employee_per_email",
                violation_error_message=_("There is already somebody with this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(left_on__gte=F("started_on")),
                name="nobody_leaves_before_starting",
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("id")), name="nobody_is_their_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Whoever stores only some fields stores the keys of the name with it."""
        if update_fields is not None and NAMED_BY.intersection(update_fields):
            update_fields = {*update_fields, "sort_key", "find_key"}
        super().save(*args, update_fields=update_fields, **options)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name.split(" ")[0] if self.display_name else self.email

    @property
    def first_name(self) -> str:
        """What Wagtail greets an editor with."""
        return self.get_short_name()

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of all groups of this person: the six roles, authors of a course, and what a company has made.

        `people.accounts.backends` fills it with the user's own query.
        """
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def leads(self) -> bool:
        """Whether anybody reports to this person. `people.accounts.backends` fills it with the user's own query."""
        return self.reports.exists()

    @property
    def takes_courses(self) -> bool:
        return roles.EMPLOYEE in self.roles

    @property
    def sides(self) -> tuple[str, ...]:
        return (Side.BUSINESS, Side.TECHNOLOGY) if self.side == Side.BOTH else (self.side,)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """As in Django, but nobody deletes a person, superusers included: records refer to people."""
        return perm != "people.delete_employee" and super().has_perm(perm, obj)

    def has_left(self, today: date) -> bool:
        """True from the day after the last day at work."""
        return has_left(self.left_on, today)


class Membership(models.Model):
    """Somebody belongs to a department from one day until another, both days included."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["employee", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(until_on__isnull=True),
                name="one_open_membership_per_employee",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.department}"


class Organisation(models.Model):
    """The one company of this installation."""

    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    is_demo = models.BooleanField(default=False, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    is_content = False

    class Meta:
        verbose_name = _("organisation")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def today(self, now: datetime) -> date:
        """The calendar day of an instant where the company is: due dates are of this day."""
        return now.astimezone(self.zone).date()


class SignInAttempt(models.Model):
    """A sign-in that has not succeeded. Rows older than the limit's window are removed as new ones come.

    A table of its own and not the cache: the database cache may drop counters when it is full, and
    its `incr` loses counts of workers that write at once. Hashes, no personal text.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    is_content = False
    stays_here = True
    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="attempts_by_account"),
            models.Index(fields=["address", "at"], name="attempts_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.account[:8]} {self.at}"


class PeopleUpload(Underway):
    """A list of people from its upload until a day after: only its uploader reads it, and soon it is gone.

    In the database, so that it is found whichever process answers, and lies in no folder. Without an uploader
    it was imported by a command.
    """

    uploader = models.ForeignKey(Employee, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=100)
    content = models.BinaryField(default=b"")
    # What of it is written, once that is decided; see people.importing.steps.
    steps = models.BinaryField(default=b"")
    invite = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    is_content = False
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stage"], condition=Q(stage="importing"), name="one_list_is_imported_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.name

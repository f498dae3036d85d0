"""What people type: to sign in, to choose a password, to set preferences, and about an employee."""

import zoneinfo
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.models import Group
from django.db.models.functions import Lower
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from people import actions, roles
from people.accounts.backends import may_sign_in
from people.models import Department, Employee, Theme
from people.queries import department_of, is_guarded, refused_address, today

EMAIL_HINT = _("The one your company knows you by.")


def _plain(field: forms.Field, label: Any, **attributes: str) -> None:
    """A label above the field and nothing inside it: placeholders vanish when one begins to type."""
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail address"), autocomplete="username", spellcheck="false")
        _plain(self.fields["password"], _("Password"))
        self.fields["login"].error_messages["required"] = _("Type your e-mail address.")
        self.fields["password"].error_messages["required"] = _("Type your password.")


class LinkRequestForm(allauth_forms.ResetPasswordForm):
    """Ask for a link by mail. Says the same whether the address has an account or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail address"), autocomplete="username", spellcheck="false")
        self.fields["email"].help_text = EMAIL_HINT
        self.fields["email"].error_messages["required"] = _("Type your e-mail address.")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        now = timezone.now()
        employees = Employee.objects.annotate(lower=Lower("email")).filter(lower=email)
        self.users = [employee for employee in employees if may_sign_in(employee, now)]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        for employee in self.users:
            actions.mail_link(employee, timezone.now())
        email: str = self.cleaned_data["email"]
        return email


class LinkForm(allauth_forms.UserTokenForm):
    """The link in the mail: whose it is, if it still opens anything."""

    def _get_user(self, uidb36: str) -> Employee | None:
        employee = super()._get_user(uidb36)
        return employee if employee is not None and may_sign_in(employee, timezone.now()) else None


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class PasswordChangeForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Current password"))
        _new_password(self)


def _new_password(form: forms.Form) -> None:
    _plain(form.fields["password1"], _("New password"))
    _plain(form.fields["password2"], _("New password, once more"))
    form.fields["password1"].help_text = _(
        "At least ten characters; not your name or address, not only digits, and none that many people use."
    )


class ZoneSelect(forms.Select):
    """A select of all zones, below one for whoever goes by the company's; `company` says what that one is called.

    What is chosen is an option even if the list does not name it, so that saving the form changes nothing.
    """

    company: Any = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = value or ""
        listed = chosen if chosen in _listed() else ""
        options = [_option("", self.company, not chosen), _zone_options(listed)]
        if chosen != listed:
            options.append(_option(chosen, chosen.replace("_", " "), True))
        extra = flatatt({**self.attrs, **(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", extra, format_html_join("", "{}", zip(options)))


@lru_cache(maxsize=64)
def _zone_options(chosen: str) -> SafeString:
    """The options of `zone_choices`, one of them chosen, or none: writing these hundreds anew was a third of /me/."""
    return format_html_join(
        "",
        "{}",
        (
            (_option(choice, label, choice == chosen),)
            if isinstance(label, str)
            else (_group(choice, label, chosen),)
            for choice, label in zone_choices()
        ),
    )


def _group(continent: str, cities: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    options = format_html_join("", "{}", ((_option(zone, city, zone == chosen),) for zone, city in cities))
    return format_html('<optgroup label="{}">{}</optgroup>', continent, options)


def _option(value: str, label: Any, is_chosen: bool) -> SafeString:
    return format_html('<option value="{}"{}>{}</option>', value, " selected" if is_chosen else "", label)


class ZoneField(forms.ChoiceField):
    """A time zone: one of a list of cities, or whatever name was stored before."""

    widget = ZoneSelect

    def __init__(self, *, company: Any = "", **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.company = company

    def valid_value(self, value: Any) -> bool:
        return value in zoneinfo.available_timezones()


class SettingsForm(forms.Form):
    """What somebody may set about the own account."""

    theme = forms.ChoiceField(label=_("Theme"), choices=Theme, required=False, widget=forms.RadioSelect)
    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Open the list and type the beginning of a city."),
    )
    marks_terms = forms.BooleanField(
        label=_("Mark glossary words in lessons"),
        required=False,
        help_text=_("Marked words open their meaning for both sides. Without marks they read as plain text."),
    )

    def __init__(self, *args: Any, company_zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company = (_("As the company (%(zone)s)") % {"zone": company_zone}) if company_zone else ""
        self.fields["time_zone"].widget.company = company  # type: ignore[attr-defined]  # a ZoneSelect


@cache
def zone_choices() -> list[tuple[str, Any]]:
    """Cities by continent, each country's own; no aliases such as US/Alaska, and nothing technical (Etc/GMT+3)."""
    continents: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(_cities()):
        continent, _slash, city = name.partition("/")
        words = ", ".join(reversed(city.replace("_", " ").split("/")))
        continents.setdefault(continent, []).append((name, words))
    groups = [
        (continent, sorted(cities, key=lambda city: city[1])) for continent, cities in continents.items()
    ]
    return [("UTC", "UTC"), *groups]


@cache
def _listed() -> frozenset[str]:
    return frozenset({"UTC", *_cities()})


def _cities() -> set[str]:
    """The zones that zone.tab names: beside zone1970.tab it has Stockholm, whose clocks go as those of Berlin."""
    names = zoneinfo.available_timezones()
    for folder in map(Path, zoneinfo.TZPATH):
        table = folder / "zone.tab"
        if table.is_file():
            lines = table.read_text(encoding="utf-8").splitlines()
            return names & {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
    return {name for name in names if "/" in name and not name.startswith(("Etc/", "US/", "Canada/"))}


class ColleagueField(forms.EmailField):
    """Somebody in the company, typed by e-mail address: a list of ten thousand names is no help."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Employee.objects.filter(pk=value).values_list("email", flat=True).first()
        return value

    def clean(self, value: Any) -> Any:
        email = super().clean(value)
        if not email:
            return None
        colleague = (
            Employee.objects.annotate(lower=Lower("email")).filter(lower=email.strip().lower()).first()
        )
        if colleague is None:
            raise forms.ValidationError(_("Nobody here has this e-mail address."))
        return colleague

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "").strip().lower()


class DepartmentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{'– ' * (obj.depth - 1)}{obj.name}"


class EmployeeForm(forms.ModelForm):
    """An employee in Settings → Users. Nobody types somebody else's password: a link is mailed."""

    required_css_class = "required"
    manager = ColleagueField(
        label=_("Line manager"),
        required=False,
        help_text=_("The e-mail address of the person they report to."),
    )
    department = DepartmentField(
        label=_("Department"),
        queryset=Department.objects.order_by("path"),
        required=False,
        help_text=_("A change counts from today; where somebody belonged before stays on record."),
    )
    groups = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        queryset=Group.objects.exclude(name__startswith=roles.KEPT).order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    time_zone = ZoneField(label=_("Time zone"), company=_("As the company"))

    class Meta:
        model = Employee
        fields: tuple[str, ...] = (
            "email",
            "display_name",
            "employee_number",
            "side",
            "manager",
            "started_on",
            "left_on",
            "time_zone",
            "groups",
        )
        widgets = {
            "started_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "left_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "email": _(
                "Used to sign in. A link to choose a password is mailed to it when the account is made."
            ),
            "left_on": _(
                "The last day at work. From the next day this account opens nothing; its records stay."
            ),
        }

    def __init__(
        self, *args: Any, editing_self: bool = False, may_change_guarded: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.editing_self = editing_self
        self.may_change_guarded = may_change_guarded
        if self.instance.pk is None:
            self.initial["groups"] = Group.objects.filter(name=roles.EMPLOYEE)
        else:
            self.initial["department"] = department_of(self.instance, today(timezone.now()))
        self.fields["display_name"].required = True
        if editing_self:
            for name in ("is_active", "left_on"):
                self.fields.pop(name, None)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def clean_manager(self) -> Employee | None:
        manager = self.cleaned_data["manager"]
        if manager is not None and manager.pk == self.instance.pk:
            raise forms.ValidationError(_("Nobody is their own line manager."))
        return manager

    def clean_groups(self) -> Any:
        chosen = self.cleaned_data["groups"]
        held = {roles.EMPLOYEE} if self.instance.pk is None else self._roles_held()
        losing = held - {group.name for group in chosen}
        if self.editing_self and roles.ADMINISTRATOR in losing:
            raise forms.ValidationError(_("Ask another administrator to take this role from you."))
        if not self.may_change_guarded and {group.name for group in chosen} - held:
            raise forms.ValidationError(_("Only an administrator gives roles."))
        if not self.may_change_guarded and losing - {roles.EMPLOYEE}:
            raise forms.ValidationError(_("Only an administrator takes roles."))
        if self.instance.pk is None:
            return chosen
        kept = self.instance.groups.filter(name__startswith=roles.KEPT)
        return Group.objects.filter(
            pk__in=[*chosen.values_list("pk", flat=True), *kept.values_list("pk", flat=True)]
        )

    def _roles_held(self) -> set[str]:
        given = self.instance.groups.exclude(name__startswith=roles.KEPT)
        return set(given.values_list("name", flat=True))

    def clean_employee_number(self) -> str | None:
        return (self.cleaned_data["employee_number"] or "").strip() or None

    def save(self, commit: bool = True) -> Employee:
        employee = super().save(commit=False)
        if employee.pk is None:
            employee.set_unusable_password()
        if commit:
            employee.save()
            self.save_m2m()
        return employee


class EmployeeEditForm(EmployeeForm):
    """`written`: after `save`, the names of the columns that are different now."""

    written: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refusal := refused_address(self.initial["email"]):
            self.fields["email"].help_text = refusal

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked = actions.IDENTITY.intersection(self.changed_data)
        if asked and not self.may_change_guarded and is_guarded(self.instance):
            for name in asked:
                self.add_error(
                    name,
                    _(
                        "This account has more rights than an employee’s, so only an administrator may change this."
                    ),
                )
        return cleaned

    def save(self, commit: bool = True) -> Employee:
        """Through the one door, on the row as it is stored. The last day at work is the view's."""
        stored = Employee.objects.select_for_update().get(pk=self.instance.pk)
        columns = {field.name for field in Employee._meta.concrete_fields} - {"left_on"}
        values = {name: value for name, value in self.cleaned_data.items() if name in columns}
        self.written = actions.change_details(
            stored, values, may_change_guarded=self.may_change_guarded, now=timezone.now()
        )
        self.instance = stored
        self.save_m2m = self._save_m2m  # type: ignore[method-assign,attr-defined]  # as Django itself does
        if commit:
            self.save_m2m()
        return stored

    class Meta(EmployeeForm.Meta):
        fields: tuple[str, ...] = (*EmployeeForm.Meta.fields, "is_active")

"""Selects are written by Python, exactly as Django's templates write them."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from bothways.selects import FormRenderer

PLAIN, OURS = DjangoTemplates(), FormRenderer()
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
values = st.one_of(texts, st.integers(-5, 5000), st.none())
labels = st.one_of(texts, st.integers(0, 5000), st.just(gettext_lazy("Save")), texts.map(mark_safe))
options = st.tuples(values, labels)
groups = st.tuples(texts.filter(bool), st.lists(options, max_size=3))
attributes = st.dictionaries(
    st.sampled_from(["id", "required", "data-x", "aria-label"]), st.one_of(st.booleans(), texts), max_size=4
)


def same(widget: forms.Widget, value: Any, attrs: dict[str, Any]) -> bool:
    return widget.render("name & co", value, attrs, OURS) == widget.render("name & co", value, attrs, PLAIN)


@given(st.lists(st.one_of(options, groups), max_size=5), values, attributes)
def test_a_select_is_the_one_of_djangos_templates(choices: Any, value: Any, attrs: dict[str, Any]) -> None:
    assert same(forms.Select(choices=choices), value, attrs)


@given(st.lists(options, max_size=5), st.lists(values, max_size=3), attributes)
def test_so_is_one_of_several_choices(choices: Any, chosen: Any, attrs: dict[str, Any]) -> None:
    assert same(forms.SelectMultiple(choices=choices), chosen, attrs)


class Starred(forms.Select):
    option_template_name = "django/forms/widgets/input.html"


def test_an_option_with_a_template_of_its_own_keeps_it() -> None:
    assert same(Starred(choices=[("a", "A")]), "a", {})

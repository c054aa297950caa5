"""One field for days in every form."""

import datetime as dt

import pytest
from django import forms

from tracker.core.day_field import DayField
from tracker.desk import forms as desk_forms
from tracker.desk.pledge_form import PledgeForm

pytestmark = pytest.mark.once


class _DayForm(forms.Form):
    day = DayField()


def test_a_day_is_shown_in_words_and_what_is_wrong_stays_as_typed():
    assert 'value="26 February 2025"' in str(_DayForm(initial={"day": dt.date(2025, 2, 26)})["day"])
    assert 'value="26 February 2025"' in str(_DayForm(initial={"day": "2025-02-26"})["day"])
    assert 'value="soon"' in str(_DayForm({"day": "soon"})["day"])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("soon", "Enter a date, for example 26 February 2025."),
        ("1 May 0999", "Enter a date, for example 26 February 2025."),
        ("31/2/2025", "Enter a date that exists, for example 26 February 2025."),
        ("", "Enter a date, for example 26 February 2025."),
    ],
)
def test_an_error_says_what_to_type(typed, message):
    assert _DayForm({"day": typed}).errors["day"] == [message]


def test_it_takes_what_python_has():
    assert (
        DayField().clean(dt.date(2025, 2, 26)) == DayField().clean(dt.datetime(2025, 2, 26, 9)) == dt.date(2025, 2, 26)
    )


def test_every_form_of_the_desk_uses_it():
    found = [form for form in vars(desk_forms).values() if isinstance(form, type) and issubclass(form, forms.BaseForm)]
    for form in (*found, PledgeForm):
        for name, field in getattr(form, "base_fields", {}).items():
            assert not isinstance(field, forms.DateField) or isinstance(field, DayField), f"{form.__name__}.{name}"

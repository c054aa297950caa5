"""What a form says beside a required field that is empty."""

import pytest
from django import forms
from django.urls import reverse

from tracker.pledges.models import Theme


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "Fill in this box."),
        (forms.EmailField(), "Fill in this box."),
        (forms.IntegerField(), "Fill in this box."),
        (forms.BooleanField(), "Tick this box."),
        (forms.ChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.TypedChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.MultipleChoiceField(choices=[("a", "A")]), "Choose one of these."),
        (forms.ModelChoiceField(Theme.objects.none()), "Choose one of these."),
        (forms.FileField(), "Choose a file."),
        (forms.CharField(error_messages={"required": "Enter a title."}), "Enter a title."),
    ],
)
def test_a_required_field_says_what_to_do(field, words):
    with pytest.raises(forms.ValidationError) as problem:
        field.clean(None)
    assert problem.value.messages == [words]


@pytest.mark.django_db
def test_pages_of_the_log_in_library_say_so_too(client):
    page = client.post(reverse("account_login"), {}).content.decode()
    assert "Fill in this box." in page
    assert "required." not in page

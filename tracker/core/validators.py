"""Validators, and the field of an email address, that models and forms of several apps use."""

import ipaddress

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tracker.text.characters import hidden_character_problem


def validate_visible_text(words: str) -> None:
    """Raise ValidationError for words with a character that nobody sees, or that turns the direction of text."""
    if problem := hidden_character_problem(words):
        raise ValidationError(problem, code="unseen")


def validate_email_domain(address: str) -> None:
    """Raise ValidationError for what is no email address, or names a machine by its number or its own name.

    Django takes ada@[127.0.0.1] and ada@localhost: such emails would reach the mail server's own network.
    """
    try:
        validate_email(address.strip())
    except ValidationError:
        is_address = False
    else:
        domain = address.strip().rpartition("@")[2]
        is_address = not (domain.startswith("[") or "." not in domain.strip(".") or _is_ip_address(domain))
    if not is_address:
        raise ValidationError(_("Enter an email address, for example name@example.org."), code="invalid")


class EmailAddressField(forms.EmailField):
    """The form field of an address that leads to a domain. What is wrong with it is said once."""

    default_validators = [validate_email_domain]


def _is_ip_address(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain.strip("."))
    except ValueError:
        return False
    return True

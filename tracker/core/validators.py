"""Validators that models of several apps use."""

import ipaddress

from django.core.exceptions import ValidationError

from tracker.text.characters import hidden_character_problem


def validate_visible_text(words: str) -> None:
    """Raise ValidationError for words with a character that nobody sees, or that turns the direction of text."""
    if problem := hidden_character_problem(words):
        raise ValidationError(problem, code="unseen")


def validate_email_domain(address: str) -> None:
    """Raise ValidationError for an address that leads to a machine by its number or its own name, not by a domain.

    Django takes ada@[127.0.0.1] and ada@localhost: such emails would reach the mail server's own network.
    """
    domain = address.strip().rpartition("@")[2]
    if domain.startswith("[") or "." not in domain.strip(".") or _is_ip_address(domain):
        raise ValidationError("Enter an email address with a domain, such as name@example.org.", code="invalid")


def _is_ip_address(domain: str) -> bool:
    try:
        ipaddress.ip_address(domain.strip("."))
    except ValueError:
        return False
    return True

"""Validators that models of several apps use."""

from django.core.exceptions import ValidationError

from tracker.text.characters import hidden_character_problem


def validate_visible_text(words: str) -> None:
    """Raise ValidationError for words with a character that nobody sees, or that turns the direction of text."""
    if problem := hidden_character_problem(words):
        raise ValidationError(problem, code="unseen")

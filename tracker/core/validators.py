"""Validators that models of several apps use."""

from django.core.exceptions import ValidationError

from tracker.text.characters import refused_characters


def validate_visible_text(words: str) -> None:
    """Raise ValidationError for words with a character that nobody sees, or that turns the direction of text."""
    if refused := next(refused_characters(words), None):
        raise ValidationError(f"{refused} may not stand here.", code="unseen")

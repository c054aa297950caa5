"""Whether emails leave this installation."""

from django.conf import settings


def is_mail_set_up() -> bool:
    """Whether EMAIL_URL names a mail server: without it emails are printed where the tracker runs, or dropped."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))

"""Which passwords are refused, and what each refusal says to do."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SITE_WORDS = frozenset(
    ("pledge", "pledges", "promise", "record", "tracker", "commitment", "government", "minister", "parliament",
     "audit", "inquiry", "casey", "editor", "publisher", "admin", "desk", "newsroom", "password", "letmein", "welcome")
)  # fmt: skip
"""Words of the subject and of the desk, beside those of the site's name and host (ASVS 6.1.2)."""
MIN_OTHER_CHARS = 8
"""Characters that have to be left without them."""


class SiteWordsPasswordValidator:
    """Refuse a password of which little is left without the words of this site."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where fewer than eight letters are left, digits and signs not counted."""
        site = re.findall(r"[^\W\d_]{4,}", f"{settings.SITE_NAME} {settings.RECORD_ORIGIN}".lower())
        known = "|".join(sorted(map(re.escape, {*SITE_WORDS, *site}), key=len, reverse=True))
        if re.search(known, password.lower()):
            left = re.sub(rf"{known}|[\W\d_]", "", password.lower())
            if len(left) < MIN_OTHER_CHARS:
                raise ValidationError(self.get_help_text(), code="password_of_this_site")

    def get_help_text(self) -> str:
        return "Add words that are not on this site: its own words are easy to guess."


class LengthPasswordValidator(password_validation.MinimumLengthValidator):
    """Refuse a short password."""

    def get_error_message(self) -> str:
        return ngettext("Use at least %d character.", "Use at least %d characters.", self.min_length) % self.min_length


class OwnWordsPasswordValidator(password_validation.UserAttributeSimilarityValidator):
    """Refuse a password that is nearly the person’s name or address."""

    def get_error_message(self) -> str:
        return _("Use a password that is not like your name or email address.")


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Refuse a password of the lists that attackers try first."""

    def get_error_message(self) -> str:
        return _("Use another password: this one is on lists that attackers try first.")

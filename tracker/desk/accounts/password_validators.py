"""A password that is made of words that everybody here thinks of first is none."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

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

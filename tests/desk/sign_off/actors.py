"""Who acts in any order at the desk, the word that each of them writes, and what the desk may refuse them."""

from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import strategies as st

from tracker.desk.accounts.permissions import DeskRole
from tracker.desk.actions.drafts import StaleDraftError
from tracker.desk.actions.imports import StalePlanError
from tracker.desk.sign_off.shown import StaleFormError

NAMES = {"ada": DeskRole.EDITOR, "mary": DeskRole.PUBLISHER, "grace": DeskRole.PUBLISHER, "edith": DeskRole.ADMIN,
         "vera": DeskRole.VIEWER}  # fmt: skip
ACTORS = st.sampled_from(["ada", "mary", "grace", "edith", "ada", "mary", "grace", "vera"])
WHICH = st.integers(0, 3)
REFUSED = (PermissionDenied, ValidationError, StaleDraftError, StaleFormError, StalePlanError)
REACHED: Counter[str] = Counter()
"""How often something became public: sequences that end with nothing public show nothing."""


def mark(name: str) -> str:
    """A word that only this person writes."""
    return f"{name}wordof"

"""Give people the name under which the record knows them. A name belongs to one account for good.

The name itself is first_name and last_name of the account; what nobody else may take is in NameClaim, where the
database holds it, no matter who writes (triggers.py).
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from tracker.desk.accounts.models import ClaimKind, NameClaim
from tracker.desk.audit_log import record_action
from tracker.pledges.models import RecordEntry, Report
from tracker.sources.models import SourceWithdrawal
from tracker.text.names import name_key, name_looks, name_problem, normalise_name

_TAKEN = (
    "Another person has or had this name, or one that looks like it: the record could not tell them apart. "
    "Enter another, such as the name with a middle initial."
)


def check_name(name: str, *, user: Any) -> str:
    """Return the name as it would be kept. ``user`` is who would have it, or None for an account to come.

    Raises ValidationError, for the field ``name``, where the name can deceive or belongs to another account.
    """
    name = normalise_name(name)
    if problem := name_problem(name):
        raise ValidationError({"name": [problem]})
    claims = Q()
    for kind, text in _claims(name):
        claims |= Q(kind=kind, text=text)
    mine = Q(user=user) if user else Q(pk=None)
    if NameClaim.objects.filter(claims).exclude(mine).exists():
        raise ValidationError({"name": [_TAKEN]})
    if not NameClaim.objects.filter(claims, mine).exists() and _is_in_record(name):
        raise ValidationError({"name": [_TAKEN]})
    return name


@transaction.atomic
def give_name(user: Any, *, name: str, by: Any) -> bool:
    """Let the record know an account by a name from now on; return whether that changes it.

    What was published before keeps the name of its day, and nobody else can ever take it. ``by`` is None for a
    command of the operator. Raises ValidationError as ``check_name``.
    """
    before, name = user.get_full_name().strip(), check_name(name, user=user)
    if name == before:
        return False
    for kind, text in _claims(name):
        claim, _ = NameClaim.objects.get_or_create(kind=kind, text=text, defaults={"user": user})
        if claim.user_id != user.pk:
            raise ValidationError({"name": [_TAKEN]})
    user.first_name, _, user.last_name = name.partition(" ")
    user.save(update_fields=["first_name", "last_name"])
    if before:
        record_action(by, "changed the name of an account", name, changes=[["name", before, name]])
    return True


def names_of(user: Any) -> list[str]:
    """Return every name that an account has or had, in order."""
    return list(NameClaim.objects.filter(user=user, kind=ClaimKind.NAME).values_list("text", flat=True))


def _claims(name: str) -> list[tuple[str, str]]:
    looks = [(ClaimKind.LOOK, look) for look in sorted(name_looks(name))]
    return [(ClaimKind.NAME, name), (ClaimKind.KEY, name_key(name)), *looks]


def _is_in_record(name: str) -> bool:
    """Whether something published names somebody so: an import brings names that belong to no account here."""
    columns = [
        RecordEntry.objects.order_by().values_list("proposed_by", "published_by").distinct(),
        Report.objects.order_by().values_list("answered_by", "published_by", "withdrawn_by").distinct(),
        SourceWithdrawal.objects.order_by().values_list("withdrawn_by").distinct(),
    ]
    names = {
        recorded for rows in columns for row in rows for column in row for recorded in column.split(", ") if recorded
    }
    return any(name_key(recorded) == name_key(name) or name_looks(recorded) & name_looks(name) for recorded in names)

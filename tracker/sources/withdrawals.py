"""Withdraw a source for legal reasons: its text and its bytes go, its digest stays, and a row that says when and why.

Called by desk/actions/withdrawals.py alone, which also takes the text out of what other packages made of it.
"""

from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tracker.sources.models import Intake, Source, SourceFile, SourceFingerprint, SourceWithdrawal
from tracker.text.characters import hidden_character_problem


@transaction.atomic
def withdraw_source(source: Source, *, reason: str, admin: PermissionsMixin, by: str) -> SourceWithdrawal:
    """Blank a source's text, delete its bytes, the context of its passages and passages that nothing cites; return
    the withdrawal.

    The quoted words themselves are in entries of the record: those are withdrawn there (withdraw_text in
    record/publish.py). ``by`` is the name that readers see. One person is enough: it is urgent, and it is public.
    Raises PermissionDenied without the permission sources.withdraw_source, ValidationError without a reason, or where
    the source was withdrawn already.
    """
    if not admin.has_perm("sources.withdraw_source"):
        raise PermissionDenied("Only an admin can withdraw a source for legal reasons.")
    if not reason.strip():
        raise ValidationError({"reason": "Enter a reason. It will be public."})
    if problem := hidden_character_problem(reason):
        raise ValidationError({"reason": problem})
    if SourceWithdrawal.objects.filter(source=source).exists():
        raise ValidationError("This source is already withdrawn.")
    withdrawal = SourceWithdrawal(source=source, reason=reason, withdrawn_by=by)
    withdrawal.full_clean()
    withdrawal.save(force_insert=True)
    Source.objects.filter(pk=source.pk).update(text="", pages=[], page_labels=[])
    source.passages.update(prefix="", suffix="", fragment="")
    for passage in source.passages.all():
        if not passage.is_relied_on():
            passage.delete()
    SourceFile.objects.filter(source=source).delete()
    SourceFingerprint.objects.filter(source=source).delete()
    Intake.objects.filter(source=source).update(content=None, text="", facts={}, proposals={})
    source.refresh_from_db()
    return withdrawal

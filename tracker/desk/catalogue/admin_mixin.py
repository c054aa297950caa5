"""What every admin class of a model with public facts shares: no change without a trace, and none by one person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from tracker.desk.accounts.permissions import public_name
from tracker.desk.catalogue.changes import log_change, needs_second_person, propose
from tracker.desk.catalogue.facts import Facts, facts_of, is_public
from tracker.pledges.facts.entries import Signers, record_facts
from tracker.pledges.facts.subjects import facts_subject, subjects_losing
from tracker.pledges.record.lock import record_lock


class _SecondPersonError(Exception):
    """The change was made and has to be undone: it waits for a second person. Ends the transaction of the form."""

    def __init__(self, row: Model, object_pk: int | None, before: Facts | None, after: Facts | None) -> None:
        super().__init__(str(row))
        self.row, self.object_pk, self.before, self.after = row, object_pk, before, after


class SecondPersonMixin:
    """An admin class whose saves and deletions are in the activity log with old and new values.

    What readers see already is not changed here: the change is undone and kept as a proposal (changes.py).
    """

    model: Any
    opts: Any

    def get_actions(self, request: HttpRequest) -> Any:
        """Return the actions of the list, without the deletion of several at once: each is decided by itself."""
        actions = super().get_actions(request)  # type: ignore[misc]
        actions.pop("delete_selected", None)
        return actions

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and remember what was there before."""
        stored = self.model._base_manager.select_for_update().get(pk=obj.pk) if change else None
        form.facts_before = facts_of(stored) if stored else None
        form.was_public = stored is not None and is_public(stored)
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what belongs to it; then log the change, or undo it all where a second person is needed."""
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        row = self.model._base_manager.get(pk=form.instance.pk)
        before, after = form.facts_before, facts_of(row)
        if before == after:
            return
        if needs_second_person(row, was_public=form.was_public):
            raise _SecondPersonError(row, row.pk if change else None, before, after)
        log_change(row, before, after, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete and log it, or leave it where a second person is needed."""
        before = facts_of(obj)
        if needs_second_person(obj):
            raise _SecondPersonError(obj, obj.pk, before, None)
        log_change(obj, before, None, by=request.user)
        changed = [*subjects_losing(obj), *filter(None, [facts_subject(obj)])]
        super().delete_model(request, obj)  # type: ignore[misc]
        if changed:
            record_facts(changed, signers=Signers(public_name(request.user), account=request.user.pk))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the activity log, which has each change with the old and the new values; Django's own has less."""
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        log = reverse("admin:desk_auditlogentry_changelist")
        return HttpResponseRedirect(f"{log}?{urlencode({'q': str(row)[:150]} if row else {})}")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form, save, or keep what was typed as a proposal."""
        return self._or_propose(request, super().changeform_view, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask, delete, or keep the deletion as a proposal."""
        return self._or_propose(request, super().delete_view, *args, **kwargs)  # type: ignore[misc]

    def _or_propose(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with record_lock() if request.method == "POST" else transaction.atomic():
                return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except _SecondPersonError as needed:
            return self._propose(request, needed)
        except IntegrityError as error:
            messages.error(request, f"Nothing was changed. {error.args[0]}")
            return HttpResponseRedirect(request.get_full_path())

    def _propose(self, request: HttpRequest, needed: _SecondPersonError) -> HttpResponse:
        try:
            change = propose(
                self.model,
                object_pk=needed.object_pk,
                title=str(needed.row),
                before=needed.before,
                after=needed.after,
                by=request.user,
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())
        messages.warning(
            request,
            format_html(
                "Nothing is changed yet. Readers see this, so a second person must accept it. "
                '<a href="{}">See the change that is waiting</a>.',
                change.get_absolute_url(),
            ),
        )
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

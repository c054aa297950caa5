"""Writing a draft, and signing it off."""

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk import draft_entry
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability, may, public_name
from tracker.desk.actions import drafts
from tracker.desk.actions import review as review_actions
from tracker.desk.form_fields.differences import differences_between
from tracker.desk.forms import PublishForm, TextForm, UpdateForm
from tracker.desk.idempotency import idempotent, new_form_key
from tracker.desk.models import Comment, Draft, DraftEvidence, DraftType, Hold
from tracker.desk.pledge_form import PledgeForm, facts_from, form_of, lacks_test, still_needed, unsent_form
from tracker.desk.preview import ChangedField, changes_of, entry_preview
from tracker.desk.proposals.run import quoted_proposals, run_of
from tracker.desk.sign_off import proposed_question
from tracker.desk.sign_off.batch import PledgeToSignOff, pledges_to_sign_off
from tracker.desk.sign_off.contributors import sources_made_public_by
from tracker.desk.sign_off.public_rows import rows_of_draft, rows_of_source
from tracker.desk.sign_off.shown import changes_since_shown, posted_digest
from tracker.desk.updates.about import about_pledge, needed_for_update
from tracker.desk.updates.evidence import EvidencePart
from tracker.desk.views.helpers import add_form_errors, edit_session_id, read_version
from tracker.desk.workflow import DraftState
from tracker.pledges.record import checkpoints
from tracker.pledges.record.publish import EVIDENCE_MISSING
from tracker.text.diff import compare_words


@require_ability(Ability.SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft: save it, submit it. A form that is older than the draft overwrites nothing."""
    draft = _draft(request, pk)
    if request.method != "POST":
        return _page(request, draft, _form_to_open(draft) if draft.is_editable else None)
    form, part, do = _form(draft, request.POST), _evidence_part(request, draft), request.POST.get("do", "")
    is_step = part is not None and part.is_step(do)
    try:
        if form.is_valid() or draft.sort in (DraftType.PLEDGE, DraftType.QUESTION) or is_step:
            # Between these steps, an autosave that is still under way would put older words in what is submitted.
            with transaction.atomic() if do == "submit" else nullcontext():
                draft = drafts.save(
                    draft, version=read_version(request), by=request.user, fields=_fields(draft, form, request),
                    edit_session=edit_session_id(request),
                )  # fmt: skip
                if part is not None:
                    part, goes_on = part.apply(do)
                    draft = _draft(request, pk)
                    if not goes_on:
                        if part.is_wrong:
                            messages.warning(request, "The draft is saved, without what is named here.")
                        return _page(request, draft, form, part=part)
                _change_beside(draft, do, by=request.user)
                problem = _submit(draft, by=request.user) if do == "submit" else None
            if problem is not None:
                raise problem
            if do == "submit":
                return _after_submitting(request, draft)
            messages.success(request, "Saved.")
            return redirect(_way_back(request, draft, part, do))
    except drafts.StaleDraftError as stale:
        return _page(request, stale.draft, form, theirs=stale.draft, part=part, status=409)
    except ValidationError as error:
        add_form_errors(form, error)
        return _page(request, _draft(request, pk), form, part=part, status=422)
    if drafts.is_stale(draft, read_version(request), edit_session_id(request)):
        return _page(request, draft, form, theirs=draft, part=part, status=409)
    if do == "submit" and part is not None and not part.is_given and not draft.evidence.exists():
        add_form_errors(form, ValidationError({"evidence": [EVIDENCE_MISSING]}))
    return _page(request, draft, form, part=part, status=422)


def _way_back(request: HttpRequest, draft: Draft, part: EvidencePart | None, do: str) -> str:
    """Return the address after saving: of the page with its search, or of the page for other evidence."""
    page = draft.get_absolute_url()
    if part is not None:
        return f"{page}?{part.query}" if part.query else page
    if do.startswith("remove:"):
        return f"{page}#evidence"
    if do == "find" or (do == "enter" and request.POST.get("find", "").strip()):
        query = urlencode({"draft": draft.pk, "q": request.POST.get("find", "").strip()[:200]})
        return f"{reverse('desk:sources')}?{query}"
    return f"{reverse('desk:add_source')}?draft={draft.pk}" if do == "add" else page


def _change_beside(draft: Draft, do: str, *, by: Any) -> None:
    """Do what a button beside the form says, once what was typed is saved: remove a passage, or keep the draft.

    Raises ValidationError.
    """
    if do == "catch-up":
        drafts.acknowledge_newer_entries(draft, by=by)
    elif do.startswith("remove:"):
        tie = draft.evidence.filter(pk=read_number(do.removeprefix("remove:")) or 0).first()
        if tie is not None:
            drafts.remove_evidence(tie, by=by)


def _submit(draft: Draft, *, by: Any) -> ValidationError | None:
    """Submit a draft, or return what is wrong with it: what was saved just before stays saved."""
    try:
        with transaction.atomic():
            drafts.submit(draft, version=draft.version, by=by)
    except ValidationError as error:
        return error
    return None


@require_ability(Ability.PROPOSE)
@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is valid so far, without a word; answer with the preview, the new version and the time.

    A form that its own saving overtook gets the version that is there, and saves again. Where somebody else wrote
    meanwhile, the form keeps its version: what was typed is no answer to words that it does not show.
    """
    draft = _draft(request, pk)
    form = _form(draft, request.POST)
    form.is_valid()
    version, problem, is_overtaken = read_version(request), "", False
    try:
        draft = drafts.save(
            draft, version=version, by=request.user, fields=_fields(draft, form, request),
            edit_session=edit_session_id(request), is_autosave=True,
        )  # fmt: skip
        version = draft.version
    except drafts.StaleDraftError as stale:
        is_overtaken = not drafts.is_stale(stale.draft, version, edit_session_id(request))
        if is_overtaken:
            version, problem = stale.draft.version, "Not saved yet."
        else:
            name = public_name(stale.draft.edited_by)
            problem = f"{name} changed this draft. Nothing was overwritten. Save to see both versions."
    except ValidationError as error:
        problem = " ".join(error.messages)
    wrong = len(form.errors) if draft.sort in (DraftType.UPDATE, DraftType.CORRECTION, DraftType.WITHDRAWAL) else 0
    context = {"draft": draft, "version": version, "problem": problem, "now": timezone.now(), "wrong": wrong}
    response = render(request, "desk/_autosaved.html", context | _seen(draft))
    response["X-Autosave"] = "again" if is_overtaken else "partly" if problem or wrong else "saved"
    return response


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def change_state(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take back, discard, or catch up with what was published since."""
    draft = _draft(request, pk)
    verbs = {
        "take-back": drafts.recall_submission,
        "discard": drafts.discard,
        "catch-up": drafts.acknowledge_newer_entries,
    }
    try:
        moved = verbs[step](draft, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(draft)
    if step == "discard":
        message = format_html('Discarded. <a href="{}">You can still read it</a>.', draft.get_absolute_url())
        messages.success(request, message)
        return redirect("desk:pledge", draft.pledge.slug) if draft.pledge else redirect("desk:queue")
    return redirect(moved)


@require_ability(Ability.PROPOSE)
@require_POST
@idempotent
def remove_evidence(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """Take a passage off a draft."""
    draft = _draft(request, pk)
    evidence = get_object_or_404(DraftEvidence, pk=tie, draft=draft)
    try:
        drafts.remove_evidence(evidence, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{draft.get_absolute_url()}#evidence")


@require_ability(Ability.SEE)
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What the public sees now and would see, word by word, each citation at its words, and what to decide."""
    return _review(request, _draft(request, pk))


@require_ability(Ability.SEE)
@require_POST
@idempotent
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a draft, hold a disagreement against it, or return it with a reason."""
    draft = _draft(request, pk)
    text, do = request.POST.get("text", ""), request.POST.get("do", "comment")
    verbs: dict[str, Any] = {
        "comment": lambda: review_actions.comment(draft, by=request.user, text=text),
        "return": lambda: review_actions.return_to_author(draft, by=request.user, reason=text),
        "disagree": lambda: review_actions.disagree(draft, by=request.user, text=text),
        "unschedule": lambda: review_actions.unschedule(draft, by=request.user),
    }
    form = TextForm(request.POST)
    try:
        if do not in verbs:
            raise ValidationError("Choose what to do.")
        verbs[do]()
    except ValidationError as error:
        form.add_error("text", error.messages)
        return _review(request, draft, text_form=form, status=422)
    return redirect("desk:queue" if do == "return" else "desk:review", *([] if do == "return" else [draft.pk]))


@require_ability(Ability.PUBLISH)
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
@idempotent
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign off what was shown: publish now or at a set time, with the dated check of proceedings and people."""
    draft = _draft(request, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _review(request, draft, publish_form=form, status=422)
    at = form.cleaned_data["publish_at"]
    try:
        review_actions.sign_off(
            draft, version=read_version(request), shown=posted_digest(request), by=request.user,
            note=form.cleaned_data["note"], at=at,
        )  # fmt: skip
    except drafts.StaleDraftError:
        draft = _draft(request, pk)
        changed = changes_since_shown(request, rows_of_draft(draft))
        return _review(request, draft, publish_form=form, changed=changed, status=409)
    except ValidationError as error:
        add_form_errors(form, error)
        return _review(request, draft, publish_form=form, status=422)
    except PermissionDenied as error:
        form.add_error(None, str(error))
        return _review(request, draft, publish_form=form, status=403)
    if at is not None:
        messages.success(request, f"Scheduled for {timezone.localtime(at):%-d %B %Y, %H:%M}.")
        return redirect("desk:queue")
    if draft.question_id:
        messages.success(request, "Published. Readers can see it now.")
        return redirect("desk:question", draft.question_id)
    return redirect("desk:published", draft.pk)


@require_ability(Ability.SEE)
@require_safe
def published(request: HttpRequest, pk: int) -> HttpResponse:
    """What was published: the entry as readers see it, and the new head of the record."""
    draft = get_object_or_404(
        Draft.objects.visible_to(request.user).select_related("published_as__text", "pledge"), pk=pk,
        published_as__isnull=False,
    )  # fmt: skip
    return render(
        request,
        "desk/published.html",
        {"draft": draft, "entry": draft.published_as, "head": checkpoints.current_head()},
    )


def _draft(request: HttpRequest, pk: int) -> Draft:
    draft: Draft = get_object_or_404(Draft.objects.visible_to(request.user).with_people(), pk=pk)
    return draft


def _form(draft: Draft, data: Any = None) -> Any:
    if draft.sort == DraftType.QUESTION:
        return proposed_question.form_of(draft, data)
    if draft.sort == DraftType.PLEDGE:
        if data is None:
            return form_of(draft)
        return PledgeForm(data, instance=form_of(draft).instance)
    return UpdateForm(data, instance=Draft.objects.select_related("pledge", "corrects").get(pk=draft.pk))


def _form_to_open(draft: Draft) -> Any:
    """The form as the page opens with it: that of a pledge tells nothing to be wrong before it was sent."""
    return unsent_form(draft) if draft.sort == DraftType.PLEDGE else _form(draft)


def _after_submitting(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Go to the next draft of the same source or spreadsheet, after the last to its list; without one to the queue."""
    run = run_of(draft, by=request.user) if draft.sort == DraftType.PLEDGE else None
    if run is None:
        messages.success(request, "Submitted. Another person has to sign it off.")
        return redirect("desk:queue")
    messages.success(request, f"Sent for sign-off: {draft}. {run.sent} of {run.number} of this {run.kind}.")
    return redirect(run.following or run.url)


def _fields(draft: Draft, form: Any, request: HttpRequest) -> dict[str, Any]:
    """The fields of the draft that a form writes: what is valid of them."""
    if draft.sort == DraftType.QUESTION:
        return {"facts": proposed_question.facts_from(request.POST), "reason": request.POST.get("reason", "")[:500]}
    if draft.sort == DraftType.PLEDGE:
        return {"facts": facts_from(request.POST), "reason": request.POST.get("reason", "")[:500]}
    return {name: form.cleaned_data[name] for name in form.fields if name in form.cleaned_data}


def _evidence_part(request: HttpRequest, draft: Draft, *, taken: bool = False) -> EvidencePart | None:
    """The part of the page in which evidence is found; None for what has no such part."""
    if draft.sort not in (DraftType.UPDATE, DraftType.CORRECTION):
        return None
    data = QueryDict() if taken else request.POST if request.method == "POST" else request.GET
    return EvidencePart(draft, request.user, data, request.FILES)


def _page(
    request: HttpRequest, draft: Draft, form: Any, *, theirs: Draft | None = None, part: EvidencePart | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a draft. ``theirs`` is what is there now where the form is older than it.

    ``part`` is its evidence as it was sent; where it was taken, the page begins it again.
    """
    person = request.user.pk or 0
    others = Draft.objects.open().filter(pledge=draft.pledge_id).exclude(pk=draft.pk).exclude(sort=DraftType.QUESTION)
    others = others.select_related("proposer")
    context = {
        "draft": draft,
        "form": form,
        "reason": request.POST.get("reason", draft.reason),
        "reason_label": _reason_label(draft),
        "version": draft.version,
        "edit_session": request.POST.get("edit_session") if edit_session_id(request) else new_form_key(),
        "others": others if draft.pledge_id and draft.sort != DraftType.QUESTION else [],
        "newer": draft_entry.newer_entries(draft) if draft.is_open else [],
        "holds": Hold.objects.on_draft(draft).select_related("pledge", "draft", "source", "placed_by"),
        "returned": _last_return(draft),
        "theirs": theirs,
        "clash": _clash(theirs, form, request) if theirs is not None else [],
        "mine": may(request.user, Ability.PROPOSE),
        "wrote": draft.contributors.filter(pk=person).exists(),
        **_seen(draft),
        **(_proposal(request, draft) if draft.sort == DraftType.PLEDGE and draft.is_editable else {}),
    }
    template = "desk/draft.html"
    if part is not None and part.is_wrong:
        status = 422 if status == 200 else status
    if form is not None and draft.sort in (DraftType.UPDATE, DraftType.CORRECTION) and draft.pledge is not None:
        part = part or _evidence_part(request, draft, taken=request.method == "POST")
        needed = [] if request.method == "POST" else needed_for_update(draft)
        wrongs = [*part.forms, form] if part is not None else [form]
        context |= {"part": part, "needed": needed, "forms": wrongs, **about_pledge(draft.pledge)}
        template = "desk/updates/page.html"
    return render(request, template, context, status=status)


def _clash(theirs: Draft, form: Any, request: HttpRequest) -> list[ChangedField]:
    """Return where what was sent differs from what another person saved meanwhile, with the reason beside the form."""
    rows = differences_between(_form(theirs), form)
    reason = request.POST.get("reason", theirs.reason)
    if "reason" not in form.fields and reason != theirs.reason:
        rows.append(ChangedField(_reason_label(theirs), theirs.reason, reason, compare_words(theirs.reason, reason)))
    return rows


def _reason_label(draft: Draft) -> str:
    """Return what the box for the reason is called, which is beside the form of a pledge or a question."""
    return "Reason for withdrawing it, if you withdraw it" if draft.question_id else "Reason for the change"


def _last_return(draft: Draft) -> Comment | None:
    """Return with which words a draft was sent back last; None for one that was not."""
    if draft.stage != DraftState.RETURNED:
        return None
    return draft.comments.select_related("by").filter(returns=True).last()


def _proposal(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What a draft of a pledge has beside its fields: the words that it began from, what it needs, what comes next."""
    return {
        "quoted": quoted_proposals(draft),
        "run": run_of(draft, by=request.user),
        "needed": [] if request.method == "POST" else still_needed(draft),
        "lacks_test": lacks_test(draft),
    }


def _seen(draft: Draft) -> dict[str, Any]:
    """What a draft shows on every page of it: its evidence, what readers would see."""
    ties = draft.evidence.select_related("passage__source").defer("passage__source__text")
    question = proposed_question.question_of(draft).preview() if draft.sort == DraftType.QUESTION else None
    return {
        "ties": ties,
        "preview": entry_preview(draft),
        "ended": draft_entry.ended_entry(draft),
        "question": question,
        "today": timezone.localdate(),
    }


def _pledge_shown(request: HttpRequest, draft: Draft) -> PledgeToSignOff | None:
    """Return the pledge of a draft as readers would see it; None for other drafts and closed ones."""
    if draft.sort != DraftType.PLEDGE or not draft.is_open:
        return None
    return pledges_to_sign_off([draft], by=request.user)[0]


def _review(
    request: HttpRequest,
    draft: Draft,
    *,
    publish_form: PublishForm | None = None,
    text_form: TextForm | None = None,
    changed: list[ChangedField] | None = None,
    status: int = 200,
) -> HttpResponse:
    person = request.user.pk or 0
    context = {
        "draft": draft,
        "changes": changes_of(draft),
        "changed": changed,
        "item": _pledge_shown(request, draft),
        "rows": rows_of_draft(draft),
        "new_sources": [(source, rows_of_source(source)) for source in sources_made_public_by(draft)],
        "problems": review_actions.problems_of(draft, by=request.user) if draft.is_open else [],
        "kept_back": review_actions.reasons_kept_back(Draft.objects.with_schedule().get(pk=draft.pk)),
        "newer": draft_entry.newer_entries(draft) if draft.is_open else [],
        "comments": draft.comments.select_related("by"),
        "checks": draft.legal_checks.select_related("by"),
        "holds": Hold.objects.on_draft(draft).select_related("pledge", "draft", "source", "placed_by"),
        "publish_form": publish_form or PublishForm(),
        "text_form": text_form or TextForm(),
        "may_publish": may(request.user, Ability.PUBLISH),
        "may_propose": may(request.user, Ability.PROPOSE),
        "wrote": draft.contributors.filter(pk=person).exists(),
        "version": draft.version,
        "lacks_test": draft.sort == DraftType.PLEDGE and lacks_test(draft),
        **_seen(draft),
    }
    return render(request, "desk/review.html", context, status=status)

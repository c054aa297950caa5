"""A spreadsheet comes in: the file, its columns, its values, the preview, and what came of it."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.core.numbers import read_number
from tracker.desk.accounts.decorators import require_ability
from tracker.desk.accounts.permissions import Ability
from tracker.desk.actions import imports
from tracker.desk.idempotency import idempotent
from tracker.desk.models import SpreadsheetImport
from tracker.desk.spreadsheets import pages
from tracker.desk.spreadsheets.forms import (
    UploadForm,
    changed_part,
    mapping_from_columns,
    mapping_from_values,
    reading_from,
)
from tracker.desk.spreadsheets.mapping import Mapping, MappingProblem, changed, complete_for
from tracker.desk.spreadsheets.models import ImportState, RowState
from tracker.desk.spreadsheets.plan import count_states, digest_of_plan
from tracker.desk.spreadsheets.tables import ImportTable, TableError
from tracker.desk.views.helpers import add_form_errors
from tracker.desk.workflow import EDITABLE

PER_PAGE = 100


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def files(request: HttpRequest) -> HttpResponse:
    """Bring in a file; and the files that came before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = imports.upload(
                file.read(), name=file.name, review=form.cleaned_data["review"], by=request.user,
                mapping=form.cleaned_data["mapping"],
            )  # fmt: skip
            return redirect("desk:import_columns", batch.pk)
        except ValidationError as error:
            add_form_errors(form, error)
    earlier = SpreadsheetImport.objects.exclude(state=ImportState.DROPPED).select_related("brought_by", "review")
    context = {"form": form, "earlier": earlier.defer("content", "mapping")[:20]}
    return render(request, "desk/imports/files.html", context, status=422 if form.errors else 200)


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column becomes, with its first values; how the file is read. Problems are told beside their fields."""
    batch = _batch(pk)
    if batch.state != ImportState.MATCHING:
        return redirect("desk:import", batch.pk)
    mapping = imports.mapping_of(batch)
    table, unreadable = _read(batch)
    problems: list[MappingProblem] = []
    if request.method == "POST":
        mapping, problems, step = _match_columns(request, batch, mapping, table)
        if not problems:
            try:
                imports.save_mapping(batch, mapping, by=request.user)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                return redirect("desk:import", batch.pk)
            return redirect(step, batch.pk)
    if table is None:
        problems = problems or [MappingProblem(unreadable, ("encoding",))]
        context = {"batch": batch, "problems": problems, **pages.reading_choices(mapping)}
        context["wrong"] = pages.wrong_fields(problems)
        return render(request, "desk/imports/unreadable.html", context, status=422)
    context = {"batch": batch, "problems": problems, **pages.columns_page(table, mapping, problems)}
    return render(request, "desk/imports/columns.html", context, status=422 if problems else 200)


def _match_columns(
    request: HttpRequest, batch: SpreadsheetImport, mapping: Mapping, table: ImportTable | None
) -> tuple[Mapping, list[MappingProblem], str]:
    """Return the mapping as it was sent, what is wrong with it, and the step that is next if nothing is."""
    before = mapping.reading
    reading, problems = reading_from(mapping, request.POST)
    mapping = changed(mapping_from_columns(mapping, table, request.POST), reading=reading)
    part = changed_part(reading, before, table)
    if problems:
        return mapping, problems, ""
    if table is not None and not part and request.POST.get("do") != "read":
        return mapping, mapping.problems(table), "desk:import_values"
    try:
        return complete_for(mapping, imports.table_of(batch, reading)), [], "desk:import_columns"
    except TableError as error:
        return mapping, [MappingProblem(str(error), (part or "encoding",))], ""


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def match_values(request: HttpRequest, pk: int) -> HttpResponse:
    """What each value of a status, theme or body is with us, and how days are written."""
    batch = _batch(pk)
    if batch.state != ImportState.MATCHING:
        return redirect("desk:import", batch.pk)
    mapping = imports.mapping_of(batch)
    try:
        table, catalogue = imports.table_of(batch), imports.catalogue_of(batch.review)
        values = pages.asked_values(table, mapping)
        if request.method == "POST":
            unmatched = pages.unmatched_values(values, catalogue)
            mapping = mapping_from_values(mapping, values, unmatched, request.POST)
            imports.save_mapping(batch, mapping, by=request.user)
            return redirect("desk:import_preview", batch.pk)
    except (TableError, ValidationError) as error:
        return _unreadable(request, batch, error)
    context = {"batch": batch, **pages.values_page(table, mapping, catalogue, values)}
    return render(request, "desk/imports/values.html", context)


@require_ability(Ability.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become of each row; and bring them in, just as they are shown.

    Sent twice it has one effect without a key: a file is brought in once (imports.bring_in). Each
    row is a transaction of its own; one around them all would undo that.
    """
    batch = _batch(pk)
    if batch.state != ImportState.MATCHING:
        return redirect("desk:import", batch.pk)
    stale = False
    try:
        if request.method == "POST":
            try:
                imports.bring_in(batch, by=request.user, shown=request.POST.get("shown", "") or "-")
            except imports.StalePlanError:
                stale = True
            else:
                imports.carry_out(batch, seconds=imports.SECONDS_AT_ONCE)
                return redirect("desk:import", batch.pk)
        table = imports.table_of(batch)
        if imports.mapping_of(batch).problems(table):
            return redirect("desk:import_columns", batch.pk)
        plan = imports.plan_of(batch, table)
    except (TableError, ValidationError) as error:
        return _unreadable(request, batch, error)
    shown = [row for row in plan if row.state != "new" or row.gaps] if request.GET.get("show") == "look" else plan
    context = {
        "batch": batch,
        "stale": stale,
        "total": len(plan),
        "counts": count_states(plan),
        "shown": digest_of_plan(plan),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "looks": request.GET.get("show") == "look",
    }
    return render(request, "desk/imports/preview.html", context, status=409 if stale else 200)


@require_ability(Ability.PROPOSE)
@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of each row, while rows are brought in and after."""
    batch = get_object_or_404(SpreadsheetImport.objects.select_related("review", "brought_by").defer("content"), pk=pk)
    if batch.state == ImportState.MATCHING:
        return redirect("desk:import_columns", batch.pk)
    rows = batch.rows.select_related("draft").order_by("number", "id")
    counts = {state: batch.rows.filter(state=state).count() for state in RowState.values}
    first = rows.filter(state=RowState.MADE, draft__stage__in=EDITABLE).first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "counts": counts,
        "total": sum(counts.values()),
        "done": sum(counts.values()) - counts[RowState.WAITING],
        "first": first.draft if first else None,
        "page": page,
        "earlier": imports.earlier_rows(page),
        "own": batch.brought_by_id == request.user.pk,
    }
    template = "desk/imports/_result.html" if request.htmx else "desk/imports/result.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_ability(Ability.PROPOSE)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a file, go on with its rows, take what changed in them, or discard its drafts that nobody touched.

    Each may be sent twice.
    """
    batch = get_object_or_404(SpreadsheetImport.objects.select_related("review").defer("content"), pk=pk)
    do = request.POST.get("do", "")
    if do == "drop":
        imports.drop_import(batch, by=request.user)
        messages.success(request, f"Removed: {batch.name}. Nothing was brought in.")
        return redirect("desk:imports")
    if do == "go-on" and batch.state == ImportState.RUNNING:
        imports.carry_out(batch, seconds=imports.SECONDS_AT_ONCE)
    if do == "take-all":
        taken, left = imports.take_all_new_words(batch, by=request.user)
        messages.success(
            request, f"{taken} drafts have the new words. {left} stay as they are: someone has changed them."
        )
    if do.startswith("take:"):
        row = get_object_or_404(batch.rows, pk=read_number(do.removeprefix("take:")) or 0)
        try:
            imports.take_new_words(row, by=request.user)
            messages.success(request, f"The draft has the new words: {row}.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    if do == "undo" and batch.state == ImportState.DONE and batch.brought_by_id == request.user.pk:
        discarded, left = imports.undo(batch, by=request.user)
        stay = "someone changed them since, or another person started them"
        messages.success(request, f"{discarded} drafts discarded. {left} stay: {stay}.")
    return redirect("desk:import", batch.pk)


@require_ability(Ability.PROPOSE)
@require_safe
def download_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Download what becomes of columns and values, to be used again."""
    batch = get_object_or_404(SpreadsheetImport.objects.defer("content"), pk=pk)
    answer = HttpResponse(json.dumps(batch.mapping, ensure_ascii=False, indent=2), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="mapping-{batch.pk}.json"'
    return answer


def _batch(pk: int) -> SpreadsheetImport:
    return get_object_or_404(SpreadsheetImport.objects.select_related("review"), pk=pk)


def _read(batch: SpreadsheetImport) -> tuple[ImportTable | None, str]:
    """Return the table as it is read now, and why there is none where it cannot be."""
    try:
        return imports.table_of(batch), ""
    except TableError as error:
        return None, str(error)


def _unreadable(request: HttpRequest, batch: SpreadsheetImport, error: Exception) -> HttpResponse:
    """Say why a file cannot be read as a person wants it, with the way to have it read otherwise."""
    words = error.messages if isinstance(error, ValidationError) else [str(error)]
    problems = [MappingProblem(problem, ("encoding",)) for problem in words]
    context = {"batch": batch, "problems": problems, **pages.reading_choices(imports.mapping_of(batch))}
    return render(request, "desk/imports/unreadable.html", context, status=422)

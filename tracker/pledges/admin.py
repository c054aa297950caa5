"""Django admin for pledges and what belongs to them. The record is there to read, not to write."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from import_export.admin import ImportExportModelAdmin

from tracker.core.admin.fields import ChooseByKeyMixin, TypedDaysMixin
from tracker.core.admin.mixins import PermanentSlugMixin, ReadOnlyMixin
from tracker.core.numbers import read_number
from tracker.pledges.choices import Status
from tracker.pledges.models import (
    Citation,
    ConflictSide,
    Cosignature,
    EntryText,
    FollowedLog,
    Pledge,
    Question,
    RecordEntry,
    Report,
    Witness,
)
from tracker.pledges.models.review import initial_facts


class EvidenceInline(ReadOnlyMixin, admin.TabularInline):
    """What a pledge or an entry of the record cites, to look at."""

    model = Citation
    fields = ["passage", "role", "note"]
    extra = 0


class UpdateInline(ReadOnlyMixin, admin.TabularInline):
    """The record of a pledge, to look at."""

    model = RecordEntry
    fields = ["position", "kind", "effective_on", "status", "step", "looked_until", "published_at"]
    extra = 0
    show_change_link = True


class SideInline(ChooseByKeyMixin, admin.TabularInline):
    """What each passage says on the point."""

    model = ConflictSide
    fields = ["passage", "says"]
    autocomplete_fields = ["passage"]
    extra = 0
    min_num = 2
    validate_min = True


@admin.register(Pledge)
class PledgeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Pledges, to look at. They are part of the record: the desk drafts each change, a second person publishes it."""

    list_display = ["title", "current_status", "theme", "basis", "promised_by", "deadline_on", "review"]
    list_filter = ["review", "theme", "basis", "kind", "response", "bodies"]
    list_select_related = ["theme", "promised_by", "review"]
    search_fields = ["title", "slug", "note"]
    readonly_fields = ["at_the_desk"]
    inlines = [EvidenceInline, UpdateInline]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the record of the pledge."""
        return redirect(get_object_or_404(Pledge, pk=read_number(object_id)))

    @admin.display(description="status", ordering="status")
    def current_status(self, pledge: Pledge) -> str:
        """Return the label of its status, from the record."""
        value = pledge.status  # type: ignore[attr-defined]
        return str(Status(value).label) if value else "no status yet"

    @admin.display(description="to change it")
    def at_the_desk(self, pledge: Pledge) -> str:
        """Return a link to its page at the desk: here nothing of it is written."""
        return format_html('<a href="{}">Work on it at the desk</a>', reverse("desk:pledge", args=[pledge.slug]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pledge]:
        return Pledge.objects.with_record()


class TextInline(ReadOnlyMixin, admin.StackedInline):
    """The words of an entry, to look at."""

    model = EntryText
    fields = ["headline", "explanation"]


@admin.register(RecordEntry)
class StatusUpdateAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The record. Append-only: the database refuses every change."""

    list_display = ["position", "__str__", "kind", "pledge", "status", "effective_on", "looked_until", "published_at"]
    # Not date_hierarchy: it goes through the whole record for each page of the list.
    list_filter = ["kind", "status", "effective_on", "published_at", "second_review", "pledge__theme"]
    list_select_related = ["pledge", "text"]
    list_display_links = ["position", "__str__"]
    ordering = ["-position"]
    search_fields = ["text__headline", "text__explanation", "reason", "pledge__title"]
    inlines = [TextInline, EvidenceInline]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the entry as readers see it: nothing else ever happens to it."""
        return redirect(get_object_or_404(RecordEntry, pk=read_number(object_id)))


@admin.register(Citation)
class CitationAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Every tie of a claim to a passage, to search; a pledge's are edited on its page."""

    list_display = ["passage", "role", "pledge", "update"]
    list_filter = ["role"]
    list_select_related = ["passage", "pledge", "update__text"]
    search_fields = ["passage__exact", "note", "pledge__title", "update__text__headline"]


# What follows here without being registered is registered by the desk (desk/catalogue/admin.py), which keeps changes
# of what readers see until a second person has accepted them.


class ConflictAdmin(ChooseByKeyMixin, admin.ModelAdmin):
    """Points on which sources differ. When one was made public is the program's to say."""

    exclude = ["published_at"]

    list_display = ["question", "pledge"]
    list_select_related = ["pledge"]
    search_fields = ["question", "pledge__title", "sides__says"]
    autocomplete_fields = ["pledge"]
    inlines = [SideInline]


class TablesAdmin(ImportExportModelAdmin):
    """Tables in and out. A filter that there is not leads back to the list, as it does in the list itself."""

    def get_resource_classes(self, request: HttpRequest) -> list[Any]:
        """Return the table of this model. Imported when it is asked for: it brings PostgreSQL's driver with it."""
        from tracker.pledges.data.resources import RESOURCES

        return [RESOURCES[self.model]]

    def export_action(self, request: HttpRequest) -> Any:
        """Show the form to take a table out, or the table."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(f"{reverse(f'admin:{self.opts.app_label}_{self.opts.model_name}_changelist')}?e=1")


class ReviewAdmin(PermanentSlugMixin, TypedDaysMixin, TablesAdmin):
    """Reviews, with all that is a review’s own (decision 19)."""

    list_display = ["title", "short_name", "author", "government", "published_on"]
    search_fields = ["title", "short_name", "author"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "short_name", "author", "government", "published_on", "publisher"]}),
        ("Readers’ safety", {"fields": ["content_note", "help_lines", "leave_url"]}),
        ("Words of its own", {"fields": ["about", "methods"]}),
        ("Looks", {"fields": ["accent", "accent_dark", "logo"]}),
        ("Language and time", {"fields": ["language", "time_zone"]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return a field that takes an address without a scheme for one of https."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new review begins with: the settings of the installation."""
        return {**initial_facts(), **super().get_changeform_initial_data(request)}


class RecommendationAdmin(ChooseByKeyMixin, TypedDaysMixin, TablesAdmin):
    """Recommendations of reviews."""

    list_display = ["number", "review", "response", "answered_on", "passage"]
    list_filter = ["review", "response"]
    list_select_related = ["review", "passage"]
    search_fields = ["number", "passage__exact", "review__title"]
    autocomplete_fields = ["review", "passage", "response_passage", "repeats"]


class ThemeAdmin(PermanentSlugMixin, TablesAdmin):
    """Themes, each of one review or for all."""

    list_display = ["name", "slug", "review"]
    list_filter = ["review"]
    list_select_related = ["review"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


class NamedAdmin(PermanentSlugMixin, TablesAdmin):
    """What has a name and an address of its own."""

    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Witness)
class WitnessAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Who is asked to cosign the head, and how that goes. The setting WITNESSES names them."""

    list_display = ["name", "known_size", "failures", "problem", "is_contradicted", "next_try_at"]
    search_fields = ["verifier_key", "problem"]


@admin.register(Cosignature)
class CosignatureAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What witnesses signed, to look at."""

    list_display = ["size", "witness", "signed_at"]
    list_select_related = ["witness"]
    search_fields = ["witness__verifier_key"]
    ordering = ["-pk"]


@admin.register(FollowedLog)
class FollowedLogAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The logs that this installation is a witness for. `manage.py witness` adds them."""

    list_display = ["origin", "is_followed", "size", "cosigned_at", "is_fork", "refused_at"]
    list_filter = ["is_followed", "is_fork"]
    search_fields = ["origin"]


@admin.register(Report)
class ReportAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Reports of readers, to look at; the desk answers them."""

    list_display = ["page", "received_at", "verdict", "published_at"]
    list_filter = ["verdict"]
    search_fields = ["page", "answer"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Questions, to look at."""

    list_display = ["__str__", "addressee", "asked_on", "outcome", "answered_on"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["pledge"]
    search_fields = ["text", "addressee", "pledge__title"]

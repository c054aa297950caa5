"""Django admin for what admins set up at the desk: people, letter templates. Drafts and the log are there to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tracker.core.admin.mixins import ReadOnlyMixin
from tracker.desk.accounts import admin as accounts_admin  # noqa: F401
from tracker.desk.audit_log import record_action
from tracker.desk.catalogue import admin as catalogue_admin  # noqa: F401
from tracker.desk.models import (
    AddressChange,
    AuditLogEntry,
    Candidate,
    Comment,
    Draft,
    DraftEvidence,
    Hold,
    LegalCheck,
    NameClaim,
    PendingChange,
    QuestionTemplate,
)
from tracker.pledges.models import SearchSynonym


class EvidenceInline(ReadOnlyMixin, admin.TabularInline):
    model = DraftEvidence
    fields = ["passage", "role", "note"]
    extra = 0


class CommentInline(ReadOnlyMixin, admin.TabularInline):
    model = Comment
    fields = ["at", "by", "text", "returns"]
    extra = 0


class CheckInline(ReadOnlyMixin, admin.TabularInline):
    model = LegalCheck
    fields = ["at", "by", "version", "note"]
    extra = 0


@admin.register(Draft)
class DraftAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Drafts, to look at. They are written and signed off at the desk."""

    list_display = ["__str__", "sort", "stage", "pledge", "proposer", "edited_at"]
    list_filter = ["stage", "sort"]
    list_select_related = ["pledge", "proposer", "corrects"]
    search_fields = ["headline", "explanation", "pledge__title"]
    inlines = [EvidenceInline, CommentInline, CheckInline]


@admin.register(Hold)
class HoldAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Holds, to look at. They are put and released at the desk."""

    list_display = ["__str__", "placed_by", "placed_at", "released_by", "released_at"]
    list_filter = [("released_at", admin.EmptyFieldListFilter)]
    list_select_related = ["pledge", "draft", "source", "placed_by", "released_by"]
    search_fields = ["reason", "pledge__title", "draft__headline", "source__title"]


@admin.register(QuestionTemplate)
class QuestionTemplateAdmin(admin.ModelAdmin):
    """The words that a question starts from. Readers see a question, never a template."""

    list_display = ["kind"]
    search_fields = ["kind", "text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and log the old and the new words."""
        before = QuestionTemplate.objects.get(pk=obj.pk).text
        super().save_model(request, obj, form, change)
        record_action(request.user, "changed a template of questions", obj, changes=[["text", before, obj.text]])


@admin.register(SearchSynonym)
class SearchSynonymAdmin(admin.ModelAdmin):
    """Words that readers use for the same thing. They decide what a search finds, so that each change is logged."""

    list_display = ["words"]
    search_fields = ["words"]

    def get_actions(self, request: HttpRequest) -> Any:
        """Return none: each row is deleted, and logged, by itself."""
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and log the old and the new words."""
        before = SearchSynonym.objects.filter(pk=obj.pk).values_list("words", flat=True).first() or ""
        super().save_model(request, obj, form, change)
        if before != obj.words:
            verb = "changed" if change else "added"
            record_action(request.user, f"{verb} a search synonym", obj, changes=[["words", before, obj.words]])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and log the words that were there."""
        record_action(request.user, "deleted a search synonym", obj, changes=[["words", obj.words, ""]])
        super().delete_model(request, obj)


@admin.register(PendingChange)
class PendingChangeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Changes of public facts, to look at. They are accepted or rejected at the desk."""

    list_display = ["__str__", "state", "by", "at", "decided_by"]
    list_filter = ["state", "action"]
    list_select_related = ["by", "decided_by"]
    search_fields = ["title", "model"]


@admin.register(NameClaim)
class NameClaimAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Which names belong to which account, to look at."""

    list_display = ["text", "kind", "user", "at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["text", "user__username"]


@admin.register(AddressChange)
class AddressChangeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Addresses of accounts that somebody else changed, and who gave the access back, to look at."""

    list_display = ["user", "by", "at", "confirmed_by", "confirmed_at"]
    list_select_related = ["user", "by", "confirmed_by"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]


@admin.register(AuditLogEntry)
class ActivityAdmin(ReadOnlyMixin, admin.ModelAdmin):
    list_display = ["at", "who", "what", "about"]
    list_filter = ["what"]
    search_fields = ["who", "what", "about"]


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Sentences that may contain a pledge. The desk decides; the admin shows them."""

    list_display = ["__str__", "source", "kind", "score", "decision", "decided_by"]
    list_filter = ["decision", "kind", "proposed"]
    list_select_related = ["source", "decided_by"]
    search_fields = ["exact", "source__slug", "source__title"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("source__text")

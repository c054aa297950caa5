"""Django admin for what admins set up at the desk: people, letter templates. Drafts and the log are there to read."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from tracker.core.admin_fields import ChooseByKeyMixin
from tracker.core.admin_mixins import ReadOnlyMixin
from tracker.desk.audit_log import record_action
from tracker.desk.models import (
    AuditLogEntry,
    Candidate,
    Comment,
    Draft,
    DraftEvidence,
    Hold,
    LegalCheck,
    QuestionTemplate,
)

User = get_user_model()


class Logged:
    """Everything that is done here to an account or a role is in the activity log too."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record_action(request.user, "added in the admin", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record_action(request.user, "changed in the admin", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            record_action(request.user, "deleted in the admin", obj)
        return super().log_deletions(request, queryset)


admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(Logged, ChooseByKeyMixin, UserAdmin):
    """Accounts. An account that the record or the log knows is ended, not deleted."""

    list_display = ["username", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    readonly_fields = ["last_login", "date_joined"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fixed += ["is_superuser", "user_permissions"]
        return fixed


@admin.register(Group)
class RoleAdmin(Logged, ReadOnlyMixin, GroupAdmin):
    """Roles. What each may do is code (roles.py), so that a test can hold it."""


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
class LetterTemplateAdmin(Logged, admin.ModelAdmin):
    """The words that a question starts from."""

    list_display = ["kind"]
    search_fields = ["kind", "text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditLogEntry)
class ActivityAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Who did what when."""

    list_display = ["at", "who", "what", "about"]
    list_filter = ["what"]
    search_fields = ["who", "what", "about"]


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Sentences in which a pledge may stand: decided at the desk, there to read here."""

    list_display = ["__str__", "source", "kind", "score", "decision", "decided_by"]
    list_filter = ["decision", "kind", "proposed"]
    list_select_related = ["source", "decided_by"]
    search_fields = ["exact", "source__slug", "source__title"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("source__text")

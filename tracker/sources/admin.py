"""Django admin for sources and passages. Every rule is the model's: a form here only helps to meet it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest

from tracker.core.admin.fields import ChooseByKeyMixin, TypedDaysMixin
from tracker.core.admin.mixins import PermanentSlugMixin, ReadOnlyMixin
from tracker.sources.choices import CheckState
from tracker.sources.models import Intake, LinkCheck, Passage, Source, SourceFile, SourceWithdrawal
from tracker.text.characters import refused_characters
from tracker.text.matching import find_all


class VerbatimTextarea(forms.Textarea):
    """A text area whose line ends are those of the text: browsers send every line end as CR LF."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class VerbatimForm(forms.ModelForm):
    """A form that takes some fields character for character."""

    verbatim: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.verbatim:
            field = self.fields.get(name)  # absent where the admin shows it read-only
            if isinstance(field, forms.CharField):
                field.strip = False
                field.widget = VerbatimTextarea(attrs={"rows": 8, "cols": 100})


class SourceForm(VerbatimForm):
    """A source; its text is taken character for character."""

    verbatim = ["text"]


class PassageForm(VerbatimForm):
    """A passage; the words alone are enough where they are once in the held text."""

    verbatim = ["exact"]

    def clean(self) -> dict[str, Any]:
        """Find the position of the words where none was given."""
        cleaned = super().clean() or self.cleaned_data
        source, exact = cleaned.get("source"), cleaned.get("exact") or ""
        honest = exact and next(refused_characters(exact), None) is None  # else the model names the character
        if source and source.has_text and honest and cleaned.get("start") is None:
            starts = find_all(source.text, exact)
            if not starts:
                self.add_error(
                    "exact",
                    "The text does not have exactly these words. Look at quotation marks, spaces and dashes: "
                    "they must be those of the text.",
                )
            elif len(starts) > 1:
                places = ", ".join(str(start) for start in starts[:10])
                self.add_error("start", f"The words are in {len(starts)} places: {places}. Choose one.")
            else:
                cleaned["start"], cleaned["end"] = starts[0], starts[0] + len(exact)
        return cleaned


class CheckStateFilter(admin.SimpleListFilter):
    """How far the words are checked: “Quoted, not yet checked” is the list of what editors should check."""

    title = "check"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(CheckState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the passages in the chosen state."""
        value = self.value()
        if value not in CheckState.values:
            return queryset
        return queryset.filter(pk__in=Passage.objects.in_state(value).values("pk"))


class PassageInline(admin.TabularInline):
    """The passages of a source, to look at; each is edited on a page of its own."""

    model = Passage
    fields = ["exact", "start", "end", "check_state"]
    readonly_fields = ["exact", "start", "end", "check_state"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# SourceAdmin, PassageAdmin and WantedSourceAdmin are registered by the desk (desk/catalogue/admin.py), which keeps
# changes of what readers see until a second person has accepted them.


class RemembersContributors:
    """Who writes facts or chooses words here signs off nothing that makes them public (desk/sign_off)."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it, and remember who did."""
        super().save_model(request, obj, form, change)
        obj.contributors.add(request.user)


class SourceAdmin(RemembersContributors, PermanentSlugMixin, TypedDaysMixin, ChooseByKeyMixin, admin.ModelAdmin):
    """Sources. Once a passage is taken from one, its text and digest are read-only."""

    form = SourceForm
    list_display = ["display_title", "publisher", "kind", "published_on", "licence", "has_text"]
    list_filter = ["kind", "licence", "held"]
    search_fields = ["title", "publisher", "slug", "url", "sha256"]
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["supersedes"]
    inlines = [PassageInline]

    @admin.display(boolean=True, description="text held", ordering="held")
    def has_text(self, source: Source) -> bool:
        """Whether the text itself is held here, rather than a digest of it."""
        return source.has_text

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        """Return what is fixed: the text and its digest as soon as a passage was taken from it."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None or not obj.passages.exists():
            return fixed
        digest = ["sha256", "characters"] if obj.sha256 else []
        return [*fixed, *digest, *(["text"] if obj.has_text else [])]


class PassageAdmin(RemembersContributors, TypedDaysMixin, ChooseByKeyMixin, admin.ModelAdmin):
    """Passages. One that something cites keeps its words and its place."""

    form = PassageForm
    list_display = ["__str__", "source", "start", "end", "how_checked"]
    list_filter = [CheckStateFilter, "source"]
    list_select_related = ["source"]
    search_fields = ["exact", "source__title", "source__publisher"]
    autocomplete_fields = ["source", "again"]

    @admin.display(description="check")
    def how_checked(self, passage: Passage) -> str:
        """Return in words how far the program has checked it."""
        return str(passage.check_state.label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Passage]:
        return super().get_queryset(request).select_related("source").defer("source__text")

    def get_readonly_fields(self, request: HttpRequest, obj: Passage | None = None) -> list[str]:
        if obj is None or not obj.is_relied_on():
            return []
        placed = ["start", "end", "prefix", "suffix"] if obj.start is not None else []
        return ["source", "exact", *placed]


class WantedSourceAdmin(PermanentSlugMixin, TypedDaysMixin, admin.ModelAdmin):
    """Documents that the record needs and does not hold: the methodology page lists them."""

    list_display = ["title", "publisher", "looked_on"]
    search_fields = ["title", "publisher", "slug", "url", "would_show"]
    prepopulated_fields = {"slug": ["title"]}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(SourceFile)
class OriginalAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """The documents that texts were read from, without their bytes."""

    list_display = ["__str__", "source", "form", "came_at"]
    list_select_related = ["source"]
    search_fields = ["name", "url", "sha256", "source__slug"]
    exclude = ["content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceFile]:
        return super().get_queryset(request).defer("content", "source__text")


@admin.register(SourceWithdrawal)
class SourceWithdrawalAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Sources that were withdrawn for legal reasons: done at the desk, there to read here."""

    list_display = ["source", "withdrawn_by", "withdrawn_at", "reason"]
    search_fields = ["source__slug", "reason"]


@admin.register(Intake)
class IntakeAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Documents on their way: confirmed or dropped at the desk, there to read here."""

    list_display = ["__str__", "state", "brought_by", "brought_at", "problem"]
    list_filter = ["state"]
    search_fields = ["name", "url", "problem"]
    exclude = ["content", "text", "pages"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intake]:
        return super().get_queryset(request).defer("content", "text")


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """What the last look at each address showed."""

    list_display = ["url", "state", "says", "checked_at", "next_at"]
    list_filter = ["state"]
    search_fields = ["url", "says", "source__slug"]

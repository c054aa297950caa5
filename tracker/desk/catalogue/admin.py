"""Django admin for the catalogue: the forms of pledges and sources, with a second person for what readers see."""

import csv
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html

from tracker.desk.catalogue.admin_mixin import SecondPersonMixin
from tracker.desk.catalogue.resources import SecondPersonResourceMixin
from tracker.desk.catalogue.table_file import TableFile, TypedTableMixin
from tracker.desk.spreadsheets.tables import TableError
from tracker.pledges import admin as pledges
from tracker.pledges.models import Body, Conflict, Recommendation, Review, Theme
from tracker.sources import admin as sources
from tracker.sources.models import Passage, Source, WantedSource


class SecondPersonTablesMixin(SecondPersonMixin):
    """The same for tables that are brought in. The activity log has each row, so Django's own history does not."""

    admin_site: Any
    has_import_permission: Any

    skip_admin_log = True
    import_template_name = "admin/import_table.html"

    def get_import_formats(self) -> list[Any]:
        """Return the one way in which files are read: the bytes say what a file is."""
        return [TableFile]

    def get_import_resource_classes(self, request: HttpRequest) -> list[Any]:
        """Return the table of this model with days as people write them."""
        tables = super().get_import_resource_classes(request)
        return [type(table.__name__, (TypedTableMixin, table), {}) for table in tables]

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """Say why a file cannot be read, in words."""
        says = str(e) if isinstance(e, TableError) else "This file cannot be read. Save it as CSV and bring that in."
        form.add_error("import_file", says)

    def get_urls(self) -> list[Any]:
        """Return the addresses of the model, and of a table to begin with."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_sample"
        return [path("import/sample/", self.admin_site.admin_view(self.sample), name=name), *super().get_urls()]

    def sample(self, request: HttpRequest) -> HttpResponse:
        """A table to begin with, as CSV."""
        from tracker.pledges.data.resources import SAMPLES

        if not self.has_import_permission(request):
            raise PermissionDenied
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}-sample.csv"'
        csv.writer(response).writerows(SAMPLES[self.model])
        return response

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page of the import shows beside its form."""
        sample = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_sample")
        return {**super().get_import_context_data(**kwargs), "sample": sample}

    def get_resource_classes(self, request: HttpRequest) -> list[Any]:
        """Return the table of this model, whose rows are logged and proposed."""
        return [
            type(table.__name__, (SecondPersonResourceMixin, table), {})
            for table in super().get_resource_classes(request)
        ]

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the table is given beside its rows: a list of the changes that wait."""
        proposed: list[Any] = []
        kwargs["request"].proposed_changes = proposed
        return {**super().get_import_data_kwargs(**kwargs), "proposed": proposed}

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        """Say what was taken in, and what waits for a second person."""
        super().add_success_message(result, request)
        if number := len(getattr(request, "proposed_changes", [])):
            messages.warning(
                request,
                format_html(
                    "{} of these rows are not changed yet. Readers see them, so a second person must "
                    "accept each change. "
                    '<a href="{}">See the changes that are waiting</a>.',
                    number,
                    reverse("desk:changes"),
                ),
            )


@admin.register(Source)
class SourceAdmin(SecondPersonMixin, sources.SourceAdmin):
    pass


@admin.register(Passage)
class PassageAdmin(SecondPersonMixin, sources.PassageAdmin):
    pass


@admin.register(WantedSource)
class WantedSourceAdmin(SecondPersonMixin, sources.WantedSourceAdmin):
    """Documents that the record needs and does not hold."""


@admin.register(Conflict)
class ConflictAdmin(SecondPersonMixin, pledges.ConflictAdmin):
    """Points on which sources differ."""


@admin.register(Review)
class ReviewAdmin(SecondPersonTablesMixin, pledges.ReviewAdmin):
    pass


@admin.register(Recommendation)
class RecommendationAdmin(SecondPersonTablesMixin, pledges.RecommendationAdmin):
    pass


@admin.register(Body)
class BodyAdmin(SecondPersonTablesMixin, pledges.NamedAdmin):
    pass


@admin.register(Theme)
class ThemeAdmin(SecondPersonTablesMixin, pledges.ThemeAdmin):
    """Themes."""

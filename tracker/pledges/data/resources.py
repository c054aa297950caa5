"""What admins may bring in and take out as a table: bodies, themes, reviews, recommendations. Nothing of the record.

A row is found again by its address (a recommendation by its review and number), so a second import changes nothing.
Every row meets the rules of its model; the admin shows what an import would do before it does it.
"""

from typing import Any

from import_export import fields, resources, widgets

from tracker.pledges.models import Body, Recommendation, Review, Theme
from tracker.sources.models import Passage, Source
from tracker.sources.passages import passage_at
from tracker.text.matching import find_all


class _CatalogueResource(resources.ModelResource):
    """What all four have in common."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True


class BodyResource(_CatalogueResource):
    class Meta(_CatalogueResource.Meta):
        model = Body
        fields = ["slug", "name"]
        import_id_fields = ["slug"]


class ThemeResource(_CatalogueResource):
    """Themes. A table without the column of reviews leaves each as it is."""

    review = fields.Field("review", "review", widgets.ForeignKeyWidget(Review, "slug"))

    class Meta(_CatalogueResource.Meta):
        model = Theme
        fields = ["slug", "name", "review"]
        import_id_fields = ["slug"]


class ReviewResource(_CatalogueResource):
    class Meta(_CatalogueResource.Meta):
        model = Review
        fields = ["slug", "title", "author", "government", "published_on"]
        import_id_fields = ["slug"]


class WordsWidget(widgets.Widget):
    """Exact words of a source, which the row names by its address: the passage with them, made where there is none."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Passage | None:
        """Return the passage, or None for an empty cell. Raises ValueError where the words are not there once."""
        words, slug = str(value or "").strip(), str((row or {}).get("source") or "").strip()
        if not words:
            return None
        source = Source.objects.filter(slug=slug).first()
        if source is None:
            raise ValueError(f"No source has the address “{slug}”. Bring in the source first, then its words.")
        places = find_all(source.text, words)
        if len(places) != 1:
            where = f"in {len(places)} places" if places else "not there, character for character"
            raise ValueError(f"The words are {where} in the text of “{source}”. Link them in the admin.")
        return passage_at(source, places[0], words, by=kwargs.get("user"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return the words of a passage."""
        return value.exact if isinstance(value, Passage) else ""


class RecommendationResource(_CatalogueResource):
    """Recommendations, by the address of their review and their number, with their words where a source has them.

    A table without the column of words leaves those of each as they are.
    """

    review = fields.Field("review", "review", widgets.ForeignKeyWidget(Review, "slug"))
    source = fields.Field("passage__source__slug", "source", readonly=True)
    words = fields.Field("passage", "words", WordsWidget())

    class Meta(_CatalogueResource.Meta):
        model = Recommendation
        fields = ["review", "number", "source", "words"]
        import_id_fields = ["review", "number"]


RESOURCES = {Body: BodyResource, Theme: ThemeResource, Review: ReviewResource, Recommendation: RecommendationResource}

SAMPLES: dict[type, list[list[str]]] = {
    Body: [["slug", "name"], ["example-ministry", "Example Ministry"]],
    Theme: [["slug", "name", "review"], ["example-theme", "Example theme", ""]],
    Review: [
        ["slug", "title", "author", "government", "published_on"],
        ["example-review", "Example review", "A. N. Author", "Example government", "26 February 2025"],
    ],
    Recommendation: [
        ["review", "number", "source", "words"],
        ["example-review", "1", "address-of-a-source", "The exact words, as the source has them."],
    ],
}
"""A table of each kind to begin with: the names of the columns, and a row."""

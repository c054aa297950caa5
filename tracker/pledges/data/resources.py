"""What admins may bring in and take out as a table: bodies, themes, reviews, recommendations. Nothing of the record.

A row is found again by its address (a recommendation by its review and number), so a second import changes nothing.
Every row meets the rules of its model; the admin shows what an import would do before it does it.
"""

from import_export import fields, resources, widgets

from tracker.pledges.models import Body, Recommendation, Review, Theme


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


class RecommendationResource(_CatalogueResource):
    """Recommendations, by the address of their review and their number; their words are tied in the admin."""

    review = fields.Field("review", "review", widgets.ForeignKeyWidget(Review, "slug"))

    class Meta(_CatalogueResource.Meta):
        model = Recommendation
        fields = ["review", "number"]
        import_id_fields = ["review", "number"]


RESOURCES = {Body: BodyResource, Theme: ThemeResource, Review: ReviewResource, Recommendation: RecommendationResource}

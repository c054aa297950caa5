"""Reads of sources and passages that are used in more than one place."""

from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, Max, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

if TYPE_CHECKING:
    from tracker.sources.models import Passage, Source  # noqa: F401


def confirmed(prefix: str = "") -> Q:
    """Return the condition that a held text or the digest of a snapshot confirms a passage.

    ``prefix`` leads from the queried model to the passage, such as ``passage__``.
    """
    placed = Q(**{f"{prefix}start__isnull": False})
    return placed & (Q(**{f"{prefix}source__held": True}) | ~Q(**{f"{prefix}snapshot_sha256": ""}))


class PassageQuerySet(QuerySet["Passage"]):
    def with_check_state(self) -> "PassageQuerySet":
        """Annotate ``state``: what Passage.check_state says, in SQL."""
        return self.annotate(
            state=Case(
                When(~confirmed(), then=Value("unchecked")),
                When(source__held=True, then=Value("checked")),
                default=Value("snapshot"),
                output_field=CharField(),
            )
        )

    def in_state(self, state: str) -> "PassageQuerySet":
        """Keep the passages in one CheckState."""
        return self.with_check_state().filter(state=state)  # type: ignore[misc]

    def to_check(self) -> "PassageQuerySet":
        """Passages that nothing held has confirmed: what editors should check, by source."""
        return self.in_state("unchecked").select_related("source").defer("source__text").order_by("source__slug", "id")

    def counts_by_state(self) -> dict[str, int]:
        """Return how many passages are in each CheckState; a state without any is left out."""
        return dict(self.grouped_by_state())

    def grouped_by_state(self) -> QuerySet["Passage", Any]:
        """Return a row for each CheckState that any of the passages is in: the state, and how many."""
        states = self.with_check_state().order_by().values("state")  # type: ignore[misc]
        rows: QuerySet[Passage, Any] = states.annotate(number=Count("id")).values_list("state", "number")
        return rows

    def counts_with(self, number: Combinable) -> tuple[dict[str, int], Any]:
        """Return ``counts_by_state``, and a value read in the same query (None where nothing is counted)."""
        states = self.with_check_state().order_by().values("state")  # type: ignore[misc]
        rows = list(states.annotate(number=Count("id"), beside=Max(number)))
        return {row["state"]: row["number"] for row in rows}, rows[0]["beside"] if rows else None


class SourceQuerySet(QuerySet["Source"]):
    def with_counts(self, *, of: Q | None = None) -> "SourceQuerySet":
        """Annotate ``passage_count`` and ``unchecked_count``; leave the text itself in the database.

        ``of`` is the condition, from the source, that a passage counts; without it all do.
        """
        counted = of or Q()
        return self.defer("text").annotate(
            passage_count=Count("passages", filter=counted),
            unchecked_count=Count("passages", filter=counted & ~confirmed("passages__")),
        )

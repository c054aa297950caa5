"""Pledges, what they are filed under, the record of what has happened since, and what follows from it."""

from tracker.pledges.models.catalogue import Body, Recommendation, SearchSynonym, Theme
from tracker.pledges.models.conflict import Conflict, ConflictSide
from tracker.pledges.models.correspondence import Question, Report
from tracker.pledges.models.derived import (
    DailyCounts,
    RecordTile,
    SearchDocument,
    SearchIndexState,
    SearchWord,
    StatusPeriod,
    TableVersion,
)
from tracker.pledges.models.facts import FactsEntry
from tracker.pledges.models.pledge import Pledge
from tracker.pledges.models.record import Citation, EntrySignature, EntryText, RecordEntry
from tracker.pledges.models.review import Review
from tracker.pledges.models.tie import RepeatTie
from tracker.pledges.models.versions import CatalogueVersion
from tracker.pledges.models.witness import Cosignature, FollowedLog, Witness

__all__ = [
    "Body",
    "CatalogueVersion",
    "Citation",
    "Conflict",
    "ConflictSide",
    "Cosignature",
    "DailyCounts",
    "EntrySignature",
    "EntryText",
    "FactsEntry",
    "FollowedLog",
    "Pledge",
    "Question",
    "Recommendation",
    "RecordEntry",
    "RecordTile",
    "RepeatTie",
    "Report",
    "Review",
    "SearchDocument",
    "SearchIndexState",
    "SearchSynonym",
    "SearchWord",
    "StatusPeriod",
    "TableVersion",
    "Theme",
    "Witness",
]

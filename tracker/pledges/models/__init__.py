"""Pledges, what they are filed under, the record of what has happened since, and what follows from it."""

from tracker.pledges.models.catalogue import Body, Recommendation, Review, Theme
from tracker.pledges.models.conflict import Conflict, ConflictSide
from tracker.pledges.models.correspondence import Question, Report
from tracker.pledges.models.derived import DayTally, Edition, SearchDocument, Standing
from tracker.pledges.models.pledge import Pledge
from tracker.pledges.models.record import Citation, EntryText, StatusUpdate

__all__ = [
    "Body",
    "Citation",
    "Conflict",
    "ConflictSide",
    "DayTally",
    "Edition",
    "EntryText",
    "Pledge",
    "Question",
    "Recommendation",
    "Report",
    "Review",
    "SearchDocument",
    "Standing",
    "StatusUpdate",
    "Theme",
]

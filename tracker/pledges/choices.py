"""The words of the tracker: statuses, bases, ladders, roles. Plain data, each with its published definition."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What public evidence supports. The methodology page publishes each definition as it is here."""

    DELIVERED = "delivered", _("Delivered")
    PART = "delivered-in-part", _("Delivered in part")
    UNDER_WAY = "under-way", _("Under way")
    ANNOUNCED = "announced", _("Announced")
    NONE_FOUND = "no-action-found", _("No action found")
    DROPPED = "dropped", _("Dropped")
    UNRATED = "cannot-be-rated", _("Cannot be rated")
    SUPERSEDED = "superseded", _("Superseded")

    @property
    def definition(self) -> str:
        """What must be true for this word to be used."""
        return str(_DEFINITIONS[self])

    @property
    def is_on_ladder(self) -> bool:
        """Whether the word says how far a pledge has come, rather than that it left the way."""
        return self in STATUS_ORDER


_DEFINITIONS = {
    Status.DELIVERED: _(
        "All that was pledged is done, and public evidence shows it. Press reports alone never support this word."
    ),
    Status.PART: _("A part of what was pledged is done, with evidence; the rest is not."),
    Status.UNDER_WAY: _(
        "A concrete step beyond an announcement is evidenced: a clause introduced, a chair appointed."
    ),
    Status.ANNOUNCED: _(
        "A later announcement says how or when it will be done. Saying is not doing: no step is evidenced yet."
    ),
    Status.NONE_FOUND: _(
        "No published evidence of a step was found up to the day until which the desk looked. "
        "It does not say that nothing was done."
    ),
    Status.DROPPED: _("The government said that it will not do it, or did the opposite."),
    Status.UNRATED: _(
        "The wording or the measure is too unclear to judge; the page says which words are the problem."
    ),
    Status.SUPERSEDED: _("A later pledge replaced it; the page links to that one."),
}

NO_STATUS, NO_STATUS_LABEL = "none-yet", _("No status yet")
"""Of a pledge that nobody has looked at yet: in filters, counts and pictures it is a state beside the others."""

STATES = [*Status.choices, (NO_STATUS, NO_STATUS_LABEL)]
"""Every status, and that there is none yet, as choices."""

ENDED_STATUSES = [Status.DELIVERED, Status.DROPPED, Status.SUPERSEDED]
"""Statuses after which nothing more is expected: such a pledge is never quiet."""

STATUS_ORDER = [Status.NONE_FOUND, Status.ANNOUNCED, Status.UNDER_WAY, Status.PART, Status.DELIVERED]
"""From furthest behind to furthest on. The other statuses are off the way."""


class Basis(models.TextChoices):
    """How firmly a government bound itself."""

    ACCEPTED = "accepted-recommendation", _("Accepted recommendation")
    MINISTERIAL = "ministerial-pledge", _("Ministerial pledge")
    ANNOUNCED = "announced-action", _("Announced action")
    COLLECTIVE = "accepted-collectively", _("Recommendation accepted collectively")

    @property
    def definition(self) -> str:
        """What it means, as the methodology page says it."""
        return {
            Basis.ACCEPTED: gettext("The government said that it accepts this recommendation of the review."),
            Basis.MINISTERIAL: gettext("A minister gave their word, in person or as reported."),
            Basis.ANNOUNCED: gettext(
                "An action was announced as settled, without a person who gave their word for it."
            ),
            Basis.COLLECTIVE: gettext("The review recommends it; it was accepted only as one of “the others”."),
        }[self]


class Response(models.TextChoices):
    """A government's answer to a recommendation. An answer is not delivery."""

    ACCEPTED = "accepted", _("Accepted")
    IN_PRINCIPLE = "in-principle", _("Accepted in principle")
    IN_PART = "in-part", _("Accepted in part")
    REJECTED = "rejected", _("Rejected")
    NONE = "none", _("None on record")


NO_RESPONSE_FOUND = _("No response found")
NOT_LOOKED, NOT_LOOKED_LABEL = "not-looked-for", _("Not looked for yet")
"""Without an answer on record, pages say that none was found only where the record says until when somebody looked."""


class EvidenceRole(models.TextChoices):
    """What a passage does for the claim that cites it."""

    PLEDGE = "pledge", _("The pledge itself")
    RECOMMENDATION = "recommendation", _("The recommendation behind it")
    RESPONSE = "response", _("The government’s answer to it")
    CLAUSE = "clause", _("The clause that carries it out")
    SCOPE = "scope", _("What it covers")
    DEADLINE = "deadline", _("When it is due")
    BASELINE = "baseline", _("Where it starts from")
    PROGRESS = "progress", _("Evidence of a step")
    OFFICIAL_POSITION = "official-position", _("What the government says of itself")
    CONFLICT = "conflict", _("Another source, which differs")
    INCOMPLETE = "incomplete", _("A sentence that is cut off")


class EntryKind(models.TextChoices):
    """What an entry of the record does. One of kind ``pledge`` states the pledge itself."""

    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    LEGAL_WITHDRAWAL = "legal-withdrawal", _("Legal withdrawal of text")
    PLEDGE = "pledge", _("Pledge")


STATUS_KINDS = [EntryKind.UPDATE, EntryKind.CORRECTION]
"""Entries that give a pledge its status."""

SUPERSEDING_KINDS = [EntryKind.CORRECTION, EntryKind.WITHDRAWAL]
"""Kinds of entries that end the entry they point at."""


class Schedule(models.TextChoices):
    """Whether a pledge is on time against its first stated deadline. Computed, never typed."""

    ON_TIME = "on-time", _("On time")
    OVERDUE = "overdue", _("Overdue")
    NO_DEADLINE = "no-deadline", _("No dated deadline")

    @property
    def definition(self) -> str:
        """What it means, as the methodology page says it."""
        return {
            Schedule.ON_TIME: gettext("The first stated deadline has not passed, or it was met."),
            Schedule.OVERDUE: gettext(
                "The first stated deadline has passed. A later one never hides it. Late is not broken."
            ),
            Schedule.NO_DEADLINE: gettext("No deadline was stated from which a date can be worked out."),
        }[self]


class PledgeKind(models.TextChoices):
    """What sort of act a pledge promises; it decides the ladder of steps."""

    LAW = "law", _("Law")
    OPERATION = "operation", _("Operation")
    INQUIRY = "inquiry", _("Inquiry")
    SERVICE = "service", _("Service or data")
    PRACTICE = "practice", _("Practice")

    @property
    def ladder(self) -> "list[LadderStep]":
        """The steps from announcement to effect, so that an announcement never counts as delivery."""
        return [LadderStep(value, str(_STEPS[value])) for value in _LADDERS[self]]


@dataclass(frozen=True)
class LadderStep:
    """One rung of a ladder."""

    value: str
    label: str


_LADDERS = {
    PledgeKind.LAW: ["announced", "introduced", "passed", "in-force", "in-use"],
    PledgeKind.OPERATION: ["announced", "started", "reporting", "results"],
    PledgeKind.INQUIRY: ["announced", "chaired", "terms-set", "hearings", "reported", "answered"],
    PledgeKind.SERVICE: ["announced", "funded", "available", "used-as-meant"],
    PledgeKind.PRACTICE: ["announced", "adopted", "applied", "shown-in-results"],
}

_STEPS = {
    "announced": _("Announced"),
    "introduced": _("Introduced"),
    "passed": _("Passed"),
    "in-force": _("In force"),
    "in-use": _("In use"),
    "started": _("Started"),
    "reporting": _("Reporting"),
    "results": _("Results"),
    "chaired": _("Chaired"),
    "terms-set": _("Terms set"),
    "hearings": _("Hearings"),
    "reported": _("Reported"),
    "answered": _("Answered"),
    "funded": _("Funded"),
    "available": _("Available"),
    "used-as-meant": _("Used as meant"),
    "adopted": _("Adopted"),
    "applied": _("Applied"),
    "shown-in-results": _("Shown in results"),
}

STEPS = sorted({step.value for kind in PledgeKind for step in kind.ladder})
"""Every step of every ladder, for the database constraint."""


class QuestionType(models.TextChoices):
    """How a question is put."""

    PARLIAMENTARY = "parliamentary-question", _("Parliamentary question")
    FOI = "foi-request", _("Freedom-of-information request")
    LETTER = "letter", _("Letter to the body")


class QuestionOutcome(models.TextChoices):
    """What became of a question."""

    WAITING = "waiting", _("No answer yet")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    SILENCE = "silence", _("Never answered")


class ReportOutcome(models.TextChoices):
    """What came of a reader's report that something is wrong."""

    WAITING = "waiting", _("Not looked at yet")
    CORRECTED = "corrected", _("Corrected")
    STANDS = "stands", _("Checked: the record is right")
    SET_ASIDE = "set-aside", _("Set aside: no report of an error")

    @property
    def is_answer(self) -> bool:
        """Whether it says something to readers, and so needs words that are published."""
        return self in (ReportOutcome.CORRECTED, ReportOutcome.STANDS)


class SearchResultType(models.TextChoices):
    """What search finds, in the order in which it is shown."""

    PLEDGE = "pledge", _("Pledges")
    UPDATE = "update", _("What has happened")
    PASSAGE = "passage", _("Exact words")
    SOURCE = "source", _("Sources")


class FactsKind(models.TextChoices):
    """What an entry of facts does."""

    FACTS = "facts", _("Facts")
    WITHDRAWAL = "facts-withdrawal", _("Words withdrawn for legal reasons")


class SubjectName(models.TextChoices):
    """What an entry of facts is about."""

    SOURCE = "source", _("Source")
    PASSAGE = "passage", _("Passage")
    WANTED_SOURCE = "wanted-source", _("Source wanted but not held")
    REVIEW = "review", _("Review")
    RECOMMENDATION = "recommendation", _("Recommendation")
    BODY = "body", _("Body")
    THEME = "theme", _("Theme")
    EARLIER_FACTS = "earlier-facts", _("Earlier facts of a review, body, theme or recommendation")
    CONFLICT = "conflict", _("Point on which sources differ")
    QUESTION = "question", _("Question")
    REPORT = "report", _("Answer to a report")

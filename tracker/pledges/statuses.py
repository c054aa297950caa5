"""The words of the tracker: statuses, bases, ladders, roles. Plain data, each with its published definition."""

from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    """What public evidence supports. The methodology page publishes each definition as it stands here."""

    DELIVERED = "delivered", "Delivered"
    PART = "delivered-in-part", "Delivered in part"
    UNDER_WAY = "under-way", "Under way"
    ANNOUNCED = "announced", "Announced"
    NONE_FOUND = "no-action-found", "No action found"
    DROPPED = "dropped", "Dropped"
    UNRATED = "cannot-be-rated", "Cannot be rated"
    SUPERSEDED = "superseded", "Superseded"

    @property
    def definition(self) -> str:
        """What must be true for this word to be used."""
        return _DEFINITIONS[self]

    @property
    def is_on_ladder(self) -> bool:
        """Whether the word says how far a pledge has come, rather than that it left the way."""
        return self in STATUS_ORDER


_DEFINITIONS = {
    Status.DELIVERED: (
        "All that was pledged is done, and public evidence shows it. Press reports alone never support this word."
    ),
    Status.PART: "A part of what was pledged is done, with evidence; the rest is not.",
    Status.UNDER_WAY: "A concrete step beyond an announcement is evidenced: a clause introduced, a chair appointed.",
    Status.ANNOUNCED: (
        "A later announcement says how or when it will be done. Saying is not doing: no step is evidenced yet."
    ),
    Status.NONE_FOUND: (
        "No published evidence of a step was found up to the day until which the desk looked. "
        "It does not say that nothing was done."
    ),
    Status.DROPPED: "The government said that it will not do it, or did the opposite.",
    Status.UNRATED: "The wording or the measure is too unclear to judge; the page says which words are the problem.",
    Status.SUPERSEDED: "A later pledge replaced it; the page links to that one.",
}

STATUS_ORDER = [Status.NONE_FOUND, Status.ANNOUNCED, Status.UNDER_WAY, Status.PART, Status.DELIVERED]
"""From furthest behind to furthest on. The other statuses are off the way."""


class Basis(models.TextChoices):
    """How firmly a government bound itself."""

    ACCEPTED = "accepted-recommendation", "Accepted recommendation"
    MINISTERIAL = "ministerial-pledge", "Ministerial pledge"
    ANNOUNCED = "announced-action", "Announced action"
    COLLECTIVE = "accepted-collectively", "Recommendation accepted collectively"

    @property
    def definition(self) -> str:
        return {
            Basis.ACCEPTED: "The government said that it accepts this recommendation of the review.",
            Basis.MINISTERIAL: "A minister gave their word, in person or as reported.",
            Basis.ANNOUNCED: "An action was announced as settled, without a person who gave their word for it.",
            Basis.COLLECTIVE: "The review recommends it; it was accepted only as one of “the others”.",
        }[self]


class Response(models.TextChoices):
    """A government's answer to a recommendation. An answer is not delivery."""

    ACCEPTED = "accepted", "Accepted"
    IN_PRINCIPLE = "in-principle", "Accepted in principle"
    IN_PART = "in-part", "Accepted in part"
    REJECTED = "rejected", "Rejected"
    NONE = "none", "No response found"


class Role(models.TextChoices):
    """What a passage does for the claim that cites it."""

    PLEDGE = "pledge", "The pledge itself"
    RECOMMENDATION = "recommendation", "The recommendation behind it"
    RESPONSE = "response", "The government’s answer to it"
    CLAUSE = "clause", "The clause that carries it out"
    SCOPE = "scope", "What it covers"
    DEADLINE = "deadline", "When it is due"
    BASELINE = "baseline", "Where it starts from"
    PROGRESS = "progress", "Evidence of a step"
    OFFICIAL_POSITION = "official-position", "What the government says of itself"
    CONFLICT = "conflict", "Another source, which differs"
    INCOMPLETE = "incomplete", "A sentence that is cut off"


class EntryKind(models.TextChoices):
    """What an entry of the record does. One of kind ``pledge`` states the pledge itself."""

    UPDATE = "update", "Update"
    CORRECTION = "correction", "Correction"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    LEGAL_WITHDRAWAL = "legal-withdrawal", "Legal withdrawal of text"
    PLEDGE = "pledge", "Pledge"


STANDING_KINDS = [EntryKind.UPDATE, EntryKind.CORRECTION]
"""Entries that give a pledge its status."""

ENDING_KINDS = [EntryKind.CORRECTION, EntryKind.WITHDRAWAL]
"""Entries after which the one that they point at no longer stands."""


class Schedule(models.TextChoices):
    """How a pledge stands against the first deadline that was stated for it. Computed, never typed."""

    ON_TIME = "on-time", "On time"
    OVERDUE = "overdue", "Overdue"
    NO_DEADLINE = "no-deadline", "No deadline given"

    @property
    def definition(self) -> str:
        return {
            Schedule.ON_TIME: "The first stated deadline has not passed, or it was met.",
            Schedule.OVERDUE: "The first stated deadline has passed. A later one never hides it. Late is not broken.",
            Schedule.NO_DEADLINE: "No deadline was stated from which a date can be worked out.",
        }[self]


class Kind(models.TextChoices):
    """What sort of act a pledge promises; it decides the ladder of steps."""

    LAW = "law", "Law"
    OPERATION = "operation", "Operation"
    INQUIRY = "inquiry", "Inquiry"
    SERVICE = "service", "Service or data"
    PRACTICE = "practice", "Practice"

    @property
    def ladder(self) -> "list[Step]":
        """The steps from announcement to effect, so that an announcement never passes for delivery."""
        return [Step(word.replace(" ", "-"), word.capitalize()) for word in _LADDERS[self]]


@dataclass(frozen=True)
class Step:
    """One rung of a ladder."""

    value: str
    label: str


_LADDERS = {
    Kind.LAW: ["announced", "introduced", "passed", "in force", "in use"],
    Kind.OPERATION: ["announced", "started", "reporting", "results"],
    Kind.INQUIRY: ["announced", "chaired", "terms set", "hearings", "reported", "answered"],
    Kind.SERVICE: ["announced", "funded", "available", "used as meant"],
    Kind.PRACTICE: ["announced", "adopted", "applied", "shown in results"],
}

STEPS = sorted({step.value for kind in Kind for step in kind.ladder})
"""Every step of every ladder, for the database constraint."""


class Letter(models.TextChoices):
    """How a question is put."""

    PARLIAMENTARY = "parliamentary-question", "Parliamentary question"
    FOI = "foi-request", "Freedom-of-information request"
    LETTER = "letter", "Letter to the body"


class Outcome(models.TextChoices):
    """What became of a question."""

    WAITING = "waiting", "No answer yet"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    SILENCE = "silence", "Never answered"


class Verdict(models.TextChoices):
    """What came of a reader's report that something is wrong."""

    WAITING = "waiting", "Not looked at yet"
    CORRECTED = "corrected", "Corrected"
    STANDS = "stands", "Looked at: the record stands"
    SET_ASIDE = "set-aside", "Set aside: no report of an error"

    @property
    def is_answer(self) -> bool:
        """Whether it says something to readers, and so needs words that are published."""
        return self in (Verdict.CORRECTED, Verdict.STANDS)


class Found(models.TextChoices):
    """What search finds, in the order in which it is shown."""

    PLEDGE = "pledge", "Pledges"
    UPDATE = "update", "What has happened"
    PASSAGE = "passage", "Exact words"
    SOURCE = "source", "Sources"

"""Reads of pledges and of the record. Every page, fragment, download and feed starts from these."""

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracker.pledges.choices import (
    ENDED_STATUSES,
    STATUS_KINDS,
    SUPERSEDING_KINDS,
    EntryKind,
    EvidenceRole,
    Schedule,
    Status,
)
from tracker.pledges.derived.tally import CountKey, Tally, sum_counts
from tracker.sources.models import Passage, Source
from tracker.sources.querysets import confirmed
from tracker.text.sorting import sort_key

if TYPE_CHECKING:
    from tracker.pledges.models import Body, Citation, Pledge, Question, RecordEntry, Report, StatusPeriod, Theme  # noqa: F401


class PledgeQuerySet(QuerySet["Pledge"]):
    def with_record(self, *, until: dt.datetime | None = None, happened_by: dt.date | None = None) -> "PledgeQuerySet":
        """Keep the pledges on the record, annotated with what it says: see StatusPeriod, which is derived from it.

        Adds ``status_period`` (its key), ``status``, ``status_on``, ``looked_until``, ``headline`` (None without
        an entry), ``moved_on``, ``title_key`` to sort by, and as it was stated ``stated_title``, ``stated_theme``,
        ``stated_basis`` and ``stated_deadline``. ``until`` is an instant: only what was published before it counts.
        ``happened_by`` is a day: kept are the pledges made by then, with the status that events up to it give them.
        """
        from tracker.pledges.models import EntryText

        rows = self.filter(Q(standings__isnull=False) & current_at(until, "standings__"))
        if happened_by is None:
            rows = rows.annotate(
                status=F("standings__status"),
                status_on=F("standings__status_on"),
                moved_on=F("standings__moved_on"),
                looked_until=F("standings__looked_until"),
                headline=Subquery(EntryText.objects.filter(update=OuterRef("standings__update")).values("headline")),
            )
        else:
            rows = rows._with_last_event(until, happened_by)
        return rows.annotate(
            status_period=F("standings__pk"),
            stated_title=F("standings__title"),
            title_key=F("standings__title_key"),
            stated_theme=F("standings__theme"),
            stated_basis=F("standings__basis"),
            stated_deadline=F("standings__deadline_on"),
        )

    def _with_last_event(self, until: dt.datetime | None, happened_by: dt.date) -> "PledgeQuerySet":
        """Keep what was made by a day, with its last current entry that is about a day up to then, if it has one."""
        from tracker.pledges.models import RecordEntry
        from tracker.pledges.read.as_stated import filter_as_stated, statements_changed_since

        entries = RecordEntry.objects.filter(pledge=OuterRef("pk"))
        past = entries.current(until=until).filter(effective_on__lte=happened_by)
        first = Subquery(entries.order_by("position").values("pk")[:1])
        made, day = Q(made_on__lte=happened_by), happened_by.isoformat()
        then = statements_changed_since(until=until)
        rows = filter_as_stated(self, made, lambda facts: facts["made_on"] <= day, then=then).alias(
            event=Subquery(past.order_by("-effective_on", "-position").values("pk")[:1])
        )
        # A join to one entry, the first of all where none is about such a day: a join to none would lose the pledge.
        rows = rows.filter(updates__pk=Coalesce(F("event"), first))

        # Asked of the entry that was joined: to ask whether there is one is to look for it again for each column.
        is_event = Q(Exists(RecordEntry.objects.current(until=until).filter(pk=OuterRef("updates__pk"))))
        is_event &= Q(updates__effective_on__lte=happened_by)

        def of_event(column: str) -> Case:
            return Case(When(is_event, then=F(f"updates__{column}")))

        return rows.annotate(
            status=of_event("status"),
            status_on=of_event("effective_on"),
            moved_on=Coalesce(of_event("effective_on"), Value(dt.date.min)),
            looked_until=of_event("looked_until"),
            headline=of_event("text__headline"),
        )

    def with_schedule(
        self, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "PledgeQuerySet":
        """Annotate ``schedule``, ``quiet`` and ``in_conflict`` as of a day, after with_record."""
        from tracker.pledges.models import Conflict

        published_conflicts = Conflict.objects.filter(**_before(until))
        return self.with_record(until=until, happened_by=happened_by).annotate(
            schedule=schedule_on(today, deadline="stated_deadline"),
            quiet=quiet_on(today),
            in_conflict=Exists(published_conflicts.filter(pledge=OuterRef("pk"))),
        )

    def due_between(self, first: dt.date, last: dt.date) -> "PledgeQuerySet":
        """Keep those on the record that are not delivered and have their first deadline from a day to another."""
        rows = self.with_record().filter(stated_deadline__range=(first, last))  # type: ignore[misc]  # an annotation
        return rows.filter(~Q(status=Status.DELIVERED) | Q(status__isnull=True))

    def for_list(
        self, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "PledgeQuerySet":
        """Read what a row of a list shows, in a fixed number of queries, without conflicts (attach_conflicts)."""
        from tracker.pledges.models import Citation

        words = Prefetch("citations", queryset=Citation.objects.of_pledges_themselves(), to_attr="words")
        return (
            self.with_schedule(today=today, until=until, happened_by=happened_by)
            .select_related("theme", "promised_by")
            .prefetch_related("bodies", words)
        )

    def for_page(
        self, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "PledgeQuerySet":
        """Read what is beside a pledge on its page; read/pledge_detail.py reads the rest of the page."""
        return (
            self.with_schedule(today=today, until=until, happened_by=happened_by)
            .select_related("review", "theme", "promised_by", "recommendation__passage__source")
            .defer("recommendation__passage__source__text")
            .prefetch_related("bodies")
        )

    def of_body(self, body: "Body") -> Q:
        """Return the condition that a body made a pledge or has to act on it."""
        duties = self.model.bodies.through.objects.filter(body=body, pledge=OuterRef("pk"))
        return Q(promised_by=body) | Q(Exists(duties))

    def citing(self, passages: QuerySet[Passage]) -> "PledgeQuerySet":
        """Pledges of which the pledge itself, or an entry of its record, cites one of the passages."""
        from tracker.pledges.models import Citation

        # A look at the passage of each citation: with a list of all such passages a planner goes through the list.
        cited = Citation.objects.filter(Exists(passages.filter(pk=OuterRef("passage"))))
        return self.filter(
            Exists(cited.filter(pledge=OuterRef("pk"))) | Exists(cited.filter(update__pledge=OuterRef("pk")))
        )

    def count_by_facets(
        self, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "Counter[CountKey]":
        """Count the pledges of each sort as of a day, in one query. For all pledges derived/counts.py is cheaper."""
        from tracker.pledges.models import StatusPeriod

        if happened_by is not None:
            return sum_counts(self.grouped_counts(today=today, until=until, happened_by=happened_by))
        mine = StatusPeriod.objects.current_at(until=until).filter(pledge__in=self.order_by().values("pk"))
        return sum_counts(mine.grouped_counts(today=today))

    def grouped_counts(
        self, *, today: dt.date, until: dt.datetime | None, happened_by: dt.date, by: str = ""
    ) -> QuerySet["Pledge", Any]:
        """Return what StatusPeriodQuerySet.grouped_counts does, by what had happened by a day."""
        columns = [*([by] if by else []), "status", "stated_theme", "schedule", "stated_basis", "quiet"]
        rows: QuerySet[Any, Any] = self.with_schedule(today=today, until=until, happened_by=happened_by).order_by()
        counted: QuerySet[Pledge, Any] = rows.values(*columns).annotate(number=Count("pk"), sign=Value(1))
        sums: QuerySet[Pledge, Any] = counted.values_list(*columns, "number", "sign")
        return sums

    def tally(
        self, *, today: dt.date, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "Tally":
        """Count the pledges by status and by schedule as of a day, in one query."""
        return Tally.of(self.count_by_facets(today=today, until=until, happened_by=happened_by))


def current_at(until: dt.datetime | None, prefix: str = "") -> Q:
    """Return the condition that a StatusPeriod holds: now, or by what was published before an instant.

    ``prefix`` leads from the queried model to it, such as ``standings__``.
    """
    if until is None:
        return Q(**{f"{prefix}until__isnull": True})
    ends_later = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": until})
    # Nothing moved later than it was published: an index gives the latest first.
    begun = {f"{prefix}since__lt": until, f"{prefix}moved_on__lte": timezone.localdate(until)}
    return ends_later & Q(**begun)


def schedule_on(today: dt.date, *, deadline: str) -> Case:
    """Return the Schedule as of a day of rows with ``status``, ``status_on`` and a column for the deadline."""
    return Case(
        When(**{f"{deadline}__isnull": True}, then=Value(Schedule.NO_DEADLINE.value)),
        When(status=Status.DELIVERED, status_on__gt=F(deadline), then=Value(Schedule.OVERDUE.value)),
        When(status=Status.DELIVERED, then=Value(Schedule.ON_TIME.value)),
        When(**{f"{deadline}__lt": today}, then=Value(Schedule.OVERDUE.value)),
        default=Value(Schedule.ON_TIME.value),
        output_field=CharField(),
    )


def quiet_on(today: dt.date) -> Case:
    """Return whether rows with ``status`` and ``status_on`` are quiet as of a day."""
    return Case(
        When(status__in=ENDED_STATUSES, then=Value(False)),
        When(status_on__lt=quiet_before(today), then=Value(True)),
        default=Value(False),
    )


class StatusPeriodQuerySet(QuerySet["StatusPeriod"]):
    """What the record said of each pledge, and when."""

    def current_at(self, *, until: dt.datetime | None = None) -> "StatusPeriodQuerySet":
        """Keep the one that holds of each pledge, now or by what was published before an instant."""
        return self.filter(current_at(until))

    def changed_between(self, since: dt.datetime, until: dt.datetime) -> "StatusPeriodQuerySet":
        """Keep what holds at ``until`` of each pledge that came after ``since``, or whose status differs from then.

        Annotated with ``before``: the status then, empty where there was none, None where the pledge was not on the
        record. The database compares two instants; none of the rows between them is read.
        """
        earlier = self.model.objects.current_at(until=since).filter(pledge=OuterRef("pledge"))
        before = Subquery(earlier.values(said=Coalesce("status", Value("")))[:1])
        # What holds at the end and began before the beginning held then too: nothing changed.
        rows = self.current_at(until=until).filter(since__gte=since).annotate(before=before)
        # One expression that is never NULL, so that the earlier status is looked up once for each row.
        same = When(before=Coalesce("status", Value("")), then=Value(0))
        return rows.alias(moved=Case(same, default=Value(1))).filter(moved=1)

    def grouped_counts(self, *, today: dt.date, sign: int = 1, by: str = "") -> QuerySet["StatusPeriod", Any]:
        """Return a row for each sort of pledge as of a day: the columns of a CountKey, how many, and ``sign``.

        By ``sign`` the number counts (``sum_counts``). ``by`` is a further column, which comes first.
        """
        first = [by] if by else []
        rows: QuerySet[StatusPeriod, Any] = (
            self.order_by()
            .annotate(schedule=schedule_on(today, deadline="deadline_on"), quiet=quiet_on(today), sign=Value(sign))
            .values(*first, "status", "theme", "schedule", "basis", "quiet", "sign")
            .annotate(number=Count("pk"))
            .values_list(*first, "status", "theme", "schedule", "basis", "quiet", "number", "sign")
        )
        return rows


def quiet_before(today: dt.date) -> dt.date:
    """Return the day before which a pledge has to have moved last to be quiet on ``today``."""
    return today - dt.timedelta(days=settings.QUIET_AFTER_DAYS)


class CitationQuerySet(QuerySet["Citation"]):
    def with_words(self) -> "CitationQuerySet":
        """With passage and source at hand, the sources' whole texts left in the database."""
        return self.select_related("passage__source").defer("passage__source__text")

    def order_by_evidence(self) -> "CitationQuerySet":
        """Confirmed words before those that are not yet checked, the pledge's own before what is behind it."""
        return self.order_by(
            Case(When(confirmed("passage__"), then=0), default=1),
            Case(When(role=EvidenceRole.PLEDGE, then=0), default=1),
            "id",
        )

    def of_pledges_themselves(self) -> "CitationQuerySet":
        """The words of pledges, and of the recommendations that they answer, with passage and source at hand."""
        roles = [EvidenceRole.PLEDGE, EvidenceRole.RECOMMENDATION]
        return self.filter(role__in=roles).with_words().order_by_evidence()

    def claims(self) -> "CitationQuerySet":
        """Pledges and status updates, with the pledge each is about; a pledge's own entries repeat the pledge."""
        return self.exclude(update__kind=EntryKind.PLEDGE).select_related("pledge", "update__pledge")

    def of_review(self, slug: str) -> "CitationQuerySet":
        """Keep those of the pledges of one review, and of entries about them."""
        return self.filter(Q(pledge__review__slug=slug) | Q(update__pledge__review__slug=slug))

    def count_by_passage(self) -> Coalesce:
        """Return an expression for querysets of passages: how many of these citations cite each."""
        mine = self.order_by().select_related(None).filter(passage=OuterRef("pk")).values("passage")
        return Coalesce(Subquery(mine.annotate(number=Count("id")).values("number")), 0)

    def claims_on(self, source: Source) -> "list[Citation]":
        """Return every claim that cites a passage of a source, by the title of the pledge."""
        claims = self.claims().filter(passage__source=source)
        return sorted(claims, key=lambda citation: (sort_key(citation.about.title), citation.pk))


def _before(until: dt.datetime | None) -> dict[str, dt.datetime]:
    return {} if until is None else {"published_at__lt": until}


class RecordEntryQuerySet(QuerySet["RecordEntry"]):
    def published(self, *, until: dt.datetime | None = None) -> "RecordEntryQuerySet":
        """Keep what was published before an instant; everything where there is none."""
        return self.filter(**_before(until))

    def by_clock(
        self, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "RecordEntryQuerySet":
        """Keep what was published before an instant and is about a day up to ``happened_by``."""
        from tracker.pledges.read.as_stated import is_made_by

        rows = self.published(until=until)
        if happened_by is None:
            return rows
        made = Q(kind=EntryKind.PLEDGE) & is_made_by(happened_by, until)
        return rows.filter(made | ~Q(kind=EntryKind.PLEDGE) & Q(effective_on__lte=happened_by))

    def happened_after(self, day: dt.date, *, until: dt.datetime | None = None) -> "RecordEntryQuerySet":
        """Keep what is about a time after a day; of statements, those of pledges that were made after it.

        ``until`` is an instant: when pledges were made is as it was stated before it.
        """
        from tracker.pledges.read.as_stated import is_made_by

        made = Q(kind=EntryKind.PLEDGE) & ~is_made_by(day, until)
        return self.filter(made | ~Q(kind=EntryKind.PLEDGE) & Q(effective_on__gt=day))

    def between(self, *, since: dt.date | None, until: dt.date) -> "RecordEntryQuerySet":
        """Keep what was published after the end of one day (None: ever) and by the end of another."""
        from tracker.pledges.dates import end_of_day

        rows = self.published(until=end_of_day(until))
        return rows.filter(published_at__gte=end_of_day(since)) if since else rows

    def ending(self, *, until: dt.datetime | None = None) -> Subquery:
        """Return the key of the entry that corrected or withdrew one before an instant, as an expression."""
        endings = self.model._default_manager.filter(
            corrects=OuterRef("pk"), kind__in=SUPERSEDING_KINDS, **_before(until)
        )
        return Subquery(endings.order_by("position").values("pk")[:1])

    def current(self, *, until: dt.datetime | None = None) -> "RecordEntryQuerySet":
        """Keep the entries that give their pledge a status: published, and neither corrected nor withdrawn by then."""
        ended = self.model._default_manager.filter(
            corrects=OuterRef("pk"), kind__in=SUPERSEDING_KINDS, **_before(until)
        )
        return self.published(until=until).filter(~Exists(ended), kind__in=STATUS_KINDS)

    def statements(self, *, until: dt.datetime | None = None) -> "RecordEntryQuerySet":
        """Keep the entries that state a pledge and whose words were not withdrawn, in order, with their text."""
        return (
            self.published(until=until)
            .filter(kind=EntryKind.PLEDGE, text__statement__isnull=False)
            .select_related("text")
            .order_by("position")
        )

    def with_words(self) -> "RecordEntryQuerySet":
        """With the pledge, the words, and the entry that it corrects: what a list of entries shows."""
        return self.select_related("pledge", "text", "corrects")

    def last_entry(
        self, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "RecordEntry | None":
        """The end of the chain, with its pledge; None while the record is empty."""
        return self.at_the_end(until=until, happened_by=happened_by).select_related("pledge").first()

    def at_the_end(
        self, *, until: dt.datetime | None = None, happened_by: dt.date | None = None
    ) -> "RecordEntryQuerySet":
        """Keep the last entry alone."""
        # Its position first, by the index of what is asked: joined at once, a planner may sort the whole record.
        order = ["-position"] if until is None else ["-published_at", "-position"]
        last = self.by_clock(until=until, happened_by=happened_by).order_by(*order).values("position")[:1]
        return self.filter(position=Subquery(last))

    def in_order(self) -> "RecordEntryQuerySet":
        """By position, with all that the chain commits to."""
        from tracker.pledges.models import Citation

        return (
            self.with_words()
            .prefetch_related(Prefetch("citations", queryset=Citation.objects.with_words().order_by("id")))
            .order_by("position")
        )


class BodyQuerySet(QuerySet["Body"]):
    def with_counts(self) -> "BodyQuerySet":
        """Annotate ``pledge_count``: pledges that the body made or has to act on, each counted once."""
        from tracker.pledges.models import Pledge

        def number(rows: QuerySet[Any]) -> Coalesce:
            grouped = rows.order_by().values(group=Value(1)).annotate(number=Count("pk")).values("number")
            return Coalesce(Subquery(grouped), 0)

        # Two counts, each by an index: one of either condition would go through all pledges for each body.
        made = Pledge.objects.filter(promised_by=OuterRef("pk"))
        others = Pledge.bodies.through.objects.filter(body=OuterRef("pk")).exclude(pledge__promised_by=F("body"))
        return self.annotate(pledge_count=number(made) + number(others))


class ThemeQuerySet(QuerySet["Theme"]):
    def with_counts(self) -> "ThemeQuerySet":
        """Annotate ``pledge_count``."""
        return self.annotate(pledge_count=Count("pledges"))


class QuestionQuerySet(QuerySet["Question"]):
    """Questions that the desk asked."""

    def published(self, *, until: dt.date | None = None) -> "QuestionQuerySet":
        """Keep what readers see: signed off, and with ``until`` sent and signed off by the end of that day."""
        from tracker.pledges.dates import end_of_day

        rows = self.filter(published_at__isnull=False)
        return rows.filter(asked_on__lte=until, published_at__lt=end_of_day(until)) if until else rows

    def waiting(self) -> "QuestionQuerySet":
        """Keep those that readers see and that have no outcome yet, the oldest first."""
        return self.published().filter(outcome="waiting", withdrawn_at__isnull=True).order_by("asked_on", "pk")


class ReportQuerySet(QuerySet["Report"]):
    """What readers say is wrong."""

    def published(self) -> "ReportQuerySet":
        """Keep those whose answer is public, the latest first."""
        return self.filter(published_at__isnull=False).order_by("-published_at", "-pk")

    def open(self) -> "ReportQuerySet":
        """Keep those that wait for somebody: not looked at, or answered and not published; the oldest first."""
        return self.filter(published_at__isnull=True).exclude(verdict="set-aside").order_by("received_at", "pk")

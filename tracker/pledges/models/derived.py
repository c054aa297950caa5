"""Rows that follow from the record, kept so that lists and searches need not read all of it."""

from django.db import models
from django.db.models import F, Q

from tracker.pledges.choices import Basis, EntryKind, SearchResultType, Status
from tracker.pledges.models.pledge import Pledge
from tracker.pledges.models.record import RecordEntry
from tracker.pledges.querysets import StatusPeriodQuerySet


class SearchDocument(models.Model):
    """One published thing that search finds; written by search/index.py alone, and made again by ``rebuild_search``.

    ``lead_terms`` and ``rest_terms`` are what both databases index (search/words.py). Beside the table are, made by a
    migration, an FTS5 table with triggers that follow it on SQLite, and two columns of vectors on PostgreSQL. A
    migration that alters this table on SQLite has to make the triggers again.
    """

    kind = models.CharField(max_length=16, choices=SearchResultType)
    key = models.PositiveBigIntegerField(help_text="The primary key of what is found.")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    published_at = models.DateTimeField(db_index=True)
    lead_terms = models.TextField(
        blank=True, default="", db_default="", help_text="What counts most: the title, or exact words."
    )
    rest_terms = models.TextField(blank=True, default="", db_default="")
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="When it was corrected or withdrawn (UTC).")
    superseded_as = models.CharField(max_length=24, choices=EntryKind, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(name="pledges_search_once", fields=["kind", "key"])]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word that something published has, and its term. ``parts`` are the terms around its hyphens, if it has any."""

    word = models.CharField(max_length=120, primary_key=True)
    term = models.CharField(max_length=120, db_index=True)
    parts = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.word


class SearchIndexState(models.Model):
    """By which version of the language of words the index was made: one row."""

    language = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.language


class StatusPeriod(models.Model):
    """What the record said of one pledge from an instant until another. Derived by derived/status_periods.py.

    The row that holds still has no ``until``. Lists, counts and past days read these rows instead of going through
    the record; verify_record compares them with it.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="standings")
    since = models.DateTimeField(help_text="When the entry that began it was published (UTC).")
    until = models.DateTimeField(null=True, blank=True, help_text="When the entry that ended it was published (UTC).")
    update = models.ForeignKey(
        RecordEntry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The entry that gives the pledge its status: the latest standing one by effective date.",
    )
    status = models.CharField(max_length=24, choices=Status, null=True, blank=True)  # no entry yet
    status_on = models.DateField(null=True, blank=True)
    moved_on = models.DateField(help_text="The same day, or the first day of all where there is no entry: to sort by.")
    looked_until = models.DateField(null=True, blank=True)
    stated_at = models.PositiveBigIntegerField(help_text="The position of the entry that states the pledge.")
    title = models.CharField(max_length=300, help_text="As it was stated, as are theme, basis and deadline.")
    title_key = models.CharField(max_length=300, default="", db_default="", help_text="By which the title is sorted.")
    theme = models.SlugField(max_length=80, db_index=False)
    basis = models.CharField(max_length=32, choices=Basis)
    deadline_on = models.DateField(null=True, blank=True)

    objects = StatusPeriodQuerySet.as_manager()

    class Meta:
        db_table = "pledges_standing"
        constraints = [
            models.UniqueConstraint(
                name="pledges_standing_one_now", fields=["pledge"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="pledges_standing_in_order", condition=Q(until__isnull=True) | Q(until__gt=F("since"))
            ),
        ]
        indexes = [
            models.Index(
                F("moved_on").desc(),
                "title_key",
                "pledge",
                name="pledges_standing_now",
                condition=Q(until__isnull=True),
            ),
            models.Index(F("moved_on").desc(), "title_key", "pledge", name="pledges_standing_then"),
            models.Index(fields=["since"], name="pledges_standing_since"),
            models.Index(fields=["deadline_on"], name="pledges_standing_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.status or 'no entry'}"


class DailyCounts(models.Model):
    """How many pledges there were of each sort (querysets.CountKey) at an instant, seen from a day.

    Kept by derived/counts.py.

    Derived: a count goes from the one before it, through what has changed since.
    """

    at = models.DateTimeField(help_text="What was published before it is counted (UTC).")
    day = models.DateField(help_text="The day as of which a pledge is overdue or quiet.")
    quiet_after = models.PositiveIntegerField(help_text="The setting that it was counted by, in days.")
    cells = models.JSONField(help_text="Status, theme, schedule, basis, quiet, and how many.")

    class Meta:
        db_table = "pledges_daytally"
        constraints = [models.UniqueConstraint(name="pledges_tally_once", fields=["at", "day", "quiet_after"])]

    def __str__(self) -> str:
        return f"{self.day}"


class RecordTile(models.Model):
    """Hashes of the Merkle tree over the record, side by side, up to 256. Kept by record/tree.py.

    The tree follows from the record; verify_record compares them. At level 0 they are those of entries, at each level
    above those of the full tiles below it.
    """

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField(help_text="Of the tile within its level, from 0.")
    hashes = models.BinaryField(help_text="32 bytes each.")

    class Meta:
        constraints = [models.UniqueConstraint(name="pledges_tile_once", fields=["level", "number"])]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"

    @property
    def width(self) -> int:
        """How many hashes it has."""
        return len(self.hashes) // 32


class TableVersion(models.Model):
    """The version of a table that readers see: the database raises it with each change (derived/data_versions.py)."""

    name = models.CharField("table", max_length=63, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "pledges_edition"

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"

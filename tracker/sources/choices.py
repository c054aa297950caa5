"""The fixed words of sources: licences, kinds, states of checks, of documents that come in and of links."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Licence(models.TextChoices):
    """What the public may be shown of a source's text."""

    OGL = "ogl-3.0", _("Open Government Licence v3.0")
    OPL = "opl-3.0", _("Open Parliament Licence v3.0")
    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution-ShareAlike 4.0")
    RESERVED = "all-rights-reserved", _("All rights reserved")

    @property
    def is_open(self) -> bool:
        """Whether the whole text may be republished."""
        return self is not Licence.RESERVED


class SourceKind(models.TextChoices):
    """How close a source is to the official record, or to a report about it."""

    OFFICIAL_RECORD = "official-record", _("Official record")
    OFFICIAL_PUBLICATION = "official-publication", _("Official publication")
    COURT = "court", _("Court or inquiry")
    AUDIT = "audit", _("Audit or regulator")
    PRESS = "press", _("Press report")
    OTHER = "other", _("Other")


class CheckState(models.TextChoices):
    """How far the program itself has checked a passage's words."""

    CHECKED = "checked", _("Checked against the held text")
    SNAPSHOT = "snapshot", _("Checked against a snapshot that is not republished")
    UNCHECKED = "unchecked", _("Quoted, not yet checked")


class IntakeState(models.TextChoices):
    """Where a document that was brought in is."""

    WAITING = "waiting", _("Waiting to be read")
    WORKING = "working", _("Being read")
    READY = "ready", _("Ready to check")
    FAILED = "failed", _("Could not be read")
    STORED = "stored", _("Stored as a source")
    DROPPED = "dropped", _("Deleted")


class LinkState(models.TextChoices):
    """What became of a source's address."""

    ALIVE = "alive", _("Alive")
    MOVED = "moved", _("Moved")
    CHANGED = "changed", _("Changed")
    GONE = "gone", _("Gone")
    UNCERTAIN = "uncertain", _("No answer yet")
    CLOSED = "closed", _("Not for programs")

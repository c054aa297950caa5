"""The models of sources, one file a subject."""

from tracker.sources.models.intake import Intake, LinkCheck
from tracker.sources.models.source import (
    Passage,
    Source,
    SourceFile,
    SourceFingerprint,
    SourceWithdrawal,
    passage_anchor,
    sha256_of,
    sha256_validator,
)
from tracker.sources.models.wanted import WantedSource

__all__ = [
    "Intake",
    "LinkCheck",
    "Passage",
    "Source",
    "SourceFile",
    "SourceFingerprint",
    "SourceWithdrawal",
    "WantedSource",
    "passage_anchor",
    "sha256_of",
    "sha256_validator",
]

"""Notice that a document is here already, in the same or in another format, before it is stored again."""

from dataclasses import dataclass

from tracker.sources.models import Source, SourceFingerprint, sha256_of
from tracker.text.resemblance import MIN_RESEMBLANCE, Fingerprint, fingerprint, resemblance

_MAX_MISSING = 50
"""Sources without a fingerprint that are given one at a time."""
_MAX_SHOWN = 3


@dataclass(frozen=True)
class SimilarSource:
    """A source whose text is that of another document, or nearly: how much of both texts together is in both."""

    source: Source
    share: float
    is_same_text: bool = False
    """Character for character."""

    @property
    def is_same_words(self) -> bool:
        """Whether both have the same letters and digits in the same order."""
        return self.share == 1.0

    @property
    def percent(self) -> int:
        """The share in percent; 99 at most, since only the same text is all of it."""
        return min(99, round(self.share * 100))


def find_similar(text: str, *, apart_from: Source | None = None) -> list[SimilarSource]:
    """Return the sources whose text is the same as this one or nearly, the likest first; three at most.

    ``apart_from`` is the snapshot that this one follows: that a later snapshot is like it is no news, unless its words
    are the very same.
    """
    mine = fingerprint(text)
    if not mine.words_sha256:
        return []
    fill_fingerprints()
    rows: list[tuple[float, int]] = []
    for key, words, sketch in SourceFingerprint.objects.values_list("pk", "words_sha256", "sketch").iterator(500):
        share = 1.0 if words == mine.words_sha256 else min(0.99, resemblance(mine.sketch, sketch))
        if share >= MIN_RESEMBLANCE and (share == 1.0 or apart_from is None or key != apart_from.pk):
            rows.append((share, key))
    chosen = sorted(rows, reverse=True)[:_MAX_SHOWN]
    sources = Source.objects.defer("text").in_bulk([key for _, key in chosen])
    digest = sha256_of(text)
    return [SimilarSource(sources[key], share, sources[key].sha256 == digest) for share, key in chosen]


def store_fingerprint(source: Source, own: Fingerprint | None = None) -> None:
    """Keep the fingerprint of a source's text. Called where a text is stored."""
    own = own or fingerprint(source.text)
    SourceFingerprint.objects.update_or_create(
        source=source, defaults={"words_sha256": own.words_sha256, "sketch": own.sketch}
    )


def fill_fingerprints() -> int:
    """Make the fingerprints that are missing, some at a time, and return how many were made."""
    missing = Source.objects.filter(held=True, fingerprint=None).order_by("pk")[:_MAX_MISSING]
    for source in missing:
        store_fingerprint(source)
    return len(missing)

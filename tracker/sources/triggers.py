"""Triggers that hold the rules of sources and passages in the database itself."""

from tracker.core.triggers import ConstraintTrigger

_WORDS_DIFFER = """NEW.start IS NOT NULL AND EXISTS (
    SELECT 1 FROM sources_source s
    WHERE s.id = NEW.source_id AND s.text <> ''
      AND substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.exact)"""

_NOT_THESE_WORDS = "The held text of the source does not have exactly these words at this position."

TRIGGERS = [
    ConstraintTrigger(
        "sources_passage_words_on_insert",
        "sources_passage",
        "INSERT",
        _WORDS_DIFFER,
        _NOT_THESE_WORDS,
        reads=["sources_source"],
    ),
    ConstraintTrigger(
        "sources_passage_words_on_update",
        "sources_passage",
        "UPDATE",
        _WORDS_DIFFER,
        _NOT_THESE_WORDS,
        reads=["sources_source"],
    ),
    ConstraintTrigger(
        "sources_source_immutable",
        "sources_source",
        "UPDATE",
        """EXISTS (SELECT 1 FROM sources_passage p WHERE p.source_id = OLD.id)
           AND ((OLD.text <> '' AND NEW.text <> OLD.text AND NOT (NEW.text = '' AND EXISTS (
                   SELECT 1 FROM sources_sourcewithdrawal w WHERE w.source_id = OLD.id)))
             OR (OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256)
             OR (OLD.characters IS NOT NULL AND NEW.characters IS NULL)
             OR (OLD.characters <> NEW.characters))""",
        "A source is immutable once a passage is taken from it: a changed document is a new source.",
        reads=["sources_passage", "sources_sourcewithdrawal"],
    ),
    ConstraintTrigger(
        "sources_source_withdrawn_stays_so",
        "sources_source",
        "UPDATE",
        """OLD.text = '' AND NEW.text <> '' AND EXISTS (
             SELECT 1 FROM sources_sourcewithdrawal w WHERE w.source_id = OLD.id)""",
        "The text of this source was withdrawn for legal reasons: it is not put back.",
        reads=["sources_sourcewithdrawal"],
    ),
    *(
        ConstraintTrigger(
            f"sources_withdrawal_no_{event.lower()}",
            "sources_sourcewithdrawal",
            event,
            "",
            "The withdrawal of a source is never changed or deleted.",
        )
        for event in ("UPDATE", "DELETE")
    ),
    ConstraintTrigger(
        "sources_source_text_has_passages",
        "sources_source",
        "UPDATE",
        """OLD.text = '' AND NEW.text <> '' AND EXISTS (
             SELECT 1 FROM sources_passage p
             WHERE p.source_id = OLD.id AND p.start IS NOT NULL
               AND substr(NEW.text, p.start + 1, p."end" - p.start) <> p.exact)""",
        "This text does not have the words of the source's passages.",
        reads=["sources_passage"],
    ),
    ConstraintTrigger(
        "sources_source_not_replaced",
        "sources_source",
        "INSERT",
        "EXISTS (SELECT 1 FROM sources_source s WHERE s.id = NEW.id OR s.slug = NEW.slug)",
        "A source is never replaced: a changed document is a new source.",
        vendors=["sqlite"],
    ),
]

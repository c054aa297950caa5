"""Triggers that keep the record append-only, the words that it cites and what the catalogue said as they were."""

from tracker.core.triggers import ConstraintTrigger
from tracker.pledges.record.hash_chain import GENESIS_DIGEST

_RECORD = "The record is append-only: a published entry is never changed, replaced or deleted."
_SIGNATURE = "The signature of a published entry is never changed or deleted."
_VERSION = "What the catalogue said on a past day is never changed or deleted."
_CITED = "The evidence of a published entry is never changed or deleted."

_ENTRIES = """(SELECT position, digest FROM (SELECT position, digest FROM pledges_statusupdate
     ORDER BY position DESC LIMIT 1) a UNION ALL
     SELECT position, digest FROM (SELECT position, digest FROM pledges_factsentry
     ORDER BY position DESC LIMIT 1) b)"""
"""The last entry of each of the two tables."""


def _differ(columns: str) -> str:
    """Return the condition that any of these columns is changed."""
    return " OR ".join(
        f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"
        for column in columns.split()
    )


_facts_differ = _differ(
    "id position others_before kind subject_type subject_id facts_digest program published_at proposed_by "
    "published_by second_review reason previous digest account signature"
)
_version_differs = _differ("id model object_pk until")

TRIGGERS = [
    ConstraintTrigger("pledges_update_no_update", "pledges_statusupdate", "UPDATE", "", _RECORD),
    ConstraintTrigger("pledges_update_no_delete", "pledges_statusupdate", "DELETE", "", _RECORD),
    *(
        ConstraintTrigger(
            name,
            table,
            "INSERT",
            f"""NEW.position <> (SELECT COALESCE(MAX(e.position), 0) + 1 FROM {_ENTRIES} e)
                OR NEW.previous <> COALESCE((SELECT e.digest FROM {_ENTRIES} e ORDER BY e.position DESC LIMIT 1),
                                            '{GENESIS_DIGEST}')
                OR EXISTS (SELECT 1 FROM {table} e WHERE e.id = NEW.id OR e.digest = NEW.digest)""",  # noqa: S608  # names of our own
            f"{_RECORD} A new entry follows the last one without a gap.",
            reads=["pledges_statusupdate", "pledges_factsentry"],
        )
        for name, table in (
            ("pledges_update_next_in_chain", "pledges_statusupdate"),
            ("pledges_facts_next_in_chain", "pledges_factsentry"),
        )
    ),
    ConstraintTrigger(
        "pledges_facts_only_blanked",
        "pledges_factsentry",
        "UPDATE",
        f"""NEW.facts IS NOT NULL OR NEW.facts_salt <> '' OR {_facts_differ}
            OR NOT EXISTS (SELECT 1 FROM pledges_factsentry w
                           WHERE w.kind = 'facts-withdrawal' AND w.subject_type = OLD.subject_type
                             AND w.subject_id = OLD.subject_id AND w.position > OLD.position)""",  # noqa: S608
        f"{_RECORD} Its facts are only blanked, by a legal withdrawal.",
    ),
    ConstraintTrigger("pledges_facts_no_delete", "pledges_factsentry", "DELETE", "", _RECORD),
    ConstraintTrigger(
        "pledges_facts_no_truncate", "pledges_factsentry", "TRUNCATE", "", _RECORD, vendors=("postgresql",)
    ),
    ConstraintTrigger("pledges_text_no_delete", "pledges_entrytext", "DELETE", "", _RECORD),
    ConstraintTrigger(
        "pledges_text_no_truncate", "pledges_entrytext", "TRUNCATE", "", _RECORD, vendors=("postgresql",)
    ),
    ConstraintTrigger(
        "pledges_text_no_replace",
        "pledges_entrytext",
        "INSERT",
        "EXISTS (SELECT 1 FROM pledges_entrytext t WHERE t.update_id = NEW.update_id)",
        _RECORD,
        vendors=("sqlite",),
    ),
    ConstraintTrigger(
        "pledges_text_only_blanked",
        "pledges_entrytext",
        "UPDATE",
        """NEW.update_id <> OLD.update_id
           OR (NEW.headline <> OLD.headline AND NEW.headline <> '')
           OR (NEW.headline_salt <> OLD.headline_salt AND NEW.headline_salt <> '')
           OR (NEW.explanation <> OLD.explanation AND NEW.explanation <> '')
           OR (NEW.explanation_salt <> OLD.explanation_salt AND NEW.explanation_salt <> '')
           OR (NEW.statement IS NOT NULL
               AND (OLD.statement IS NULL OR CAST(NEW.statement AS TEXT) <> CAST(OLD.statement AS TEXT)))
           OR (NEW.statement_salt <> OLD.statement_salt AND NEW.statement_salt <> '')
           OR NOT EXISTS (SELECT 1 FROM pledges_statusupdate w
                          WHERE w.corrects_id = OLD.update_id AND w.kind = 'legal-withdrawal')""",
        f"{_RECORD} Its text is only blanked, by a legal withdrawal.",
        reads=["pledges_statusupdate"],
    ),
    ConstraintTrigger(
        "pledges_update_no_truncate", "pledges_statusupdate", "TRUNCATE", "", _RECORD, vendors=("postgresql",)
    ),
    ConstraintTrigger(
        "pledges_signature_no_replace",
        "pledges_entrysignature",
        "INSERT",
        "EXISTS (SELECT 1 FROM pledges_entrysignature s WHERE s.update_id = NEW.update_id)",
        _SIGNATURE,
        vendors=("sqlite",),
    ),
    *(
        ConstraintTrigger(
            f"pledges_signature_no_{event.lower()}",
            "pledges_entrysignature",
            event,
            "",
            _SIGNATURE,
            vendors=("postgresql",) if event == "TRUNCATE" else ("sqlite", "postgresql"),
        )
        for event in ("UPDATE", "DELETE", "TRUNCATE")
    ),
    ConstraintTrigger("pledges_citation_no_update", "pledges_citation", "UPDATE", "OLD.update_id IS NOT NULL", _CITED),
    ConstraintTrigger("pledges_citation_no_delete", "pledges_citation", "DELETE", "OLD.update_id IS NOT NULL", _CITED),
    ConstraintTrigger(
        "pledges_citation_no_replace",
        "pledges_citation",
        "INSERT",
        """EXISTS (SELECT 1 FROM pledges_citation c WHERE c.update_id IS NOT NULL AND (c.id = NEW.id
             OR (c.update_id = NEW.update_id AND c.passage_id = NEW.passage_id AND c.role = NEW.role)))""",
        _CITED,
        vendors=("sqlite",),
    ),
    ConstraintTrigger(
        "pledges_citation_no_truncate", "pledges_citation", "TRUNCATE", "", _CITED, vendors=("postgresql",)
    ),
    ConstraintTrigger(
        "pledges_passage_cited_words",
        "sources_passage",
        "UPDATE",
        """(NEW.exact <> OLD.exact OR NEW.source_id <> OLD.source_id
             OR (OLD.start IS NOT NULL AND (NEW.start IS NULL OR NEW.start <> OLD.start)))
           AND EXISTS (SELECT 1 FROM pledges_citation c WHERE c.passage_id = OLD.id)""",
        "A passage that a pledge or an entry rests on keeps its words and its place.",
        reads=["pledges_citation"],
    ),
    ConstraintTrigger(
        "pledges_version_no_update",
        "pledges_catalogueversion",
        "UPDATE",
        f"""{_version_differs}
            OR NOT EXISTS (SELECT 1 FROM pledges_factsentry w
                           WHERE w.kind = 'facts-withdrawal' AND w.subject_type = 'earlier-facts'
                             AND w.subject_id = OLD.id)""",  # noqa: S608
        f"{_VERSION} Its facts lose their words only by a legal withdrawal.",
        reads=["pledges_factsentry"],
    ),
    *(
        ConstraintTrigger(
            f"pledges_version_no_{event.lower()}",
            "pledges_catalogueversion",
            event,
            "",
            _VERSION,
            vendors=("postgresql",) if event == "TRUNCATE" else ("sqlite", "postgresql"),
        )
        for event in ("DELETE", "TRUNCATE")
    ),
]

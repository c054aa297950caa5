"""Triggers: the activity log is append-only, each name is one account's, and sign-off takes two people."""

from tracker.core.triggers import ConstraintTrigger

_LOG = "The activity log is append-only: what somebody did is never changed or deleted."

_NAMES = "A name belongs to one account for good: give it in the admin, or at the desk under your own name."
_NO_CLAIM = """NOT EXISTS (SELECT 1 FROM desk_nameclaim c WHERE c.user_id = NEW.id AND c.kind = 'name'
    AND c.text = trim(NEW.first_name || ' ' || NEW.last_name))"""
_DECIDED = "A change that was decided is never changed or deleted."
_SINCE = "pledges_report_contributors"
"""A table that came with the columns that the triggers of sign-off look at: an earlier release has neither."""
_SINCE_WITHDRAWALS = "desk_importedrow"
"""The same for the columns of a withdrawn answer: the table of a migration that comes after them."""
_ANSWER = "A public answer to a report is never changed or deleted. It is only withdrawn for legal reasons."
_SECOND = "Whoever contributed to it cannot be the second person who signs it off."
_QUESTION = "A question becomes public, and changes once it is, by a draft that was signed off, and by nothing else."

_contributed = """({draft}.signed_off_by_id = {draft}.proposer_id
    OR ({draft}.disagreement <> '' AND {draft}.signed_off_by_id = {draft}.disagrees_id)
    OR EXISTS (SELECT 1 FROM desk_draft_contributors c
               WHERE c.draft_id = {draft}.id AND c.user_id = {draft}.signed_off_by_id))"""


def _differs(columns: str) -> str:
    """Return the SQL that asks whether a row would have another value in any of these columns."""
    return " OR ".join(
        f"COALESCE(CAST(NEW.{column} AS TEXT), '') <> COALESCE(CAST(OLD.{column} AS TEXT), '')"
        for column in columns.split()
    )


_public_question_differs = _differs(
    "public_version pledge_id kind of_whom text asked_on outcome answered_on answer_id published_at second_review "
    "withdrawn_at withdrawal_reason"
)
_answer_differs = _differs(
    "page received_at verdict correction_id answered_by published_by published_at signed_off_by_id second_review"
)
_withdrawal_differs = _differs("answer withdrawn_at withdrawn_by withdrawal_reason")
_PUBLIC = (
    ("question", "public_version <> 0", _QUESTION),
    ("report", "published_at IS NOT NULL", _ANSWER),
)
"""What of the correspondence readers see: the table, which rows of it, and what is told to who changes them."""

TRIGGERS = [
    ConstraintTrigger("desk_activity_no_update", "desk_activity", "UPDATE", "", _LOG),
    ConstraintTrigger("desk_activity_no_delete", "desk_activity", "DELETE", "", _LOG),
    ConstraintTrigger(
        "desk_activity_no_replace",
        "desk_activity",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_activity a WHERE a.id = NEW.id)",
        _LOG,
        vendors=("sqlite",),
    ),
    ConstraintTrigger("desk_activity_no_truncate", "desk_activity", "TRUNCATE", "", _LOG, vendors=("postgresql",)),
    ConstraintTrigger("desk_nameclaim_no_update", "desk_nameclaim", "UPDATE", "", _NAMES),
    ConstraintTrigger("desk_nameclaim_no_delete", "desk_nameclaim", "DELETE", "", _NAMES),
    ConstraintTrigger("desk_nameclaim_no_truncate", "desk_nameclaim", "TRUNCATE", "", _NAMES, vendors=("postgresql",)),
    ConstraintTrigger(
        "desk_nameclaim_no_replace",
        "desk_nameclaim",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_nameclaim c WHERE c.id = NEW.id OR (c.kind = NEW.kind AND c.text = NEW.text))",
        _NAMES,
        vendors=("sqlite",),
    ),
    ConstraintTrigger(
        "desk_account_made_with_its_own_name",
        "auth_user",
        "INSERT",
        f"(NEW.first_name <> '' OR NEW.last_name <> '') AND {_NO_CLAIM}",
        _NAMES,
        reads=["desk_nameclaim"],
    ),
    ConstraintTrigger(
        "desk_account_named_by_its_own_name",
        "auth_user",
        "UPDATE",
        "(NEW.first_name <> OLD.first_name OR NEW.last_name <> OLD.last_name)"
        f" AND (NEW.first_name <> '' OR NEW.last_name <> '') AND {_NO_CLAIM}",
        _NAMES,
        reads=["desk_nameclaim"],
    ),
    *(
        ConstraintTrigger(
            f"desk_pendingchange_no_{event.lower()}", "desk_pendingchange", event, "OLD.state <> 'waiting'", _DECIDED
        )
        for event in ("UPDATE", "DELETE")
    ),
    ConstraintTrigger(
        "desk_draft_second_person",
        "desk_draft",
        "UPDATE",
        f"""NEW.stage = 'published' AND OLD.stage <> 'published' AND {_contributed.format(draft="NEW")}
            AND EXISTS (SELECT 1 FROM pledges_statusupdate u WHERE u.id = NEW.published_as_id AND u.second_review)""",
        _SECOND,
        reads=["desk_draft_contributors", "pledges_statusupdate", _SINCE],
    ),
    ConstraintTrigger(
        "desk_draft_scheduled_is_fixed",
        "desk_draft",
        "UPDATE",
        """NEW.stage = 'scheduled' AND OLD.stage = 'scheduled'
           AND (NEW.version <> OLD.version OR NEW.signed_off_digest <> OLD.signed_off_digest
                OR NEW.signed_off_by_id <> OLD.signed_off_by_id OR NEW.disagreement <> OLD.disagreement)""",
        "A scheduled draft that changes is taken off the schedule: what was signed off is published, or nothing.",
        reads=[_SINCE],
    ),
    *(
        ConstraintTrigger(
            f"desk_evidence_fixed_{event.lower()}",
            "desk_draftevidence",
            event,
            f"""EXISTS (SELECT 1 FROM desk_draft d WHERE d.id = {row}.draft_id
                        AND d.stage IN ('submitted', 'scheduled', 'published'))""",
            "The evidence of a draft that was submitted stays as it is.",
            reads=["desk_draft", _SINCE],
        )
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    *(
        ConstraintTrigger(
            f"desk_{name}_not_born_public",
            f"pledges_{name}",
            "INSERT",
            f"NEW.{public} OR EXISTS (SELECT 1 FROM pledges_{name} r WHERE r.id = NEW.id AND r.{public})",
            message,
            reads=[_SINCE],
        )
        for name, public, message in _PUBLIC
    ),
    *(
        ConstraintTrigger(
            f"desk_{name}_public_not_deleted", f"pledges_{name}", "DELETE", f"OLD.{public}", message, reads=[_SINCE]
        )
        for name, public, message in _PUBLIC
    ),
    *(
        ConstraintTrigger(
            f"desk_{name}_no_truncate",
            f"pledges_{name}",
            "TRUNCATE",
            "",
            message,
            vendors=("postgresql",),
            reads=[_SINCE],
        )
        for name, _, message in _PUBLIC
    ),
    ConstraintTrigger(
        "desk_question_changes_by_sign_off",
        "pledges_question",
        "UPDATE",
        f"""NEW.public_version < OLD.public_version
            OR (NEW.public_version <> 0 AND ({_public_question_differs})
                AND (NEW.public_version = OLD.public_version OR NOT EXISTS (
                    SELECT 1 FROM desk_draft d
                    WHERE d.question_id = NEW.id AND d.question_version = NEW.public_version
                      AND d.stage = 'published' AND NOT (NEW.second_review AND {_contributed.format(draft="d")}))))""",
        _QUESTION,
        reads=["desk_draft", "desk_draft_contributors", _SINCE],
    ),
    ConstraintTrigger(
        "desk_report_second_person",
        "pledges_report",
        "UPDATE",
        """NEW.published_at IS NOT NULL AND OLD.published_at IS NULL AND NEW.second_review
           AND EXISTS (SELECT 1 FROM pledges_report_contributors c
                       WHERE c.report_id = NEW.id AND c.user_id = NEW.signed_off_by_id)""",
        _SECOND,
        reads=[_SINCE],
    ),
    ConstraintTrigger(
        "desk_report_public_is_only_withdrawn",
        "pledges_report",
        "UPDATE",
        f"""OLD.published_at IS NOT NULL
            AND ({_answer_differs}
                 OR (({_withdrawal_differs}) AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL)))""",
        _ANSWER,
        reads=[_SINCE, _SINCE_WITHDRAWALS],
    ),
]

"""Triggers that keep the desk's activity log append-only, and each name with one account."""

from tracker.core.triggers import ConstraintTrigger

_LOG = "The activity log is append-only: what somebody did is never changed or deleted."

_NAMES = "A name belongs to one account for good: give it in the admin, or at the desk under your own name."
_NO_CLAIM = """NOT EXISTS (SELECT 1 FROM desk_nameclaim c WHERE c.user_id = NEW.id AND c.kind = 'name'
    AND c.text = trim(NEW.first_name || ' ' || NEW.last_name))"""
_DECIDED = "A change that was decided is never changed or deleted."

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
]

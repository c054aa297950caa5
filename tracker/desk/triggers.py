"""Triggers that keep the desk's activity log append-only."""

from tracker.core.triggers import ConstraintTrigger

_LOG = "The activity log is append-only: what somebody did is never changed or deleted."

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
]

"""Triggers that keep the desk's activity log append-only."""

from tracker.core.triggers import Guard

_LOG = "The activity log is append-only: what somebody did is never changed or deleted."

GUARDS = [
    Guard("desk_activity_no_update", "desk_activity", "UPDATE", "", _LOG),
    Guard("desk_activity_no_delete", "desk_activity", "DELETE", "", _LOG),
    Guard(
        "desk_activity_no_replace",
        "desk_activity",
        "INSERT",
        "EXISTS (SELECT 1 FROM desk_activity a WHERE a.id = NEW.id)",
        _LOG,
        vendors=("sqlite",),
    ),
    Guard("desk_activity_no_truncate", "desk_activity", "TRUNCATE", "", _LOG, vendors=("postgresql",)),
]

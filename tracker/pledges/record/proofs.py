"""Proofs that a reader keeps: that an entry is in the record, and that a later record begins with an earlier one.

docs/record-format.md has their form.
"""

import base64
from typing import Any

from tracker.pledges.models import RecordEntry
from tracker.pledges.record import checkpoints
from tracker.pledges.record.export import exported
from tracker.pledges.record.tree import consistency_proof, inclusion_proof, tree_size

PROOF_FORMAT = "pledge-record-proof/1"


def entry_proof(position: int) -> dict[str, Any] | None:
    """Return an entry as the download has it, with the proof that the log of today has it; None where it has not.

    The proof is text in the form of C2SP tlog-proof. Four queries.
    """
    size = tree_size()
    if not 0 < position <= size:
        return None
    [entry] = exported(RecordEntry.objects.filter(position=position))
    root, path = inclusion_proof(position, size)
    lines = ["c2sp.org/tlog-proof@v1", f"index {position - 1}", *map(_written, path), ""]
    return {
        "format": PROOF_FORMAT,
        "entry": entry,
        "proof": "\n".join(lines) + "\n" + checkpoints.log_checkpoint(size, root),
        "verifier_key": checkpoints.log_verifier_key(),
    }


def growth_proof(old: int, new: int) -> dict[str, Any] | None:
    """Return the proof that the log of ``new`` entries begins with that of ``old``; None where there are no such two.

    Two queries.
    """
    if not 0 < old <= new <= tree_size():
        return None
    old_root, new_root, path = consistency_proof(old, new)
    return {
        "old": checkpoints.log_checkpoint(old, old_root),
        "new": checkpoints.log_checkpoint(new, new_root),
        "hashes": [_written(hashed) for hashed in path],
    }


def _written(hashed: bytes) -> str:
    return base64.b64encode(hashed).decode()

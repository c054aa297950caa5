"""Proofs that a reader keeps: that an entry is in the record, and that a later record begins with an earlier one.

docs/record-format.md has their form.
"""

from typing import Any

from tracker.pledges.record import checkpoints
from tracker.pledges.record.checkpoints import encode_hash
from tracker.pledges.record.export import exported_entry
from tracker.pledges.record.merkle import inclusion_root, leaf_hash
from tracker.pledges.record.tree import TreeError, consistency_proof, inclusion_proof, tree_size
from tracker.pledges.witness.cosignatures import cosigned_size, with_cosignatures

PROOF_FORMAT = "pledge-record-proof/1"


def entry_proof(position: int) -> dict[str, Any] | None:
    """Return an entry as the download has it, with the proof that the log of today has it; None where it has not.

    The proof is text in the form of C2SP tlog-proof. The log is that of the last head that a witness cosigned, where
    that has the entry. Five queries, one more for an entry of facts, and one where a witness cosigned.
    """
    size = tree_size()
    if not 0 < position <= size:
        return None
    cosigned = cosigned_size(first=position, last=size)
    size = cosigned or size
    entry = exported_entry(position)
    root, path = inclusion_proof(position, size)
    if entry is None or inclusion_root(position - 1, size, leaf_hash(bytes.fromhex(entry["digest"])), path) != root:
        raise TreeError(f"The tree does not have entry {position} as the record has it: run rebuild_tree.")
    head = signed_head(size, root) if cosigned else checkpoints.log_checkpoint(size, root)
    lines = ["c2sp.org/tlog-proof@v1", f"index {position - 1}", *map(encode_hash, path), ""]
    return {
        "format": PROOF_FORMAT,
        "entry": entry,
        "proof": "\n".join(lines) + "\n" + head,
        "verifier_key": checkpoints.log_verifier_key(),
    }


def growth_proof(old: int, new: int) -> dict[str, Any] | None:
    """Return the proof that the log of ``new`` entries begins with that of ``old``; None where there are no such two.

    Five queries.
    """
    if not 0 < old <= new <= tree_size():
        return None
    old_root, new_root, path = consistency_proof(old, new)
    return {
        "old": signed_head(old, old_root),
        "new": signed_head(new, new_root),
        "hashes": [encode_hash(hashed) for hashed in path],
    }


def signed_head(size: int, root: bytes) -> str:
    """Return the head of the log of a size, with the cosignatures that it has by now. One query."""
    return with_cosignatures(checkpoints.log_checkpoint(size, root), size, root)

"""The hashes of a Merkle tree and of its proofs: RFC 9162, section 2.1, with SHA-256. No database is read here.

A range of leaves is a pair: the index of the first, from 0, and the index after the last.
"""

import hashlib
from collections.abc import Iterator

Range = tuple[int, int]

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without a leaf."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others, 32 bytes."""
    return node_over(left + right)


def node_over(both: bytes) -> bytes:
    """Return the same over two hashes side by side."""
    return hashlib.sha256(b"\x01" + both).digest()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove that a leaf is in a tree of a size, from the leaf’s neighbour upwards.

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    ranges: list[Range] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _left_width(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def inclusion_root(index: int, size: int, hashed: bytes, path: list[bytes]) -> bytes:
    """Return the root that the hash of a leaf and a proof of inclusion lead to.

    Raises ValueError where the tree has no such leaf, or the proof has another length.
    """
    for (begin, _), beside in zip(inclusion_ranges(index, size), path, strict=True):
        hashed = node_hash(hashed, beside) if index < begin else node_hash(beside, hashed)
    return hashed


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the tree of size ``new`` begins with that of size ``old``.

    None where both are one tree, or the old one is empty. Raises ValueError where the old one is the larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves does not begin with one of {old}.")
    if old == 0:
        return []
    ranges: list[Range] = []
    begin, end = 0, new
    while old != end:
        middle = begin + _left_width(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    if begin:
        ranges.append((begin, end))
    return ranges[::-1]


def consistent_roots(old: int, new: int, old_root: bytes, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return the roots of both trees that a proof of consistency leads to; None where it leads nowhere.

    RFC 9162, section 2.1.4.2. A proof holds where both are the roots that are known.
    """
    if not 0 < old < new:
        return (old_root, old_root) if 0 < old == new and not path else None
    hashes = path if old & (old - 1) else [old_root, *path]
    if not hashes:
        return None
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = hashes[0]
    for hashed in hashes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            first, second = node_hash(hashed, first), node_hash(hashed, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, hashed)
        place, last = place >> 1, last >> 1
    return (first, second) if last == 0 else None


def complete_subtrees(leaves: Range) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees of a range that a proof names, the largest first.

    Each is a height (0: a leaf) and its index among the subtrees of that height.
    """
    begin, end = leaves
    while begin < end:
        height = (end - begin).bit_length() - 1
        yield height, begin >> height
        begin += 1 << height


def fold_right(hashes: list[bytes]) -> bytes:
    """Return the hash over complete subtrees side by side, the largest first."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def complete_hash(hashes: list[bytes]) -> bytes:
    """Return the hash over a number of subtrees of one height that is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def _left_width(width: int) -> int:
    """Return how many leaves are on the left of a tree: the largest power of two below its width."""
    return 1 << (width - 1).bit_length() - 1

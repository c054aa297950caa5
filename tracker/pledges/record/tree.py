"""The Merkle tree over the entries of the record, kept as the tiles that C2SP tlog-tiles serves.

The leaf with index n is the digest of entry n + 1, as 32 bytes. A tile holds up to 256 hashes side by side:
of leaves at level 0, of full tiles of the level below above that (https://c2sp.org/tlog-tiles). They follow from the
record. An entry changes one of them, and one more where that is full: what it costs does not grow.
"""

import functools
import operator
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from tracker.core.keyset import Key, in_chunks
from tracker.pledges.compiled_query import Parameter, compiled_objects, compiled_rows
from tracker.pledges.models import RecordTile
from tracker.pledges.record.links import digests, digests_at, digests_between, last_link
from tracker.pledges.record.lock import record_lock
from tracker.pledges.record.merkle import (
    EMPTY_ROOT,
    Range,
    complete_hash,
    complete_subtrees,
    consistency_ranges,
    fold_right,
    inclusion_ranges,
    inclusion_root,
    leaf_hash,
    node_over,
)

TILE_WIDTH = 256
HASH_BYTES = 32
_PAIR = 2 * HASH_BYTES
_TILE_BITS = 8
_CHUNK = 2_000


class TreeError(Exception):
    """The tree of the record is not what follows from the record."""


def extend_tree() -> None:
    """Put the entries into the tree that it does not have yet. Called with each entry, within its transaction.

    Raises ValidationError where the tree is not whole: then ``rebuild_tree`` makes it anew.
    """
    tiles = compiled_objects("edge of the tree", lambda: RecordTile.objects.filter(level=0).order_by("-number")[:1])
    edge = _Edge(tiles[0] if tiles else None)
    for digest in digests(after=edge.size):
        edge.append(bytes.fromhex(digest))
    edge.save()


@record_lock()
def rebuild_tree() -> None:
    """Make all tiles anew from the record."""
    with transaction.atomic():
        RecordTile.objects.all().delete()
        extend_tree()


class _Edge:
    """The last tile of each level that is not full, read when it is needed."""

    def __init__(self, last: RecordTile | None) -> None:
        self.size = last.number * TILE_WIDTH + last.width if last else 0
        self._open: dict[int, RecordTile] = {0: last} if last and last.width < TILE_WIDTH else {}

    def append(self, leaf: bytes) -> None:
        """Add the digest of an entry (32 bytes); tiles that are full with it are written."""
        hashed, index, level = leaf_hash(leaf), self.size, 0
        self.size += 1
        while True:
            tile = self._tile(level, index)
            tile.hashes = bytes(tile.hashes) + hashed
            if tile.width < TILE_WIDTH:
                return
            self._open.pop(level).save()
            hashed, index, level = complete_hash(_cut(bytes(tile.hashes))), tile.number, level + 1

    def save(self) -> None:
        """Write the tiles that are not full."""
        for tile in self._open.values():
            tile.save()

    def _tile(self, level: int, index: int) -> RecordTile:
        number, place = divmod(index, TILE_WIDTH)
        if level not in self._open:
            self._open[level] = (
                RecordTile.objects.filter(level=level, number=number).first()
                or RecordTile(level=level, number=number, hashes=b"")
            )  # fmt: skip
        if self._open[level].width != place:
            raise ValidationError(
                "Nothing was published: the tree of the record is not whole. Operator: run `manage.py rebuild_tree`, "
                "then publish again."
            )
        return self._open[level]


def tree_size() -> int:
    """Return how many entries the tree has: all, but for those that a release before the tree appended. One query."""

    def last_tile() -> QuerySet[RecordTile, Any]:
        tiles = RecordTile.objects.filter(level=0).order_by("-number")
        return tiles.values_list("number", Length("hashes"))[:1]

    for number, length in compiled_rows("last tile", last_tile):
        return int(number) * TILE_WIDTH + int(length) // HASH_BYTES
    return 0


def tree_root(size: int) -> bytes:
    """Return the root of the tree of the first ``size`` entries. Two queries.

    Raises TreeError where the tree does not end with that entry: what has this root is signed.
    """
    return _roots_and_hashes([size])[0][0]


def inclusion_proof(position: int, size: int) -> tuple[bytes, list[bytes]]:
    """Return the root of the first ``size`` entries, and the hashes that prove that an entry is among them.

    Two queries. Raises ValueError where it is not among them, TreeError as ``tree_root`` does.
    """
    (root,), path = _roots_and_hashes([size], inclusion_ranges(position - 1, size))
    return root, path


def consistency_proof(old: int, new: int) -> tuple[bytes, bytes, list[bytes]]:
    """Return the roots of the first ``old`` and ``new`` entries, and the hashes that prove that the second tree has
    the first in it.

    Two queries. Raises ValueError where the old one is the larger, TreeError as ``tree_root`` does.
    """
    (old_root, new_root), path = _roots_and_hashes([old, new], consistency_ranges(old, new))
    return old_root, new_root, path


def _roots_and_hashes(sizes: Sequence[int], ranges: Sequence[Range] = ()) -> tuple[list[bytes], list[bytes]]:
    """Return the roots of trees of these sizes, and the hashes of ranges of leaves.

    Raises TreeError where a tree does not end with the entry that the record has at that position, or at none: then it
    is longer than the record.
    """
    paths = [inclusion_ranges(size - 1, size) if size else [] for size in sizes]
    hashes = _hashes_of([*((0, size) for size in sizes), *chain.from_iterable(paths), *ranges])
    roots, rest = hashes[: len(sizes)], iter(hashes[len(sizes) :])
    digests_by_position = digests_at([size for size in sizes if size])
    for size, root, path in zip(sizes, roots, paths, strict=True):
        beside = list(islice(rest, len(path)))
        digest = digests_by_position.get(size, "")
        if size and (not digest or inclusion_root(size - 1, size, leaf_hash(bytes.fromhex(digest)), beside) != root):
            raise TreeError(f"The tree does not have entry {size} as the record has it: run rebuild_tree.")
    return roots, list(rest)


def read_tile(level: int, number: int, width: int = TILE_WIDTH) -> bytes | None:
    """Return the first ``width`` hashes of a tile; None where it has not as many."""
    hashes = _read_tiles([(level, number)]).get((level, number), b"")
    return hashes[: width * HASH_BYTES] if len(hashes) >= width * HASH_BYTES else None


def read_leaves(number: int, width: int = TILE_WIDTH) -> list[bytes] | None:
    """Return the first ``width`` leaves that a tile of level 0 has the hashes of; None where it has not as many."""
    first = number * TILE_WIDTH + 1
    leaves = [bytes.fromhex(digest) for digest in digests_between(first, first + width - 1)]
    return leaves if len(leaves) == width else None


def _hashes_of(ranges: Sequence[Range]) -> list[bytes]:
    """Return the hash of each range of leaves. Raises TreeError where the tree has not as many."""
    subtrees = [list(complete_subtrees(leaves)) for leaves in ranges]
    wanted = {_place_of(*subtree)[:2] for each in subtrees for subtree in each}
    if not wanted:
        return [EMPTY_ROOT for _ in ranges]
    nodes = {place: _nodes_of(hashes) for place, hashes in _read_tiles(sorted(wanted)).items()}
    return [fold_right([_subtree_hash(nodes, *subtree) for subtree in each]) for each in subtrees]


def _read_tiles(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return the hashes of tiles, by level and number; those that are not there are left out. One query."""

    def tiles() -> QuerySet[RecordTile, Any]:
        each = (Q(level=Parameter(f"level{n}"), number=Parameter(f"number{n}")) for n in range(len(wanted)))
        return RecordTile.objects.filter(functools.reduce(operator.or_, each)).values_list("level", "number", "hashes")

    levels = {f"level{n}": level for n, (level, _) in enumerate(wanted)}
    numbers = {f"number{n}": number for n, (_, number) in enumerate(wanted)}
    rows = compiled_rows(("tiles", len(wanted)), tiles, **levels, **numbers)
    return {(level, number): bytes(hashes) for level, number, hashes in rows}


def _place_of(height: int, index: int) -> tuple[int, int, int, int]:
    """Return where the hash of a complete subtree is: level and number of the tile, height in it, place."""
    level, inside = divmod(height, _TILE_BITS)
    number, place = divmod(index << inside, TILE_WIDTH)
    return level, number, inside, place >> inside


def _subtree_hash(nodes: dict[tuple[int, int], list[bytes]], height: int, index: int) -> bytes:
    level, number, inside, place = _place_of(height, index)
    row = nodes.get((level, number), [b""])
    hashed = row[inside][place * HASH_BYTES : (place + 1) * HASH_BYTES] if inside < len(row) else b""
    if len(hashed) != HASH_BYTES:
        raise TreeError(f"The tree has no whole tile {level}/{number}: run rebuild_tree.")
    return hashed


@functools.lru_cache(maxsize=64)
def _nodes_of(hashes: bytes) -> list[bytes]:
    """Return the hashes of all complete subtrees in a tile, by height, side by side.

    Those of the upper levels and of the end of the record are in every proof. They are kept by what they follow from.
    """
    nodes = [hashes]
    while len(hashes) >= _PAIR:
        hashes = b"".join(map(node_over, _cut(hashes[: len(hashes) // _PAIR * _PAIR], _PAIR)))
        nodes.append(hashes)
    return nodes


def first_difference() -> str:
    """Return what is wrong with the first tile that is not what follows from the record; empty where all are.

    What is published meanwhile is left out. Each read is short.
    """
    with record_lock():
        last = last_link()
        size = last.position if last else 0
        number_kept = RecordTile.objects.count()
        # Full tiles of leaves never change.
        changing = RecordTile.objects.filter(Q(level__gt=0) | Q(level=0, number__gte=size // TILE_WIDTH))
        stored = {(tile.level, tile.number): bytes(tile.hashes) for tile in changing}
    full = RecordTile.objects.filter(level=0, number__lt=size // TILE_WIDTH)
    leaves_first = (tile for chunk in in_chunks(full, [Key("number", holds=int)], size=50) for tile in chunk)
    number_of_tiles = 0
    for level, number, hashes in tiles_over(_digests(size)):
        number_of_tiles += 1
        if level == 0 and number < size // TILE_WIDTH:
            tile = next(leaves_first, None)
            stored_hashes = bytes(tile.hashes) if tile and tile.number == number else None
        else:
            stored_hashes = stored.get((level, number))
        if stored_hashes != hashes:
            return f"tile {level}/{number} is another than the record has"
    return "it has tiles that the record does not have" if number_kept != number_of_tiles else ""


def _digests(last: int) -> Iterator[bytes]:
    """Yield the digest of each entry up to a position, so many in each read."""
    for first in range(1, last + 1, _CHUNK):
        yield from map(bytes.fromhex, digests_between(first, min(first + _CHUNK - 1, last)))


def tiles_over(leaves: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Yield the tiles of a tree, each once it is full, at the end those that are not: level, number, hashes."""
    numbers, levels = [0], [bytearray()]
    for leaf in leaves:
        hashed, level = leaf_hash(leaf), 0
        while True:
            levels[level] += hashed
            if len(levels[level]) < TILE_WIDTH * HASH_BYTES:
                break
            full = bytes(levels[level])
            yield level, numbers[level], full
            numbers[level] += 1
            levels[level].clear()
            hashed, level = complete_hash(_cut(full)), level + 1
            if level == len(levels):
                numbers.append(0)
                levels.append(bytearray())
    yield from ((level, numbers[level], bytes(hashes)) for level, hashes in enumerate(levels) if hashes)


def _cut(hashes: bytes, length: int = HASH_BYTES) -> list[bytes]:
    return [hashes[place : place + length] for place in range(0, len(hashes), length)]

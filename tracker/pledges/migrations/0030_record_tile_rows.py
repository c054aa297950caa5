"""Fill the Merkle tree over the record from the entries that are there."""

import hashlib

from django.db import migrations

WIDTH, BYTES = 256, 32


def node_over(hashes):
    """The hash over 256 hashes side by side (RFC 9162, section 2.1)."""
    row = [hashes[place : place + BYTES] for place in range(0, len(hashes), BYTES)]
    while len(row) > 1:
        row = [hashlib.sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def fill(apps, schema_editor):
    Entry, Tile = apps.get_model("pledges", "RecordEntry"), apps.get_model("pledges", "RecordTile")
    numbers, levels, chunk = [0], [bytearray()], []
    digests = Entry.objects.order_by("position").values_list("digest", flat=True)
    for digest in digests.iterator(chunk_size=2000):
        node, level = hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest(), 0
        while True:
            levels[level] += node
            if len(levels[level]) < WIDTH * BYTES:
                break
            full = bytes(levels[level])
            chunk.append(Tile(level=level, number=numbers[level], hashes=full))
            numbers[level] += 1
            levels[level].clear()
            node, level = node_over(full), level + 1
            if level == len(levels):
                numbers.append(0)
                levels.append(bytearray())
        if len(chunk) >= 100:
            Tile.objects.bulk_create(chunk)
            chunk.clear()
    chunk += [Tile(level=at, number=numbers[at], hashes=bytes(row)) for at, row in enumerate(levels) if row]
    Tile.objects.bulk_create(chunk)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0029_record_tiles")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]

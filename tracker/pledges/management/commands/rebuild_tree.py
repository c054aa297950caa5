"""Make the Merkle tree over the record anew: for a tree that verify_record found wrong."""

from typing import Any

from django.core.management.base import BaseCommand

from tracker.pledges.record.tree import rebuild_tree


class Command(BaseCommand):
    """manage.py rebuild_tree."""

    help = "Make the kept hashes of the Merkle tree over the record anew. The record itself is not changed."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild_tree()
        self.stdout.write("The tree was made anew.")

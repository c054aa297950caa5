"""Witnesses: others cosign the head of this record, and this installation cosigns those of others (decision 25)."""

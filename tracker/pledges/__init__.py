"""Pledges, what they are based on, and the record of what has happened since. Knows sources."""

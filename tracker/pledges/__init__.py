"""Pledges, what they rest on, and the record of what has happened since. Knows sources."""

"""Format 2 of the record: what readers see beside the entries about pledges, each fact of it an entry."""

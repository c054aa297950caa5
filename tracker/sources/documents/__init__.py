"""The text of documents that are brought in: fetched, read in a sandbox, described."""

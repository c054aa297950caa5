"""Find the sentences of a document in which a pledge may be made. Plain Python, no database."""

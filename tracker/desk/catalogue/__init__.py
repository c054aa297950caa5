"""The catalogue around the record: sources, reviews, bodies, themes and conflicts, and how their facts are changed."""

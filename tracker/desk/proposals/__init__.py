"""The proposals of a source (Candidate) as a table: what is filled in for all of them, and which draft comes next."""

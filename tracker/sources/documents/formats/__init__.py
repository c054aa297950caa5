"""One module a file format: each turns bytes into an Extract. Imported only when a document of its kind comes."""

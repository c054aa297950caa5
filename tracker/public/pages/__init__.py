"""What pages show: one class or builder for each, asked by its view, read by its template."""

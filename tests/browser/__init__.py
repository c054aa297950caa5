"""What a person does, in a real browser, against the real server with its own database."""

"""What a second person signs off: what would be public, who may not sign it off, and what a form showed."""

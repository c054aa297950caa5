"""What a person may choose of how pages look, made safe: a colour, a picture."""

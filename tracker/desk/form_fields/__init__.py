"""Fields of the desk’s forms that are more than one box."""

"""Lists in which the desk finds what it works on: each state of the filters is an address."""

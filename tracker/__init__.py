"""The policy-commitment tracker: a Django project. docs/architecture.md has its packages and their order."""

__version__ = "0.2.0"

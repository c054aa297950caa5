"""What is answered while the database is away."""

from tracker.web.outage.gate import DatabaseGate, outdated_response

__all__ = ["DatabaseGate", "outdated_response"]

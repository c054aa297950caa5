"""Email subscriptions: what was published, to those who asked for it. Knows pledges and sources."""

"""The pages that readers see. Knows pledges and sources."""

"""The desk: drafts, evidence, sign-off, holds, the chase, people. Knows pledges and sources, never public pages."""

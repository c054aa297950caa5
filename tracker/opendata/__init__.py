"""Open data: downloads, API, feeds, calendar, embeds, the site as plain files. Knows pledges and sources."""

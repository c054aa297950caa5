"""Set up a tracker in a browser: the first account, the site, the first review, people, the first source."""

"""Who is told of what happens at the desk: in the queue, by email, in a feed of one's own, and in a calendar."""

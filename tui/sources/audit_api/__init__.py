"""The audit log over Canvas's REST API: queries, the client, the walk, the schedule."""

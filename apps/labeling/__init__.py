"""How a sample gets its answers: team tasks, assignments, submissions, review."""

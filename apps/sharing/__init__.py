"""Opening one thing to somebody: a data set, team, team task or job shared with a user or a group."""

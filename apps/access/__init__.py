"""Who may do what: actions, object grants, and the one door `authorize`."""

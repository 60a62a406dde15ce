"""The people of a tenant with their rights: users, groups, policies."""

"""Every read of this app: users, groups, policies, and what rights come to.

Whoever may list users, groups or policies sees all of the tenant: these rows are not shared one by one.
"""

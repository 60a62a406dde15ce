"""Which customer a row belongs to: tenant, project, bucket, user, and the actor of a request."""

"""Django's PostgreSQL, with a wall between tenants that the database itself keeps."""

"""The first page: where a tenant stands, and what to do next."""

"""Acting for a tenant: agencies that it gave, and visits of the platform's operators."""

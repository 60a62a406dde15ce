"""The policy language: documents, their conditions, and what they decide (pure)."""

"""The wire contract: parse, call, answer."""

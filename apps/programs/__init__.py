"""How programs come in: access keys, personal tokens, Keystone tokens."""

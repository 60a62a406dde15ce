"""How people and programs come in: sign-in, sign-out, tokens, a person's own settings."""

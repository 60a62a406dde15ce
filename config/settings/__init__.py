"""Settings by purpose: `base` reads the environment, `prod` demands what production needs, `test` is fast."""

"""Telling people outside: an outbox of e-mails."""

"""Telling open pages what changed."""

"""Long work, run once, with progress, log and stop."""

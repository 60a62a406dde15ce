"""What the jobs of this app do."""

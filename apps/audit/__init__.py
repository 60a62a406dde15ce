"""What happened, unalterably."""

"""What people see and do on each page, so that a journey reads as a story."""

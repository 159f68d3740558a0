"""What came in, and assertions about it."""

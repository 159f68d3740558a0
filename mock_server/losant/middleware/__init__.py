"""What surrounds every request to the mocked API."""

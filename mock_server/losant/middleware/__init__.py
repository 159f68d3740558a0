"""ASGI middleware of the mocked API."""

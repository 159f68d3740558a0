"""ASGI code that the mocked API and the control plane share."""

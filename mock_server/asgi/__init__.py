"""What the mocked API and the control plane share of ASGI."""

"""Worlds: the state of the server and its sandboxes."""

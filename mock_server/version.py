"""Versions of the package and of what it mocks."""

__version__ = "0.1.0"

API_VERSION = "1.31.0"
"""The version of the real API whose behaviour is reproduced."""

"""The journal of requests, and assertions about it."""

"""Copies a live application's users and groups, with everything personal replaced."""

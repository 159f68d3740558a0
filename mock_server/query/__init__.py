"""Queries as values: what to list, in which order, which page. Pure; knows no store and no HTTP."""

"""Seed files: found, decoded, and checked for their form."""

from mock_server.seeding.files.content import Content, Locate
from mock_server.seeding.files.finding import SUFFIXES, fixture_files, shipped_sets
from mock_server.seeding.files.json_lines import are_lines
from mock_server.seeding.files.reading import (
    Collection,
    Source,
    document_of,
    merged,
    read_content,
    read_inline,
    read_lines_inline,
    read_sources,
)
from mock_server.seeding.files.writing import line, pieces

__all__ = [
    "SUFFIXES",
    "Collection",
    "Content",
    "Locate",
    "Source",
    "are_lines",
    "document_of",
    "fixture_files",
    "line",
    "merged",
    "pieces",
    "read_content",
    "read_inline",
    "read_lines_inline",
    "read_sources",
    "shipped_sets",
]

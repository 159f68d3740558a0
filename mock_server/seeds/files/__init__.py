"""Seed files: found, decoded, and checked for their form."""

from mock_server.seeds.files.content import Content, Locate
from mock_server.seeds.files.finding import fixture_files, shipped_sets
from mock_server.seeds.files.json_lines import are_lines
from mock_server.seeds.files.reading import (
    Collection,
    Source,
    decoded_text,
    document_of,
    merged,
    read_content,
    read_inline,
    read_lines_inline,
    read_sources,
)
from mock_server.seeds.files.writing import line, pieces

__all__ = [
    "Collection",
    "Content",
    "Locate",
    "Source",
    "are_lines",
    "decoded_text",
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

"""Seed files: read, decoded, checked for their form, and written."""

from mock_server.seeds.files.content import Content, Locate, Source
from mock_server.seeds.files.json_lines import are_lines
from mock_server.seeds.files.reading import (
    Collection,
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
    "line",
    "merged",
    "pieces",
    "read_content",
    "read_inline",
    "read_lines_inline",
    "read_sources",
]

"""``make documents``: writes the documents in ``docs/`` that follow from the code."""

from __future__ import annotations

import json

from mock_server import Settings, create_app
from mock_server.jsonio import encode_readably
from mock_server.losant.openapi import describe
from mock_server.seeds.documents import document_schema
from tests.docs.documents import OPENAPI, SEED_FILE_SCHEMA

if __name__ == "__main__":
    openapi = describe(create_app(Settings()).routes)
    OPENAPI.write_text(json.dumps(openapi, indent=2, ensure_ascii=False) + "\n")
    SEED_FILE_SCHEMA.write_bytes(encode_readably(document_schema(), indent=2) + b"\n")

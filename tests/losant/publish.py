"""Writes the OpenAPI document of the mocked API into ``docs/``."""

import json

from mock_server import Settings, create_app
from mock_server.losant.openapi import describe
from tests.losant.test_openapi import PUBLISHED

if __name__ == "__main__":
    document = describe(create_app(Settings()).routes)
    PUBLISHED.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

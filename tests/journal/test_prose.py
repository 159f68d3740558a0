"""Secrets in text that is about something else."""

from __future__ import annotations

import pytest

from mock_server.domain import redaction

SECRET = "S3cr3tValue"


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://example.com/cb?access_token={}">',
        "redirect=https://example.com/cb?access_token={}",
        'note="hello password={}',
        "password: {}",
        "<password>{}</password>",
        "Authorization: Bearer {}",
        "see https://ann:{}@example.com/",
        "p%61ssword={}",
        "a=b&c=d&token={}&e=f",
        '{{"a": "token={}"}}',
    ],
)
def test_secrets_within_text(text: str) -> None:
    """A secret is hidden wherever in a text it stands."""
    assert SECRET not in redaction.text(text.format(SECRET))


@pytest.mark.parametrize(
    "text", ["a basic plan for keys: blue", "filter=email&sort=asc", "https://example.com:8080/x"]
)
def test_harmless_text(text: str) -> None:
    """A text without secrets stays as it is."""
    assert redaction.text(text) == text

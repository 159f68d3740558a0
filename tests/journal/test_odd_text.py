"""Hiding secrets never fails, whatever was sent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import redaction

PIECES = st.sampled_from(
    ['"', "'", "{", "}", "[", "]", ":", "=", "&", "%", "%ED%A0%80", "%00", "\\ud800", "\ud800",
     "token", "password", "eyJ", ".", " ", "?", "bearer ", "://", "@", "\\", "\0", "é", "<", ">"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


@given(TEXTS)
def test_text(text: str) -> None:
    """Any text can be shown, as text and as an address."""
    redaction.text(text).encode(errors="replace")
    redaction.target(text)
    redaction.parameters({text: text})
    redaction.named(text, text)


@given(TEXTS)
def test_bodies(text: str) -> None:
    """Any bytes can be shown as a body."""
    assert isinstance(redaction.body(text.encode(errors="surrogatepass")), bytes)

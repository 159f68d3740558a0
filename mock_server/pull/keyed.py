"""Numbers that follow from a key and a text, and that nobody can tell without the key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count

_ROUNDS = 100_000
_SALT = b"losant-mock-server pull"
_DIGEST_BYTES = 64


class Key:
    """A secret that everything anonymous follows from: the same one, the same results."""

    def __init__(self, secret: str) -> None:
        """Derive the key, which takes some hundredths of a second.

        :param secret: may be one that people think of, so that guessing it is made slow
        """
        content = secret.encode("utf-8", "surrogateescape")
        self._key = hashlib.pbkdf2_hmac("sha256", content, _SALT, _ROUNDS)

    def numbers(self, purpose: str, text: str) -> Iterator[int]:
        """Yield numbers below 2³² without end.

        :param purpose: what they are for, in up to 16 characters; others give other numbers
        """
        for part in count():
            digest = self._digest(purpose, text, part)
            for start in range(0, _DIGEST_BYTES, 4):
                yield int.from_bytes(digest[start : start + 4])

    def large(self, purpose: str, text: str) -> int:
        """Return a number below 2⁵¹²."""
        return int.from_bytes(self._digest(purpose, text, 0))

    def check(self, purpose: str, text: str) -> str:
        """Return 16 hexadecimal digits to tell by whether a text is the same as another."""
        return self._digest(purpose, text, 0)[:8].hex()

    def _digest(self, purpose: str, text: str, part: int) -> bytes:
        return hashlib.blake2b(
            text.encode("utf-8", "surrogatepass"),
            key=self._key,
            salt=part.to_bytes(8),
            person=purpose.encode(),
        ).digest()

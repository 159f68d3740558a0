"""The secret key: random numbers and permutations that only the key can reproduce."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import count

_ITERATIONS = 100_000
_SALT = b"losant-mock-server pull"
_DIGEST_BYTES = 64

_SMALL = 1000
"""The largest number of values for which a permutation is a table."""

_ROUNDS = 4


class Key:
    """The key for anonymising; the same secret always gives the same numbers."""

    def __init__(self, secret: str) -> None:
        """Derive the key from ``secret``.

        This takes some hundredths of a second, so that guessing a weak secret is slow.
        """
        content = secret.encode("utf-8", "surrogateescape")
        self._key = hashlib.pbkdf2_hmac("sha256", content, _SALT, _ITERATIONS)

    def numbers(self, purpose: str, text: str) -> Iterator[int]:
        """Yield endless numbers below 2³² that depend on ``text``.

        :param purpose: what they are used for, in up to 16 characters; each purpose has its own
            numbers
        """
        for part in count():
            digest = self._digest(purpose, text, part)
            for start in range(0, _DIGEST_BYTES, 4):
                yield int.from_bytes(digest[start : start + 4])

    def large(self, purpose: str, text: str) -> int:
        """Return a number below 2⁵¹²."""
        return int.from_bytes(self._digest(purpose, text, 0))

    def check(self, purpose: str, text: str) -> str:
        """Return 16 hexadecimal digits that are the same for the same text only."""
        return self._digest(purpose, text, 0)[:8].hex()

    def _digest(self, purpose: str, text: str, part: int) -> bytes:
        return hashlib.blake2b(
            text.encode("utf-8", "surrogatepass"),
            key=self._key,
            salt=part.to_bytes(8),
            person=purpose.encode(),
        ).digest()


class Permutation:
    """Replaces each number of a range by another number of the range.

    The key puts all numbers of the range in an order; each is replaced by the next in that order.
    So different numbers stay different, and none is replaced by itself. For a small range the order
    is a table; for a larger one a Feistel network computes it.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._table = cache(self._sorted)

    def replaced(self, value: int, sizes: tuple[int, int], domain: str) -> int:
        """Return the replacement of ``value``.

        :param sizes: two numbers whose product is the size of the range
        :param domain: selects the permutation
        """
        size = sizes[0] * sizes[1]
        if size <= _SMALL:
            return self._table(domain, size)[value]
        place = self._rounds(value, sizes, domain, range(_ROUNDS), 1)
        return self._rounds((place + 1) % size, sizes, domain, reversed(range(_ROUNDS)), -1)

    def _sorted(self, domain: str, size: int) -> Sequence[int]:
        order = sorted(range(size), key=lambda value: self._key.large("code", f"{domain} {value}"))
        following = [0] * size
        for position, value in enumerate(order):
            following[value] = order[(position + 1) % size]
        return following

    def _rounds(
        self, value: int, sizes: tuple[int, int], domain: str, turns: Iterable[int], sign: int
    ) -> int:
        """Run the rounds of the Feistel network: a number to its place, or backwards."""
        halves = list(divmod(value, sizes[1]))
        for turn in turns:
            side = turn % 2
            number = self._key.large("code half", f"{domain} {turn} {halves[1 - side]}")
            halves[side] = (halves[side] + sign * number) % sizes[side]
        return halves[0] * sizes[1] + halves[1]

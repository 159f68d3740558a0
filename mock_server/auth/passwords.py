"""Passwords are stored as salted hashes.

The hash is fast on purpose: it protects test data, and a test suite hashes thousands of passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import random

_SALT_BYTES = 8
_DIGEST_BYTES = 16


def hash_password(password: str, generator: random.Random) -> str:
    """Return ``salt:digest``, both in hexadecimal digits."""
    salt = generator.randbytes(_SALT_BYTES)
    return f"{salt.hex()}:{_digest(password, salt)}"


def verify_password(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` is the one that was hashed; nothing matches None."""
    if password_hash is None:
        return False
    salt, digest = password_hash.split(":")
    return hmac.compare_digest(_digest(password, bytes.fromhex(salt)), digest)


def _digest(password: str, salt: bytes) -> str:
    # Unpaired surrogates are legal in JSON strings, so they are in passwords.
    encoded = password.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(encoded, salt=salt, digest_size=_DIGEST_BYTES).hexdigest()

"""The records of a world, in memory, and the indexes that find them quickly."""

from mock_server.store.partition import (
    EmailTaken,
    Membership,
    ParentIsDescendant,
    ParentNotFound,
    UnknownMember,
)
from mock_server.store.store import Store

__all__ = [
    "EmailTaken",
    "Membership",
    "ParentIsDescendant",
    "ParentNotFound",
    "Store",
    "UnknownMember",
]

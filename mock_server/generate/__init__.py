"""Believable experience users, as many as anybody wants, and always the same ones.

The same count, seed, instant and locales give the same crowd on every machine and every version of
Python, as long as Faker, whose lists of names these are, has the same names. A smaller crowd is the
beginning of a larger one: its users are the first users of that one, to the last property.
"""

from mock_server.generate.dates import NEVER_LOGGED_IN_SHARE
from mock_server.generate.emails import DOMAINS
from mock_server.generate.generate import (
    DEFAULT_LOCALES,
    INCOMPLETE_NAME_SHARE,
    Crowd,
    check_locales,
    crowd,
)
from mock_server.generate.groups import NO_GROUP_SHARE
from mock_server.generate.tags import NO_TAGS_SHARE

__all__ = [
    "DEFAULT_LOCALES",
    "DOMAINS",
    "INCOMPLETE_NAME_SHARE",
    "NEVER_LOGGED_IN_SHARE",
    "NO_GROUP_SHARE",
    "NO_TAGS_SHARE",
    "Crowd",
    "check_locales",
    "crowd",
]

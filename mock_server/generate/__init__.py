"""Generated experience users: any number of them, reproducible by seed.

The same count, seed, instant, locales and version of Faker give the same users and groups on every
machine and every version of Python. Only names, and the parts of email addresses that are made from
them, depend on Faker. A smaller result is the beginning of a larger one: its users are the first
users of the larger one, with all their properties.
"""

from mock_server.generate.users import DEFAULT_LOCALES, Generated, check_locales, generate_users

__all__ = ["DEFAULT_LOCALES", "Generated", "check_locales", "generate_users"]

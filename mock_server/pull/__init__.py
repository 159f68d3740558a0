"""A copy of a live application's users and groups, with made-up words in place of the people's."""

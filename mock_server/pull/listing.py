"""All groups or users of a live application, page after page in the order of their ids.

Each page begins after the last id of the one before, so that what comes and goes in between
neither doubles nor hides anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mock_server.domain.ids import is_object_id
from mock_server.pull.live import LiveApi, PullError

PER_PAGE = 1000
"""As many as the API gives at once."""

_PLAIN = {
    "sortField": "id",
    "sortDirection": "asc",
    "_actions": "false",
    "_links": "false",
    "_embedded": "true",
}


@dataclass(frozen=True)
class Page:
    """Some items, and how many there were from the first of them on."""

    items: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class Listing:
    """What the API lists.

    :param path: below that of the application
    :param scope: what a token needs for it
    :param needed: the properties, besides the id, that no item can do without
    """

    path: str
    scope: str
    needed: tuple[str, ...]

    def pages(self, api: LiveApi, after: str | None = None) -> Iterator[Page]:
        """Yield the pages; none is empty, so that there may be none at all.

        :param after: the id to begin after
        :raises PullError: when the API does not answer, or not as it should
        """
        while True:
            query = {} if after is None else {"query": json.dumps({"id": {"$gt": after}})}
            page = self._page(api, {"perPage": str(PER_PAGE), **query})
            if page.items:
                yield page
            if len(page.items) >= page.total:
                return
            after = self._last_id(page, after)

    def at(self, api: LiveApi, position: int) -> dict[str, Any] | None:
        """Return the item at a position, from 0; None if there are not so many."""
        page = self._page(api, {"perPage": "1", "page": str(position)})
        return page.items[0] if page.items else None

    def _page(self, api: LiveApi, parameters: dict[str, str]) -> Page:
        content = api.get(self.path, {**_PLAIN, **parameters}, scope=self.scope)
        items, total = content.get("items"), content.get("totalCount")
        if not isinstance(items, list) or not all(map(self._is_item, items)):
            raise PullError(f"the API answered {self.path} with something else")
        return Page(items, total if isinstance(total, int) else len(items))

    def _is_item(self, item: Any) -> bool:
        return (
            isinstance(item, dict)
            and all(isinstance(item.get(name), str) for name in ("id", *self.needed))
            and is_object_id(item["id"])
        )

    def _last_id(self, page: Page, after: str | None) -> str:
        if not page.items:
            raise PullError(f"the API counts {page.total} more of {self.path}, but lists none")
        ids = [item["id"].lower() for item in page.items]
        if ids != sorted(set(ids)) or (after is not None and ids[0] <= after):
            raise PullError(f"the API does not list {self.path} in the order of their ids")
        return str(ids[-1])


GROUPS = Listing("experience/groups", "experienceGroups.get", ("name",))
USERS = Listing("experience/users", "experienceUsers.get", ("email",))

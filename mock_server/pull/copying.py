"""Copies an application: its groups, then its users page by page, resuming a stopped copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mock_server.domain.progress import Progress, no_progress
from mock_server.pull.anonymiser import Anonymiser, Document
from mock_server.pull.live_api import GROUPS, USERS, Listing, LiveApi
from mock_server.pull.partial import Found, PartialFile

_ASKING = "Asking the API"
_DOING = "Pulling users"


@dataclass
class Summary:
    """What was copied.

    ``left_out`` counts the memberships and parents that were left out because the API did not list
    the group; ``twins`` counts users whose address differs from another's only by case.
    """

    groups: int = 0
    users: int = 0
    left_out: int = 0
    twins: int = 0


class Copying:
    """A copy of one application, from the API to a partial file.

    :param tell: is called with notes for the user
    """

    def __init__(
        self,
        api: LiveApi,
        anonymiser: Anonymiser,
        partial: PartialFile,
        *,
        tell: Callable[[str], object],
        progress: Progress = no_progress,
    ) -> None:
        self._api = api
        self._anonymiser = anonymiser
        self._partial = partial
        self._tell = tell
        self._progress = progress
        self._group_ids: set[str] = set()
        self._summary = Summary()

    def run(self, *, anew: bool = False) -> Summary:
        """Copy what is not copied yet. The partial file is locked until it is closed.

        :param anew: whether to start over
        :raises PullError: when the API does not answer as expected
        :raises OSError: when the partial file can not be read or written
        """
        self._progress(_ASKING, 0, None)
        self._partial.open()
        after = None if anew else self._resumed()
        if after is None:
            self._begin()
        self._users(after)
        self._summary.groups = len(self._group_ids)
        self._summary.twins = self._anonymiser.addresses.twins
        return self._summary

    def _resumed(self) -> str | None:
        """Return the id after which a stopped copy continues; None if there is none."""
        found = self._partial.found()
        if found is None:
            self._tell("the stopped pull had another key, source or --keep; starting over")
            return None
        if not found.users:
            return None
        last = USERS.at(self._api, len(found.users) - 1)
        if last is None or self._anonymiser.id(last["id"]) != found.users[-1].document["id"]:
            self._tell("users were removed since the pull was stopped; starting over")
            return None
        self._take(found)
        self._partial.resume()
        return str(last["id"]).lower()

    def _take(self, found: Found) -> None:
        self._group_ids = found.group_ids
        for user in found.users:
            self._anonymiser.addresses.add(user.document["email"], user.check)
            self._summary.left_out += user.left_out
        self._summary.users = len(found.users)

    def _begin(self) -> None:
        groups: list[Document] = []
        for page in GROUPS.pages(self._api):
            with _expecting(GROUPS):
                groups += map(self._anonymiser.group, page.items)
        self._group_ids = {group["id"] for group in groups}
        ordered, self._summary.left_out = _placed(groups)
        self._partial.begin(ordered)

    def _users(self, after: str | None) -> None:
        for page in USERS.pages(self._api, after):
            total = self._summary.users + page.total
            with _expecting(USERS):
                users = [self._anonymiser.user(item, self._group_ids) for item in page.items]
            self._partial.add(users)
            self._summary.users += len(users)
            self._summary.left_out += sum(user.left_out for user in users)
            self._progress(_DOING, self._summary.users, total)


@contextmanager
def _expecting(listing: Listing) -> Iterator[None]:
    """Raise PullError for an item of an unexpected form, without naming what is in it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise listing.unexpected() from None


def _placed(groups: Sequence[Document]) -> tuple[list[Document], int]:
    """Return the groups in their order, but each after its parent, and how many lost theirs.

    Groups that are moved while they are listed can seem to have no parent or to be their own.
    """
    waiting = {group["id"]: group for group in groups}
    placed: dict[str, Document] = {}
    lost = 0
    for group in groups:
        chain: dict[str, Document] = {}
        above: Document | None = group if group["id"] in waiting else None
        while above is not None:
            chain[above["id"]] = waiting.pop(above["id"])
            parent = above.get("parent")
            if parent is not None and parent not in waiting and parent not in placed:
                del above["parent"]
                lost += 1
            above = waiting.get(above.get("parent", ""))
        placed.update(reversed(chain.items()))
    return list(placed.values()), lost

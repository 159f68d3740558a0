"""The whole way of a copy: groups, then users page by page, from where it was stopped before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mock_server.domain.progress import Progress, no_progress
from mock_server.pull.anonymiser import Anonymiser, Document
from mock_server.pull.listing import GROUPS, USERS, Listing
from mock_server.pull.live import LiveApi, PullError
from mock_server.pull.partial import Found, PartialFile

_ASKING = "Asking the API"
_DOING = "Pulling users"


@dataclass
class Summary:
    """What was copied.

    ``left_out`` counts memberships in groups that the API did not list, and groups' places below
    such; ``twins`` counts users whose address differs from another's only by case.
    """

    groups: int = 0
    users: int = 0
    left_out: int = 0
    twins: int = 0


class Copying:
    """A copy of one application, from the API to a partial file.

    :param tell: is told what a person should know
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
        """Copy what is not copied yet; nobody else can do so meanwhile.

        :param anew: whether to begin again, whatever there is
        :raises PullError: when the API does not answer as it should
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
        """Go on with what there is, and return the id after which; None if there is nothing."""
        found = self._partial.found()
        if found is None:
            self._tell("what was pulled before has another key, source or --keep; starting over")
            return None
        if not found.users:
            return None
        last = USERS.at(self._api, len(found.users) - 1)
        if last is None or self._anonymiser.id(last["id"]) != found.users[-1].document["id"]:
            self._tell("users were removed since the last pull was stopped; starting over")
            return None
        self._take(found)
        self._partial.go_on()
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
            with _as_it_should_be(GROUPS):
                groups += map(self._anonymiser.group, page.items)
        self._group_ids = {group["id"] for group in groups}
        ordered, self._summary.left_out = _placed(groups)
        self._partial.begin(ordered)

    def _users(self, after: str | None) -> None:
        for page in USERS.pages(self._api, after):
            total = self._summary.users + page.total
            with _as_it_should_be(USERS):
                users = [self._anonymiser.user(item, self._group_ids) for item in page.items]
            self._partial.add(users)
            self._summary.users += len(users)
            self._summary.left_out += sum(user.left_out for user in users)
            self._progress(_DOING, self._summary.users, total)


@contextmanager
def _as_it_should_be(listing: Listing) -> Iterator[None]:
    """Tell of items in a form that nobody expects, and nothing of what stands in them."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise PullError(f"the API answered {listing.path} with something else") from None


def _placed(groups: Sequence[Document]) -> tuple[list[Document], int]:
    """Return groups in their order, but each after its parent, and how many lost theirs.

    Whoever moves groups while they are listed can make it look as if one had no parent, or were
    above itself.
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

"""What is there already where a seed falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from mock_server.domain.ids import DEFAULT_APPLICATION_ID
from mock_server.domain.records import Account, Application, ExperienceGroup


@dataclass(frozen=True)
class ExistingApplication:
    """An application of the world, and what it holds as far as documents touch that.

    ``ids`` and ``emails`` (folded) are those that documents give and that are in use; ``user_ids``
    are the ids of users by what documents call them.
    """

    application: Application
    groups: Sequence[ExperienceGroup] = ()
    ids: Set[str] = frozenset()
    emails: Set[str] = frozenset()
    user_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExistingState:
    """A world before anything is added; by default an empty one.

    ``application_id`` is the application that things at the top of a document go to, and
    ``defaults`` tells whether there must be an account and an application in the end.
    """

    accounts: Sequence[Account] = ()
    applications: Mapping[str, ExistingApplication] = field(default_factory=dict)
    application_id: str = DEFAULT_APPLICATION_ID
    defaults: bool = True

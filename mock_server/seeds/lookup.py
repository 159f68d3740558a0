"""Users and groups of a world, found by what documents call them."""

from __future__ import annotations

from mock_server.domain.records import ExperienceUser, GroupDetails
from mock_server.seeds.names import GroupNames, first_of_paths, names_of
from mock_server.store.base import Store


async def find_user(store: Store, application_id: str, wanted: str) -> ExperienceUser | None:
    """Return the user with this id or email address, in whatever case."""
    user = await store.user(application_id, wanted.lower())
    return user or await store.user_by_email(application_id, wanted)


async def find_group(
    store: Store, application_id: str, wanted: str
) -> tuple[GroupDetails | None, str]:
    """Return the group with this id, path or end of a path; or None and why there is none."""
    details = await store.group(application_id, wanted.lower())
    if details is not None:
        return details, ""
    groups = [details.group for details in await store.all_groups(application_id)]
    found, problem = GroupNames(groups).find(wanted)
    return (await store.group(application_id, found.id) if found else None), problem


async def group_names(store: Store, application_id: str) -> dict[str, str]:
    """Return what documents call each group, by id: its path where that finds it, else its id."""
    return names_of(details.group for details in await store.all_groups(application_id))


async def first_by_path(store: Store, application_id: str) -> dict[str, str]:
    """Return the ids of groups by path; where groups share one, that of the first."""
    return first_of_paths(details.group for details in await store.all_groups(application_id))

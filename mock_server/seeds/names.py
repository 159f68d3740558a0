"""How documents refer to groups and users.

A group is referred to by its id, by its path from the root, or by the end of that path, such as the
name alone. Names may contain a ``/`` themselves. A user is referred to by its id or email address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.records import (
    ExperienceGroup,
    ExperienceUser,
    GroupDetails,
    GroupRef,
)
from mock_server.store import Store
from mock_server.text import did_you_mean

_MOST_SUGGESTED = 1000
"""With more groups than this, comparing a name with all of them takes too long."""

_LONGEST_PATH = 32
"""A path of more names is harder to read than an id."""


@dataclass(eq=False)
class Named:
    """A group with what it takes to find it by name."""

    id: str
    name: str
    parent: Named | None = None

    def path(self) -> str:
        """Return the names from the root on; of a cycle of groups, each name once."""
        chain: dict[Named, None] = {}
        group: Named | None = self
        while group is not None and group not in chain:
            chain[group] = None
            group = group.parent
        return "/".join(reversed([one.name for one in chain]))

    def ref(self) -> GroupRef:
        """Return the reference that the records of its members have."""
        return GroupRef(self.id, self.name, self.parent.id if self.parent else None)


class GroupNames:
    """Finds the groups of an application by what documents refer to them by."""

    def __init__(self, groups: Iterable[ExperienceGroup] = ()) -> None:
        self._by_id: dict[str, Named] = {}
        self._by_ending: dict[str, list[Named]] = defaultdict(list)
        self._places = _Places()
        self._found: dict[str, tuple[Named | None, str]] = {}
        present = list(groups)
        for group in present:
            self.add(Named(group.id, group.name))
        for group in present:
            if group.parent_id is not None:
                self.put_below(self._by_id[group.id], self._by_id[group.parent_id])

    def add(self, group: Named) -> None:
        """Add a group, at the top until :meth:`put_below` moves it."""
        self._by_id[group.id] = group
        self._by_ending[_ending(group.name)].append(group)
        self._places.add(group)
        self._found.clear()

    def put_below(self, group: Named, parent: Named) -> None:
        """Move a group below its parent."""
        self._places.remove(group)
        group.parent = parent
        self._places.add(group)
        self._found.clear()

    def find(self, id_or_path: str) -> tuple[Named | None, str]:
        """Return the group; or None and why there is not exactly one."""
        if id_or_path not in self._found:
            self._found[id_or_path] = self._find(id_or_path)
        return self._found[id_or_path]

    def _find(self, id_or_path: str) -> tuple[Named | None, str]:
        group = self._by_id.get(id_or_path.lower())
        if group is not None:
            return group, ""
        at = self._places.at(id_or_path)
        if _is_one(at):
            return at[0], ""
        # Very many groups may have the same name, so this is slower than to follow a whole path.
        paths = [(one, one.path()) for one in self._by_ending.get(_ending(id_or_path), ())]
        for found in (
            [(one, path) for one, path in paths if path == id_or_path],
            [(one, path) for one, path in paths if f"/{path}".endswith(f"/{id_or_path}")],
        ):
            if _is_one([one for one, _ in found]):
                return found[0][0], ""
            if found:
                return None, f'refers to several groups: "{id_or_path}"; write {_choices(found)}'
        return None, f'refers to unknown group "{id_or_path}"{self._suggestion(id_or_path)}'

    def _suggestion(self, name: str) -> str:
        if len(self._by_id) > _MOST_SUGGESTED:
            return ""
        names = (one.name for one in self._by_id.values())
        paths = (one.path() for one in self._by_id.values())
        return did_you_mean(name, [*names, *paths], ignore_case=True, quote='"')


class _Places:
    """Groups by their parent and name."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Named | None, str], dict[Named, None]] = defaultdict(dict)
        self._longest = 0

    def add(self, group: Named) -> None:
        self._groups[group.parent, group.name][group] = None
        self._longest = max(self._longest, len(group.name))

    def remove(self, group: Named) -> None:
        self._groups[group.parent, group.name].pop(group, None)

    def at(self, path: str) -> list[Named]:
        """Return the groups that have this path from the root on."""
        found: list[Named] = []
        above: list[tuple[Named | None, int]] = [(None, 0)]
        while above:
            parent, begin = above.pop()
            for end in self._ends(path, begin):
                groups = self._groups.get((parent, path[begin:end]), ())
                if end == len(path):
                    found += groups
                else:
                    above += [(group, end + 1) for group in groups]
        return found

    def _ends(self, path: str, begin: int) -> Iterator[int]:
        """Yield where a name that begins here may end: at each ``/``, which names may contain."""
        end = begin - 1
        while end < len(path):
            end = path.find("/", end + 1)
            end = len(path) if end < 0 else end
            if end - begin > self._longest:
                return
            yield end


def _is_one(groups: Sequence[Named]) -> bool:
    """Tell whether there is one group; the mistake of giving an id twice is reported elsewhere."""
    return len({group.id for group in groups}) == 1


def _choices(found: list[tuple[Named, str]]) -> str:
    """Return what could be written instead: paths, or ids where several have the same path."""
    paths = sorted(f'"{path}"' for _, path in found)
    if len(set(paths)) == len(paths):
        return f"the path, {' or '.join(paths)}"
    return f"the id, {' or '.join(sorted(one.id for one, _ in found))}"


def names_of(groups: Iterable[ExperienceGroup]) -> dict[str, str]:
    """Return a reference to each group, by id: its path if that is unambiguous, else its id."""
    present = list(groups)
    names = {group.id: group.id for group in present}
    for path, found in _by_path(present).items():
        if len(found) == 1 and path.lower() not in names:
            names[found[0].id] = path
    return names


def first_of_paths(groups: Iterable[ExperienceGroup]) -> dict[str, str]:
    """Return the ids of groups by path; of groups with the same path, that of the first."""
    return {path: found[0].id for path, found in _by_path(groups).items()}


def _by_path(groups: Iterable[ExperienceGroup]) -> dict[str, list[ExperienceGroup]]:
    """Return the groups by path, without very long paths."""
    below: dict[str | None, list[ExperienceGroup]] = defaultdict(list)
    for group in groups:
        below[group.parent_id].append(group)
    by_path: dict[str, list[ExperienceGroup]] = defaultdict(list)
    level = [(group, group.name) for group in below.get(None, ())]
    while level:
        level = [(group, path) for group, path in level if path.count("/") < _LONGEST_PATH]
        for group, path in level:
            by_path[path].append(group)
        level = [
            (child, f"{path}/{child.name}")
            for group, path in level
            for child in below.get(group.id, ())
        ]
    return by_path


def _ending(path: str) -> str:
    """Return what follows the last ``/``: the same for all paths that refer to one group."""
    return path.rpartition("/")[2]


async def find_user(store: Store, application_id: str, id_or_email: str) -> ExperienceUser | None:
    """Return the user with this id or email address, in any case."""
    user = await store.user(application_id, id_or_email.lower())
    return user or await store.user_by_email(application_id, id_or_email)


async def find_group(
    store: Store, application_id: str, id_or_path: str
) -> tuple[GroupDetails | None, str]:
    """Return the group with this id, path or end of a path; or None and why there is none."""
    details = await store.group(application_id, id_or_path.lower())
    if details is not None:
        return details, ""
    groups = [details.group for details in await store.all_groups(application_id)]
    found, problem = GroupNames(groups).find(id_or_path)
    return (await store.group(application_id, found.id) if found else None), problem


async def group_names(store: Store, application_id: str) -> dict[str, str]:
    """Return a reference to each group of an application; see :func:`names_of`."""
    return names_of(details.group for details in await store.all_groups(application_id))


async def first_by_path(store: Store, application_id: str) -> dict[str, str]:
    """Return the ids of an application's groups by path; see :func:`first_of_paths`."""
    return first_of_paths(details.group for details in await store.all_groups(application_id))

"""What people call the groups of an application.

A group is called by its id, by its path from the root, or by the end of that path, such as the
name alone. Names may have a ``/`` in them, as paths have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.records import ExperienceGroup, GroupRef
from mock_server.text import did_you_mean

_MOST_SUGGESTED = 1000
"""Groups that it does not take long to compare a name with."""

_LONGEST_PATH = 32
"""Names in a path that is still easier to read than an id."""


@dataclass(eq=False)
class Named:
    """A group as far as names go."""

    id: str
    name: str
    parent: Named | None = None

    def path(self) -> str:
        """Return the names from the root on; where groups stand in a circle, each of them once."""
        chain: dict[Named, None] = {}
        group: Named | None = self
        while group is not None and group not in chain:
            chain[group] = None
            group = group.parent
        return "/".join(reversed([one.name for one in chain]))

    def ref(self) -> GroupRef:
        """Return what the records of its members say of it."""
        return GroupRef(self.id, self.name, self.parent.id if self.parent else None)


class GroupNames:
    """The groups of an application, to be found by what they are called."""

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
        """Take in a group."""
        self._by_id[group.id] = group
        self._by_ending[_ending(group.name)].append(group)
        self._places.add(group)
        self._found.clear()

    def put_below(self, group: Named, parent: Named) -> None:
        """Give a group its place."""
        self._places.remove(group)
        group.parent = parent
        self._places.add(group)
        self._found.clear()

    def find(self, wanted: str) -> tuple[Named | None, str]:
        """Return the group that is called so; or None and why there is none."""
        if wanted not in self._found:
            self._found[wanted] = self._find(wanted)
        return self._found[wanted]

    def _find(self, wanted: str) -> tuple[Named | None, str]:
        group = self._by_id.get(wanted.lower())
        if group is not None:
            return group, ""
        at = self._places.at(wanted)
        if _is_one(at):
            return at[0], ""
        # Very many may end alike, so they are looked through only if the path is not a whole one.
        paths = [(one, one.path()) for one in self._by_ending.get(_ending(wanted), ())]
        for called in (
            [(one, path) for one, path in paths if path == wanted],
            [(one, path) for one, path in paths if f"/{path}".endswith(f"/{wanted}")],
        ):
            if _is_one([one for one, _ in called]):
                return called[0][0], ""
            if called:
                return None, f'names several groups: "{wanted}"; write {_choices(called)}'
        return None, f'names no group: "{wanted}"{self._suggestion(wanted)}'

    def _suggestion(self, wanted: str) -> str:
        if len(self._by_id) > _MOST_SUGGESTED:
            return ""
        groups = self._by_id.values()
        # Paths come last, so that of a path and a name that are equal but for case the path wins.
        known = [*(one.name for one in groups), *(one.path() for one in groups)]
        return did_you_mean(wanted, known, ignore_case=True, quote='"')


class _Places:
    """Groups by what they are below, and there by name."""

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
        """Yield where a name may end that begins here: at each ``/``, for names may have some."""
        end = begin - 1
        while end < len(path):
            end = path.find("/", end + 1)
            end = len(path) if end < 0 else end
            if end - begin > self._longest:
                return
            yield end


def _is_one(groups: Sequence[Named]) -> bool:
    """Tell whether there is one group, or several of one id, of which it is told elsewhere."""
    return len({group.id for group in groups}) == 1


def _choices(called: list[tuple[Named, str]]) -> str:
    """Return what could be written instead: paths, or ids where paths are alike."""
    paths = sorted(f'"{path}"' for _, path in called)
    if len(set(paths)) == len(paths):
        return f"the path, {' or '.join(paths)}"
    return f"the id, {' or '.join(sorted(one.id for one, _ in called))}"


def names_of(groups: Iterable[ExperienceGroup]) -> dict[str, str]:
    """Return what to call each group, by id: its path where that finds it, else its id."""
    present = list(groups)
    names = {group.id: group.id for group in present}
    for path, called in _by_path(present).items():
        if len(called) == 1 and path.lower() not in names:
            names[called[0].id] = path
    return names


def first_of_paths(groups: Iterable[ExperienceGroup]) -> dict[str, str]:
    """Return the ids of groups by path; where groups share one, that of the first."""
    return {path: called[0].id for path, called in _by_path(groups).items()}


def _by_path(groups: Iterable[ExperienceGroup]) -> dict[str, list[ExperienceGroup]]:
    """Return the groups by path. Long paths are left out: no short one is the same."""
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
    """Return what follows the last ``/``, which is the same for all that a group is called."""
    return path.rpartition("/")[2]

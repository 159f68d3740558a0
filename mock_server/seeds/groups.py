"""The groups of an application: how documents refer to them, and how they make them.

A group is referred to by its id, by its path from the root, or by the end of that path, such as the
name alone. Names may contain a ``/`` themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.records import NOTHING, ExperienceGroup, GroupRef
from mock_server.seeds.documents import GroupFixture
from mock_server.seeds.mistakes import Mistake, Place, UniqueIds
from mock_server.seeds.values import Present
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

    def __init__(self, groups: Sequence[ExperienceGroup] = ()) -> None:
        self._by_id: dict[str, Named] = {}
        self._by_ending: dict[str, list[Named]] = defaultdict(list)
        self._below: dict[tuple[Named | None, str], dict[Named, None]] = defaultdict(dict)
        """Groups by their parent and name."""
        self._longest = 0
        self._found: dict[str, tuple[Named | None, str]] = {}
        for group in groups:
            self.add(Named(group.id, group.name))
        for group in groups:
            if group.parent_id is not None:
                self.put_below(self._by_id[group.id], self._by_id[group.parent_id])

    def add(self, group: Named) -> None:
        """Add a group, at the top until :meth:`put_below` moves it."""
        self._by_id[group.id] = group
        self._by_ending[_ending(group.name)].append(group)
        self._below[None, group.name][group] = None
        self._longest = max(self._longest, len(group.name))
        self._found.clear()

    def put_below(self, group: Named, parent: Named) -> None:
        """Move a group below its parent."""
        self._below[group.parent, group.name].pop(group, None)
        group.parent = parent
        self._below[parent, group.name][group] = None
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
        at = list(self._at(id_or_path))
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

    def _at(self, path: str) -> Iterator[Named]:
        """Yield the groups that have this path from the root on."""
        above: list[tuple[Named | None, int]] = [(None, 0)]
        while above:
            parent, begin = above.pop()
            end = begin - 1
            while end < len(path) and end - begin <= self._longest:
                # A name may end at each slash, because names may contain slashes.
                end = path.find("/", end + 1)
                end = len(path) if end < 0 else end
                groups = self._below.get((parent, path[begin:end]), ())
                if end == len(path):
                    yield from groups
                else:
                    above += [(group, end + 1) for group in groups]

    def _suggestion(self, name: str) -> str:
        if len(self._by_id) > _MOST_SUGGESTED:
            return ""
        names = (one.name for one in self._by_id.values())
        paths = (one.path() for one in self._by_id.values())
        return did_you_mean(name, [*names, *paths], ignore_case=True, quote='"')


def _ending(path: str) -> str:
    """Return what follows the last ``/``: the same for all paths that refer to one group."""
    return path.rpartition("/")[2]


def _is_one(groups: Sequence[Named]) -> bool:
    """Return whether there is one group; giving an id twice is reported elsewhere."""
    return len({group.id for group in groups}) == 1


def _choices(found: list[tuple[Named, str]]) -> str:
    """Return what could be written instead: paths, or ids where several have the same path."""
    paths = sorted(f'"{path}"' for _, path in found)
    if len(set(paths)) == len(paths):
        return f"the path, {' or '.join(paths)}"
    return f"the id, {' or '.join(sorted(one.id for one, _ in found))}"


def names_of(groups: Sequence[ExperienceGroup]) -> dict[str, str]:
    """Return a reference to each group, by id: its path if that is unambiguous, else its id."""
    names = {group.id: group.id for group in groups}
    for path, found in groups_by_path(groups).items():
        if len(found) == 1 and path.lower() not in names:
            names[found[0].id] = path
    return names


def groups_by_path(groups: Iterable[ExperienceGroup]) -> dict[str, list[ExperienceGroup]]:
    """Return groups by path; groups that have a very long path are left out."""
    below: dict[str | None, list[ExperienceGroup]] = defaultdict(list)
    for group in groups:
        below[group.parent_id].append(group)
    by_path: dict[str, list[ExperienceGroup]] = defaultdict(list)
    level = [(group, group.name) for group in below[None]]
    while level:
        level = [(group, path) for group, path in level if path.count("/") < _LONGEST_PATH]
        for group, path in level:
            by_path[path].append(group)
        level = [
            (child, f"{path}/{child.name}") for group, path in level for child in below[group.id]
        ]
    return by_path


@dataclass(eq=False)
class Entry:
    """A group of a document, and the group that contains it there."""

    place: Place
    fixture: GroupFixture
    outer: Entry | None
    named: Named


class Groups:
    """New groups of an application, which may have groups already."""

    def __init__(
        self,
        application_id: str,
        existing: Sequence[ExperienceGroup],
        ids: UniqueIds,
        present: Present,
        created: int,
    ) -> None:
        """Start with the groups that exist.

        :param created: the creation date of groups that give none
        """
        self.names = GroupNames(existing)
        self.entries: list[Entry] = []
        self._application_id = application_id
        self._ids = ids
        self._present = present
        self._default_created = created

    def collect(
        self, place: Place, fixtures: Sequence[GroupFixture], outer: Entry | None = None
    ) -> None:
        """Add groups and the groups inside them."""
        for index, fixture in enumerate(fixtures):
            inside = place.at(index)
            group_id = self._ids.take(fixture.id, self._created(fixture), inside)
            entry = Entry(inside, fixture, outer, Named(group_id, fixture.name))
            self.names.add(entry.named)
            self.entries.append(entry)
            self.collect(inside.at("groups"), fixture.groups, entry)

    def set_parents(self) -> list[Mistake]:
        """Put each group below its parent, and return what is wrong with that."""
        for entry in self.entries:
            if entry.outer is not None:
                self.names.put_below(entry.named, entry.outer.named)
        mistakes = [mistake for entry in self.entries for mistake in self._set_parent(entry)]
        if mistakes:
            return mistakes
        depths = _depths(entry.named for entry in self.entries)
        return [
            entry.place.at("parent").mistake("makes the group its own ancestor")
            for entry in self.entries
            if depths[entry.named] is None
        ]

    def records(self) -> list[ExperienceGroup]:
        """Return the groups, each after its parent."""
        depths = _depths(entry.named for entry in self.entries)
        ordered = sorted(self.entries, key=lambda entry: depths[entry.named] or 0)
        return [self._record(entry) for entry in ordered]

    def _set_parent(self, entry: Entry) -> Iterator[Mistake]:
        if entry.fixture.parent is None:
            return
        place = entry.place.at("parent")
        if entry.outer is not None:
            yield place.mistake("cannot be given for a group that is inside another")
            return
        parent, problem = self.names.find(entry.fixture.parent)
        if parent is None:
            yield place.mistake(problem)
        else:
            self.names.put_below(entry.named, parent)

    def _created(self, fixture: GroupFixture) -> int:
        return self._present.instant(fixture.creation_date, self._default_created)

    def _record(self, entry: Entry) -> ExperienceGroup:
        fixture, parent = entry.fixture, entry.named.parent
        created = self._created(fixture)
        return ExperienceGroup(
            id=entry.named.id,
            application_id=self._application_id,
            name=fixture.name,
            creation_date=created,
            last_updated=self._present.instant(fixture.last_updated, created),
            description=fixture.description,
            parent_id=parent.id if parent else None,
            experience_endpoint_ids=tuple(fixture.experience_endpoint_ids),
            group_tags=fixture.group_tags or NOTHING,
            device_ids=tuple(fixture.device_ids),
            device_tags=tuple(tag.given() for tag in fixture.device_tags),
            device_query_json=fixture.device_query_json,
        )


def _depths(groups: Iterable[Named]) -> dict[Named, int | None]:
    """Return how many ancestors each group has; None for those that are their own ancestors."""
    depths: dict[Named, int | None] = {}
    for group in groups:
        chain: list[Named] = []
        above: Named | None = group
        while above is not None and above not in depths:
            chain.append(above)
            depths[above] = None
            above = above.parent
        depth = -1 if above is None else depths[above]
        if depth is None:  # a cycle; the groups before it only lead into it
            chain = chain[: chain.index(above)] if above in chain else chain
            depth = 0
        for one in reversed(chain):
            depth += 1
            depths[one] = depth
    return depths

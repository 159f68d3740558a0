"""The groups that documents describe: their ids, their parents, their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.records import NOTHING, ExperienceGroup
from mock_server.seeds.documents import GroupFixture
from mock_server.seeds.mistakes import Mistake, Place
from mock_server.seeds.names import GroupNames, Named
from mock_server.seeds.uniqueness import UniqueIds
from mock_server.seeds.values import Present


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
        existing: Iterable[ExperienceGroup],
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
            group_id = self._ids.take(inside.at, fixture.id, self._created(fixture))
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
        cycles = _in_cycles([entry.named for entry in self.entries])
        return [
            entry.place.at("parent").mistake("makes the group its own ancestor")
            for entry in self.entries
            if entry.named in cycles
        ]

    def records(self) -> list[ExperienceGroup]:
        """Return the groups, each after its parent."""
        depths = _depths([entry.named for entry in self.entries])
        ordered = sorted(self.entries, key=lambda entry: depths[entry.named])
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


def _in_cycles(groups: Iterable[Named]) -> set[Named]:
    """Return the groups that are their own ancestors."""
    settled: set[Named] = set()
    cycles: set[Named] = set()
    for group in groups:
        chain: dict[Named, None] = {}
        above: Named | None = group
        while above is not None and above not in settled and above not in chain:
            chain[above] = None
            above = above.parent
        if above is not None and above in chain:
            visited = list(chain)
            cycles.update(visited[visited.index(above) :])
        settled.update(chain)
    return cycles


def _depths(groups: Iterable[Named]) -> dict[Named, int]:
    """Return how many ancestors each group has; none may be its own ancestor."""
    depths: dict[Named, int] = {}
    for group in groups:
        chain: list[Named] = []
        above: Named | None = group
        while above is not None and above not in depths:
            chain.append(above)
            above = above.parent
        depth = -1 if above is None else depths[above]
        for one in reversed(chain):
            depth += 1
            depths[one] = depth
    return depths

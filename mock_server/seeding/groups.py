"""The groups of an application, and what people call them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.records import NOTHING, ExperienceGroup
from mock_server.seeding.documents import GroupFixture
from mock_server.seeding.mistakes import Mistake, Place

MakeId = Callable[[Place, str | None, int], str]


@dataclass(eq=False)
class _Entry:
    """A group on its way from the document to a record."""

    place: Place
    fixture: GroupFixture
    parent: _Entry | None
    id: str = ""

    def chain(self) -> Iterator[_Entry]:
        """Yield the group, its parent and so on; ends before it would come around again."""
        seen: list[_Entry] = []
        entry: _Entry | None = self
        while entry is not None and entry not in seen:
            yield entry
            seen.append(entry)
            entry = entry.parent

    def path(self) -> str:
        return "/".join(reversed([entry.fixture.name for entry in self.chain()]))

    def stands_above_itself(self) -> bool:
        return any(entry.parent is self for entry in self.chain())


class GroupNames:
    """Groups by id, by path from the root, and by the end of that path, such as the name alone."""

    def __init__(self, application_id: str) -> None:
        self._application_id = application_id
        self._entries: list[_Entry] = []

    def collect(
        self, place: Place, fixtures: Sequence[GroupFixture], parent: _Entry | None = None
    ) -> None:
        """Take in groups and, below them, the groups that stand inside them."""
        for index, fixture in enumerate(fixtures):
            entry = _Entry(place.at(index), fixture, parent)
            self._entries.append(entry)
            self.collect(entry.place.at("groups"), fixture.groups, entry)

    def records(self, make_id: MakeId, now: int) -> tuple[list[ExperienceGroup], list[Mistake]]:
        """Return the groups, each after its parent, and what is wrong with them."""
        for entry in self._entries:
            created = entry.fixture.creation_date
            entry.id = make_id(entry.place, entry.fixture.id, now if created is None else created)
        mistakes = [m for entry in self._entries for m in self._set_parent(entry)]
        if not mistakes:
            mistakes = [
                entry.place.at("parent").mistake("makes the group stand above itself")
                for entry in self._entries
                if entry.stands_above_itself()
            ]
        ordered = sorted(self._entries, key=lambda entry: sum(1 for _ in entry.chain()))
        return [self._record(entry, now) for entry in ordered], mistakes

    def find(self, wanted: str) -> tuple[str | None, str]:
        """Return the id of the group that ``wanted`` calls by id or path; or None and why."""
        entry, problem = self._find(wanted)
        return (entry.id if entry else None), problem

    def _find(self, wanted: str) -> tuple[_Entry | None, str]:
        for called in (
            [entry for entry in self._entries if entry.id == wanted.lower()],
            [entry for entry in self._entries if entry.path() == wanted],
            [entry for entry in self._entries if f"/{entry.path()}".endswith(f"/{wanted}")],
        ):
            if len(called) == 1:
                return called[0], ""
            if called:
                paths = " or ".join(sorted(f'"{entry.path()}"' for entry in called))
                return None, f'names several groups: "{wanted}"; write the path, {paths}'
        return None, f'names no group: "{wanted}"'

    def _set_parent(self, entry: _Entry) -> list[Mistake]:
        wanted = entry.fixture.parent
        if wanted is None:
            return []
        if entry.parent is not None:
            return [
                entry.place.at("parent").mistake("is given, but the group stands inside another")
            ]
        entry.parent, problem = self._find(wanted)
        return [] if entry.parent else [entry.place.at("parent").mistake(problem)]

    def _record(self, entry: _Entry, now: int) -> ExperienceGroup:
        fixture = entry.fixture
        created = now if fixture.creation_date is None else fixture.creation_date
        return ExperienceGroup(
            id=entry.id,
            application_id=self._application_id,
            name=fixture.name,
            creation_date=created,
            last_updated=created if fixture.last_updated is None else fixture.last_updated,
            description=fixture.description,
            parent_id=entry.parent.id if entry.parent else None,
            experience_endpoint_ids=tuple(fixture.experience_endpoint_ids),
            device_ids=tuple(fixture.device_ids),
            group_tags=fixture.group_tags or NOTHING,
        )

"""Whatever is done in the sandboxes of a server, each is as its own model, and so is the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mock_server import Settings, create_app
from tests.model.in_process import InProcess
from tests.model.mirror import Mirror
from tests.model.naive import NaiveApplication
from tests.model.naive_query import Json
from tests.model.naive_world import DATED, NaiveWorld
from tests.model.strategies import Draws, Known
from tests.model.twin import Twin

FEW = settings(max_examples=15, stateful_step_count=30)
MANY = settings(max_examples=100, stateful_step_count=40)

LONG_AGO = dict.fromkeys(DATED, "2020-01-01T00:00:00.000Z")
PLATFORM = {"id": "b" * 24, "email": "robin@example.com", "password": "password1234"}
_FIRST, _SECOND = "575ec8687ae143cd83dc4a97", "c" * 24


def _group(number: int, parent: int | None = None) -> Json:
    document = {"id": f"{number:024x}", "name": f"g{number}", "groupTags": {"a": "b"}, **LONG_AGO}
    return document if parent is None else {**document, "parent": f"{parent:024x}"}


def _user(number: int, *groups: int) -> Json:
    return {
        "id": f"{number:024x}",
        "email": f"seeded{number}@example.com",
        "firstName": "aAbB"[number % 4],
        "userTags": {"a": str(number)},
        "groups": [f"{group:024x}" for group in groups],
        **LONG_AGO,
        "passwordLastUpdated": LONG_AGO["lastUpdated"],
    }


def _token(number: int) -> Json:
    return {
        "id": f"{number:024x}",
        "name": f"t{number}",
        "scope": ["all.Application"],
        "status": "active",
        "creatorId": PLATFORM["id"],
        "creatorType": "user",
        "creatorName": "Robin",
        **LONG_AGO,
    }


def _application(application_id: str, **contents: list[Json]) -> Json:
    named = {"id": application_id, "name": "Seeded", "owner": PLATFORM["email"], **LONG_AGO}
    return {**named, "groups": [], "users": [], "tokens": [], **contents}


SEED: Json = {
    "accounts": [PLATFORM],
    "applications": [
        _application(
            _FIRST,
            groups=[_group(1), _group(2, 1), _group(3)],
            users=[_user(11, 1, 3), _user(12, 2), _user(13), _user(14, 3)],
            tokens=[_token(21)],
        ),
        _application(_SECOND, users=[_user(31)]),
    ],
}
OTHER_SEED: Json = {
    "accounts": [PLATFORM],
    "applications": [
        _application(_FIRST, groups=[_group(3), _group(1, 3)], users=[_user(11, 1), _user(15)])
    ],
}
SEEDS: tuple[tuple[NaiveWorld, list[Json] | None], ...] = (
    (NaiveWorld.of(SEED), None),
    (NaiveWorld.of(OTHER_SEED), [OTHER_SEED]),
)

WHICH = st.sampled_from((0, 1, 2))
NUMBERS = st.integers(0, 99)
SNAPSHOTS = st.sampled_from(("one", "two"))
NAMES = st.fixed_dictionaries({"name": st.sampled_from("abc")})
TOKENS = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from("abc"), "status": st.sampled_from(("active", "inactive"))}
)


class Place:
    """A server whose main world is seeded, and strategies that know what exists where it counts."""

    def __init__(self, seed_file: Path) -> None:
        seed_file.write_text(json.dumps(SEED))
        app = create_app(Settings(fixtures=(str(seed_file),)))
        self.transport = InProcess(app)
        self.token = app.state.worlds.main.token(("all.Application", "all.User"))
        self.main = self.twin(None)
        self.model = NaiveApplication("")
        self.draws = Draws(Known(lambda: self.model))
        self.names = (f"sandbox-{number}" for number in count())
        self.ids: set[str] = set()
        """The ids that the server made; it must make none of them again."""

    def twin(self, name: str | None) -> Twin:
        """Return a world, in which nothing was done yet, with its model."""
        return Twin(self.transport, self.token, name, SEEDS[0][0])

    def is_new(self, seen: Json) -> None:
        """Assert that what was created has an id of its own, among all worlds."""
        if "id" in seen:
            assert seen["id"] not in self.ids
            self.ids.add(seen["id"])


class Sandboxes(RuleBasedStateMachine):
    """One life of three sandboxes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.draws = place.draws
        self.turn = 0
        self.twins = [place.twin(next(place.names)) for _ in range(3)]
        self.signed: list[tuple[str, str, str]] = []
        """Application, id and text of the API tokens that were made."""

    @initialize(seeds=st.lists(st.sampled_from((0, 1)), min_size=3, max_size=3))
    def begin(self, seeds: list[int]) -> None:
        """Some sandboxes are there as soon as they are asked, others were made."""
        for twin, number in zip(self.twins, seeds, strict=True):
            if number:
                twin.is_gone = True
                twin.make(*SEEDS[number])

    def teardown(self) -> None:
        for twin in self.twins:
            twin.end()

    def _application(self, which: int, number: int) -> Mirror | None:
        """Return an application of a sandbox, of which the strategies know; None if it has none."""
        twin = self.twins[which]
        pool = [] if twin.is_gone else [*twin.model.applications]
        if not pool:
            return None
        mirror = twin.application(pool[number % len(pool)])
        self.place.model = mirror.model
        return mirror

    def _token(self, which: int, number: int) -> tuple[str, str] | None:
        """Return application and id of an API token of a sandbox; None if it has none."""
        twin = self.twins[which]
        pool = [(one, token) for one, tokens in twin.model.tokens.items() for token in tokens]
        return pool[number % len(pool)] if pool and not twin.is_gone else None

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def create_user(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            self.place.is_new(mirror.create_user(data.draw(self.draws.new_users)))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def patch_user(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.patch_user(data.draw(self.draws.user_ids), data.draw(self.draws.user_patches))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def delete_user(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.delete_user(data.draw(self.draws.user_ids))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def create_group(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            self.place.is_new(mirror.create_group(data.draw(self.draws.new_groups)))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def patch_group(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.patch_group(data.draw(self.draws.group_ids), data.draw(self.draws.group_patches))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def change_members(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.patch_group(data.draw(self.draws.group_ids), data.draw(self.draws.members))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def delete_group(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.delete_group(data.draw(self.draws.group_ids))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def get_both(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            mirror.get_user(data.draw(self.draws.user_ids))
            mirror.get_group(data.draw(self.draws.group_ids), {})

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def create_application(self, which: int, number: int, data: st.DataObject) -> None:
        twin = self.twins[which]
        if not twin.is_gone and len(twin.model.applications) < 3:
            self.place.is_new(twin.create_application(data.draw(NAMES)))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def patch_application(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            body = data.draw(NAMES)
            self.twins[which].patch_application(mirror.model.application_id, body)

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def delete_application(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            self.twins[which].delete_application(mirror.model.application_id)

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def create_token(self, which: int, number: int, data: st.DataObject) -> None:
        if mirror := self._application(which, number):
            application_id = mirror.model.application_id
            seen = self.twins[which].create_token(application_id, data.draw(NAMES))
            self.place.is_new(seen)
            self.signed.append((application_id, seen["id"], seen["token"]))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def patch_token(self, which: int, number: int, data: st.DataObject) -> None:
        if token := self._token(which, number):
            self.twins[which].patch_token(*token, data.draw(TOKENS))

    @rule(which=WHICH, number=NUMBERS, data=st.data())
    def delete_token(self, which: int, number: int, data: st.DataObject) -> None:
        if token := self._token(which, number):
            self.twins[which].delete_token(*token)

    @precondition(lambda self: self.signed)
    @rule(number=NUMBERS)
    def use_token_everywhere(self, number: int) -> None:
        for twin in self.twins:
            if not twin.is_gone:
                twin.use_token(*self.signed[number % len(self.signed)])

    @rule(which=WHICH)
    def reset(self, which: int) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].reset()

    @rule(which=WHICH, name=SNAPSHOTS)
    def save(self, which: int, name: str) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].save(name)

    @precondition(lambda self: self._saved)
    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        twin, name = self._saved[number % len(self._saved)]
        twin.restore(name)

    @rule(which=WHICH, data=st.data(), resets=st.booleans())
    def take_back(self, which: int, data: st.DataObject, resets: bool) -> None:
        """Change, save, change, restore: what is seldom come upon by chance."""
        self._change(which, data)
        self.save(which, "one")
        for _ in range(2):
            self._change(which, data)
        if resets:
            self.set_fault(which)
            self.reset(which)
        if not self.twins[which].is_gone:
            self.twins[which].restore("one")

    def _change(self, which: int, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from(CHANGES))
        change(self, which, data.draw(NUMBERS), data)

    @property
    def _saved(self) -> list[tuple[Twin, str]]:
        return [(twin, name) for twin in self.twins if not twin.is_gone for name in twin.saved]

    @rule(which=WHICH)
    def reload(self, which: int) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].reload()

    @rule(which=WHICH, step=st.sampled_from((1, 2)))
    def copy(self, which: int, step: int) -> None:
        one, other = self.twins[which], self.twins[(which + step) % 3]
        exist = not one.is_gone and not other.is_gone
        if exist and one.model.clock.is_after(other.model.clock):
            one.become(other)

    @rule(which=WHICH, days=st.integers(1, 9))
    def freeze_and_advance(self, which: int, days: int) -> None:
        if not self.twins[which].is_gone:
            if days % 2:
                self.twins[which].freeze()
            self.twins[which].advance(days)

    @rule(which=WHICH)
    def resume(self, which: int) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].resume()

    @rule(which=WHICH)
    def set_fault(self, which: int) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].set_fault()

    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        if not self.twins[which].is_gone:
            self.twins[which].delete()

    @rule(which=WHICH, number=st.sampled_from((0, 1)))
    def make(self, which: int, number: int) -> None:
        self.twins[which].make(*SEEDS[number])

    @invariant()
    def every_world_is_as_its_model(self) -> None:
        self.turn += 1
        for number, twin in enumerate((*self.twins, self.place.main)):
            twin.check(self.turn + number)


CHANGES = (
    Sandboxes.create_user,
    Sandboxes.patch_user,
    Sandboxes.delete_user,
    Sandboxes.create_group,
    Sandboxes.patch_group,
    Sandboxes.change_members,
    Sandboxes.delete_group,
    Sandboxes.create_application,
    Sandboxes.patch_application,
    Sandboxes.delete_application,
    Sandboxes.create_token,
    Sandboxes.patch_token,
    Sandboxes.delete_token,
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server with a seeded main world."""
    made = Place(tmp_path_factory.mktemp("sandboxes") / "seed.json")
    yield made
    made.transport.close()


@pytest.mark.parametrize(
    "examples",
    [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.heavy)],
)
def test_sandboxes_know_nothing_of_each_other(place: Place, examples: settings) -> None:
    """Any requests to three sandboxes are answered as if each were alone; the main world rests."""

    class Afresh(Sandboxes):
        def __init__(self) -> None:
            super().__init__(place)

    run_state_machine_as_test(Afresh, settings=examples)

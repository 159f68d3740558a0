"""Whatever is done to the server, it answers as the model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.model.mirror import ServerMirror
from tests.model.strategies import DEVICE_COUNTS, Draws

FEW = settings(max_examples=20, stateful_step_count=40)
MANY = settings(max_examples=150, stateful_step_count=60)


class Machine(RuleBasedStateMachine):
    """One life of an application."""

    def __init__(self, mirror: ServerMirror, draws: Draws) -> None:
        super().__init__()
        mirror.reset()
        self.mirror = mirror
        self.draws = draws

    @initialize(data=st.data(), groups=st.integers(0, 8), users=st.integers(0, 6))
    def furnish(self, data: st.DataObject, groups: int, users: int) -> None:
        for _ in range(groups):
            self.create_group(data)
        for _ in range(users):
            self.create_user(data)

    @rule(data=st.data())
    def create_user(self, data: st.DataObject) -> None:
        self.mirror.create_user(data.draw(self.draws.new_users))

    @rule(data=st.data())
    def get_user(self, data: st.DataObject) -> None:
        self.mirror.get_user(data.draw(self.draws.user_ids))

    @rule(data=st.data())
    def patch_user(self, data: st.DataObject) -> None:
        user_id = data.draw(self.draws.user_ids)
        self.mirror.patch_user(user_id, data.draw(self.draws.user_patches))

    @rule(data=st.data())
    def delete_user(self, data: st.DataObject) -> None:
        self.mirror.delete_user(data.draw(self.draws.user_ids))

    @rule(data=st.data())
    def list_users(self, data: st.DataObject) -> None:
        for params in data.draw(st.lists(self.draws.user_lists, min_size=1, max_size=4)):
            self.mirror.list_users(params)

    @rule(data=st.data())
    def create_group(self, data: st.DataObject) -> None:
        self.mirror.create_group(data.draw(self.draws.new_groups))

    @rule(data=st.data())
    def get_group(self, data: st.DataObject) -> None:
        group_id = data.draw(self.draws.group_ids)
        self.mirror.get_group(group_id, data.draw(DEVICE_COUNTS))

    @rule(data=st.data())
    def patch_group(self, data: st.DataObject) -> None:
        group_id = data.draw(self.draws.group_ids)
        self.mirror.patch_group(group_id, data.draw(self.draws.group_patches))

    @rule(data=st.data())
    def move_group(self, data: st.DataObject) -> None:
        group_id = data.draw(self.draws.group_ids)
        self.mirror.patch_group(group_id, data.draw(self.draws.parents))

    @rule(data=st.data())
    def change_members(self, data: st.DataObject) -> None:
        group_id = data.draw(self.draws.group_ids)
        self.mirror.patch_group(group_id, data.draw(self.draws.members))

    @rule(data=st.data())
    def delete_group(self, data: st.DataObject) -> None:
        self.mirror.delete_group(data.draw(self.draws.group_ids))

    @rule(data=st.data())
    def list_groups(self, data: st.DataObject) -> None:
        for params in data.draw(st.lists(self.draws.group_lists, min_size=1, max_size=4)):
            self.mirror.list_groups(params)

    @invariant()
    def both_sides_of_membership_agree(self) -> None:
        users: list[Any] = self.mirror.list_users({})["items"]
        groups: list[Any] = self.mirror.list_groups({})["items"]
        from_users = [(user["id"], one["id"]) for user in users for one in user["experienceGroups"]]
        from_groups = [(one, group["id"]) for group in groups for one in group["experienceUserIds"]]
        assert sorted(from_users) == sorted(from_groups) == sorted(self.mirror.model.members)


@pytest.mark.parametrize(
    "examples",
    [pytest.param(FEW, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.heavy)],
)
def test_the_server_answers_as_the_model(
    mirror: ServerMirror, draws: Draws, examples: settings
) -> None:
    """Any sequence of requests gets the answers that the contract says."""

    class Afresh(Machine):
        def __init__(self) -> None:
            super().__init__(mirror, draws)

    run_state_machine_as_test(Afresh, settings=examples)

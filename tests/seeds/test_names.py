"""What groups are called, where many are called alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.seeds.groups import GroupNames, Named

Forest = list[tuple[str, int | None]]
"""Names of groups, each with the number of the one that it is below."""

NAMES = st.sampled_from(["a", "b", "a/b", "/", "a/", "/b"])
PATHS = st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=5).map("/".join)


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """Return groups that are below one another."""
    return [
        (draw(NAMES), draw(st.none() | st.integers(0, number - 1)) if number else None)
        for number in range(draw(st.integers(1, 10)))
    ]


def planted(forest: Forest) -> tuple[GroupNames, list[Named]]:
    """Return the groups in their places."""
    names = GroupNames()
    groups = [Named(str(number), name) for number, (name, _) in enumerate(forest)]
    for group in groups:
        names.add(group)
    for group, (_, parent) in zip(groups, forest, strict=True):
        if parent is not None:
            names.put_below(group, groups[parent])
    return names, groups


@given(forests(), PATHS)
def test_a_path_or_else_the_end_of_one(forest: Forest, wanted: str) -> None:
    """The group with the path is found, or else the one whose path ends so, if it is alone."""
    names, groups = planted(forest)
    whole = [group for group in groups if group.path() == wanted]
    called = whole or [group for group in groups if f"/{group.path()}".endswith(f"/{wanted}")]
    found, problem = names.find(wanted)
    assert found is (called[0] if len(called) == 1 else None)
    assert ("refers to unknown group" in problem) == (not called)
    assert ("refers to several groups" in problem) == (len(called) > 1)


def test_many_that_are_called_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole path leads to its group, past all others whose paths end so."""
    customers: Forest = [(f"Customer {number}", None) for number in range(50)]
    names, groups = planted([*customers, *(("Admins", number) for number in range(50))])
    looked_through: list[Named] = []
    path = Named.path

    def counted(group: Named) -> str:
        looked_through.append(group)
        return path(group)

    monkeypatch.setattr(Named, "path", counted)
    found = [names.find(f"Customer {number}/Admins")[0] for number in range(50)]
    assert found == groups[50:]
    assert len(looked_through) <= 50

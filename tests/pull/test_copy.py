"""A copy of thousands of users is complete and contains no original data."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from mock_server import MockServer
from mock_server.domain.clock import parse_instant
from tests.pull.conftest import Pull, listed
from tests.pull.world import COUNT, ApplicationContents, found_in, lines, personal, shape

SHORT = 3
"""Texts of up to so many characters can occur anywhere by chance, for example in an id."""


def test_all_are_there_once(pulled: Path, source: ApplicationContents) -> None:
    """Each user and each group has its line; users are in the order of their original ids."""
    copy = lines(pulled)
    assert len(source.users) == COUNT
    assert list(map(shape, copy.users)) == list(map(shape, source.users))
    assert len({user["id"] for user in copy.users}) == COUNT
    assert len({user["email"].lower() for user in copy.users}) == COUNT
    assert len({group["id"] for group in copy.groups}) == len(source.groups)


def test_nothing_personal_is_in_the_file(pulled: Path, source: ApplicationContents) -> None:
    """No name, address, tag or description occurs anywhere in the file."""
    text = pulled.read_text(encoding="utf-8")
    given = {one for one in personal(source) if one}
    long = [one for one in given if len(one) > SHORT and not one.isdecimal()]
    assert len(long) > COUNT
    assert found_in(text, long) == []
    copy = lines(pulled)
    made = {one for user in copy.users for one in user.get("userTags", {}).values()}
    made |= {
        user[name] for user in copy.users for name in ("firstName", "lastName") if name in user
    }
    assert {one for one in given & made if not one.isdecimal()} == set()


def test_dates_and_ids_are_not_what_they_were(pulled: Path, source: ApplicationContents) -> None:
    """No original date and no original id is in the file, except that of the application."""
    text = pulled.read_text(encoding="utf-8")
    given = {user[name] for user in source.users for name in ("id", "creationDate", "lastUpdated")}
    found = set(re.findall(r'"([0-9a-f]{24}|\d{4}-[^"]*Z)"', text))
    assert found & given == set()


def test_the_same_stays_the_same(pulled: Path, source: ApplicationContents) -> None:
    """Users who shared a name, a domain or a tag still do."""
    copy = lines(pulled)

    def counts(contents: ApplicationContents, name: str) -> list[int]:
        names = [user[name].casefold() for user in contents.users if name in user]
        return sorted(Counter(names).values())

    for name in ("firstName", "lastName"):
        before, after = counts(source, name), counts(copy, name)
        assert abs(len(before) - len(after)) <= len(before) // 50, name
    roles = [user["userTags"].get("role") for user in source.users]
    made = [user.get("userTags", {}).get("role") for user in copy.users]
    assert len(set(zip(roles, made, strict=True))) == len(set(roles))
    domains = Counter(user["email"].rpartition("@")[2].lower() for user in source.users)
    new = Counter(user["email"].rpartition("@")[2].lower() for user in copy.users)
    assert sorted(domains.values()) == sorted(new.values())


def test_the_file_loads(pulled: Path, source: ApplicationContents) -> None:
    """A server with the file has as many users, groups of the same sizes and the same gaps."""
    with MockServer(fixtures=[pulled]) as server:
        copy = ApplicationContents(listed(server, "groups"), listed(server, "users"))
    assert len(copy.users) == len(source.users)
    assert len(copy.groups) == len(source.groups)
    for measure in (_sizes, _missing, _depths):
        assert measure(copy) == measure(source)
    for name in ("email", "firstName", "lastName"):
        assert _lengths(copy, name) == _lengths(source, name)
    assert _tag_lengths(copy) == _tag_lengths(source)


def _sizes(contents: ApplicationContents) -> list[int]:
    return sorted(len(group["experienceUserIds"]) for group in contents.groups)


def _depths(contents: ApplicationContents) -> list[int]:
    parents = {group["id"]: group["parentId"] for group in contents.groups}

    def depth(group_id: str | None) -> int:
        return 0 if group_id is None else 1 + depth(parents[group_id])

    return sorted(map(depth, parents))


def _missing(contents: ApplicationContents) -> Counter[tuple[frozenset[str], frozenset[str]]]:
    return Counter((frozenset(user), frozenset(user["userTags"])) for user in contents.users)


def _lengths(contents: ApplicationContents, name: str) -> list[int]:
    return sorted(len(user[name]) for user in contents.users if name in user)


def _tag_lengths(contents: ApplicationContents) -> list[tuple[str, int]]:
    tags = (tag for user in contents.users for tag in user["userTags"].items())
    return sorted((name, len(value)) for name, value in tags)


def test_dates_keep_their_distances(pulled: Path, source: ApplicationContents) -> None:
    """All dates are earlier by the same time, from 30 to 400 days."""
    shifts = set()
    for before, after in zip(source.users, lines(pulled).users, strict=True):
        for name in ("creationDate", "lastUpdated", "lastLogin", "tokenCutoff"):
            if name in before:
                one, other = parse_instant(before[name]), parse_instant(after[name])
                assert one is not None
                assert other is not None
                shifts.add(one - other)
        made = (int(before["id"][:8], 16) - int(after["id"][:8], 16)) % (1 << 32)
        shifts.add(made * 1000)
    (shift,) = shifts
    assert 30 <= shift / 86_400_000 <= 400


def test_faults_cost_nothing(pull: Pull, losant: MockServer, pulled: Path, tmp_path: Path) -> None:
    """Despite 429, resets, errors and broken answers the file is the same to the byte."""
    users, groups = {"action": "experienceUsers.get"}, {"action": "experienceGroups.get"}
    losant.faults.too_many_requests(retry_after=1, nth=2, **users)  # type: ignore[arg-type]
    losant.faults.reset(nth=3, **users)  # type: ignore[arg-type]
    losant.faults.status(500, nth=5, **users)  # type: ignore[arg-type]
    losant.faults.truncated(nth=7, **users)  # type: ignore[arg-type]
    losant.faults.malformed(nth=1, **groups)  # type: ignore[arg-type]
    losant.faults.close(nth=9, **users)  # type: ignore[arg-type]
    path = tmp_path / "users.jsonl"
    result = pull("--key", "one", "-o", path)
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_bytes() == pulled.read_bytes()
    assert list(tmp_path.iterdir()) == [path]

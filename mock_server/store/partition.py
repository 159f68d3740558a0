"""The records of one application, and what is kept so that they are found quickly.

Membership is one relation, kept twice: in each user's record (``groups``) and in ``members``,
from group to users. Only this module writes either, and always both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server.domain.records import (
    ApiToken,
    Application,
    ExperienceGroup,
    ExperienceUser,
    GroupDetails,
    GroupRef,
    Page,
)
from mock_server.query.advanced.evaluate import predicate
from mock_server.query.advanced.schema import USER_QUERY
from mock_server.query.fields import USER_FIELDS
from mock_server.query.listing import ANY_GROUP, NO_GROUP, GroupFilter, ListQuery
from mock_server.store.base import (
    EmailTaken,
    Membership,
    ParentIsDescendant,
    ParentNotFound,
    UnknownMember,
)
from mock_server.store.indexes import UserIndexes
from mock_server.text import fold

_FEW = 16
"""Up to one in so many users, it is cheaper to touch them one by one than to go through all."""


class Partition:
    """The records of one application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.users: dict[str, ExperienceUser] = {}
        self.groups: dict[str, ExperienceGroup] = {}
        self.api_tokens: dict[str, ApiToken] = {}
        self._members: dict[str, dict[str, None]] = {}
        self._refs: dict[str, GroupRef] = {}
        self._user_ids: dict[str, str] = {}
        self._indexes = UserIndexes()

    def copy(self) -> Partition:
        twin = Partition(self.application)
        twin.users = self.users.copy()
        twin.groups = self.groups.copy()
        twin.api_tokens = self.api_tokens.copy()
        twin._members = {group_id: users.copy() for group_id, users in self._members.items()}
        twin._refs = self._refs.copy()
        twin._user_ids = self._user_ids.copy()
        twin._indexes = self._indexes.copy()
        return twin

    def user_by_email(self, email: str) -> ExperienceUser | None:
        user_id = self._user_ids.get(fold(email))
        return None if user_id is None else self.users[user_id]

    def list_users(self, query: ListQuery) -> Page[ExperienceUser]:
        ids = self._sorted_ids(query.sort_field)
        selected = self._selected(query)
        if selected is not None:
            ids = self._in_order(selected, ids, query.sort_field)
        cut = query.window.cut_reversed if query.descending else query.window.cut
        return Page(tuple(map(self.users.__getitem__, cut(ids))), len(ids))

    def _sorted_ids(self, field: str) -> list[str]:
        return self._indexes.sorted_by(field, self.users).ids

    def _selected(self, query: ListQuery) -> list[str] | None:
        """Return the ids of the users that the query's filters let through; None: all."""
        users = self.users
        if query.advanced is not None:
            holds = predicate(query.advanced, USER_QUERY)
            return [user_id for user_id, user in users.items() if holds(user)]
        selected = None
        if query.filter is not None:
            glob = query.filter.glob
            selected = self._indexes.text(query.filter.field, glob, users).matching(glob)
        if query.group is not None:
            in_group = self._in_group(query.group)
            selected = (
                [i for i in selected if i in in_group] if selected is not None else list(in_group)
            )
        return selected

    def _in_group(self, wanted: GroupFilter) -> dict[str, None]:
        if wanted.group == ANY_GROUP:
            return {user_id: None for user_id, user in self.users.items() if user.groups}
        if wanted.group == NO_GROUP:
            return {user_id: None for user_id, user in self.users.items() if not user.groups}
        if wanted.group not in self.groups:
            return {}
        if not wanted.include_ancestors:
            return self._members[wanted.group]
        everyone = self._members[wanted.group].copy()
        for ancestor in self.ancestor_ids(wanted.group):
            everyone.update(self._members[ancestor])
        return everyone

    def _in_order(self, selected: list[str], ordered: list[str], field: str) -> list[str]:
        if len(selected) * _FEW < len(ordered):
            key, users = USER_FIELDS.sort_key(field), self.users
            return sorted(selected, key=lambda user_id: key(users[user_id]))
        chosen = set(selected)
        return [user_id for user_id in ordered if user_id in chosen]

    def add_user(self, user: ExperienceUser, groups: Membership) -> ExperienceUser:
        email = fold(user.email)
        self._require_free(email, user.id)
        refs = self._group_refs(groups)
        added = replace(user, groups=refs) if refs else user
        self.users[user.id] = added
        self._user_ids[email] = user.id
        self._indexes.add(added, self.users)
        for group in added.groups:
            self._members[group.id][user.id] = None
        return added

    def add_users(self, users: Sequence[ExperienceUser]) -> None:
        user_ids = {fold(user.email): user.id for user in users}
        if len(user_ids) < len(users) or not self._user_ids.keys().isdisjoint(user_ids):
            raise EmailTaken
        for index, user in enumerate(users):
            for group in user.groups:
                if group.id not in self.groups:
                    raise UnknownMember(index)
        members = self._members
        for user in users:
            self.users[user.id] = user
            for group in user.groups:
                members[group.id][user.id] = None
        self._user_ids.update(user_ids)
        self._take_in(users)

    def _take_in(self, users: Sequence[ExperienceUser]) -> None:
        """Bring the indexes up to date: many users are sorted again when that is needed."""
        if len(users) * _FEW > len(self.users):
            self._indexes = UserIndexes()
        else:
            for user in users:
                self._indexes.add(user, self.users)

    def change_user(
        self, user_id: str, changes: Mapping[str, Any], groups: Membership | None
    ) -> ExperienceUser | None:
        before = self.users.get(user_id)
        if before is None:
            return None
        old_email, new_email = fold(before.email), fold(changes.get("email", before.email))
        self._require_free(new_email, user_id)
        refs = before.groups if groups is None else self._group_refs(groups)
        after = replace(before, **changes, groups=refs)
        del self._user_ids[old_email]
        self._user_ids[new_email] = user_id
        self._replace_user(before, after)
        left, joined = set(before.groups) - set(refs), [r for r in refs if r not in before.groups]
        for group in left:
            del self._members[group.id][user_id]
        for group in joined:
            self._members[group.id][user_id] = None
        return after

    def remove_user(self, user_id: str) -> bool:
        user = self.users.get(user_id)
        if user is None:
            return False
        self._indexes.remove(user, self.users)
        del self.users[user_id], self._user_ids[fold(user.email)]
        for group in user.groups:
            del self._members[group.id][user_id]
        return True

    def _require_free(self, email: str, user_id: str) -> None:
        if self._user_ids.get(email, user_id) != user_id:
            raise EmailTaken

    def _replace_user(self, before: ExperienceUser, after: ExperienceUser) -> None:
        moved = self._indexes.moved(before, after)
        for index in moved:
            index.remove(before, self.users)
        self.users[after.id] = after
        for index in moved:
            index.add(after, self.users)

    def _group_refs(self, groups: Membership) -> tuple[GroupRef, ...]:
        return tuple(self._refs[group_id] for group_id in _existing(groups, self.groups))

    def group_details(self, group_id: str) -> GroupDetails:
        return GroupDetails(
            self.groups[group_id], self.ancestor_ids(group_id), tuple(self._members[group_id])
        )

    def ancestor_ids(self, group_id: str) -> tuple[str, ...]:
        """Return the group's ancestors, from its parent up to the root."""
        ancestors = []
        parent_id = self.groups[group_id].parent_id
        while parent_id is not None:
            ancestors.append(parent_id)
            parent_id = self.groups[parent_id].parent_id
        return tuple(ancestors)

    def add_group(self, group: ExperienceGroup, users: Membership) -> GroupDetails:
        members = _existing(users, self.users)
        self._require_parent(group)
        self._put_group(group)
        self._members[group.id] = {}
        self._set_members(group.id, members)
        return self.group_details(group.id)

    def change_group(
        self, group_id: str, changes: Mapping[str, Any], users: Membership | None
    ) -> GroupDetails | None:
        before = self.groups.get(group_id)
        if before is None:
            return None
        after = replace(before, **changes)
        members = None if users is None else _existing(users, self.users)
        self._require_parent(after)
        self._put_group(after)
        if members is not None:
            self._set_members(group_id, members)
        return self.group_details(group_id)

    def remove_group(self, group_id: str) -> bool:
        group = self.groups.get(group_id)
        if group is None:
            return False
        self._set_members(group_id, [])
        for child in [child for child in self.groups.values() if child.parent_id == group_id]:
            self._put_group(replace(child, parent_id=group.parent_id))
        del self.groups[group_id], self._members[group_id], self._refs[group_id]
        return True

    def _require_parent(self, group: ExperienceGroup) -> None:
        parent_id = group.parent_id
        if parent_id is None:
            return
        if parent_id == group.id:
            raise ParentIsDescendant
        if parent_id not in self.groups:
            raise ParentNotFound
        if group.id in self.ancestor_ids(parent_id):
            raise ParentIsDescendant

    def _put_group(self, group: ExperienceGroup) -> None:
        """Keep the group, and let its members' records say what it is called now."""
        self.groups[group.id] = group
        ref = GroupRef(group.id, group.name, group.parent_id)
        if self._refs.get(group.id) == ref:
            return
        self._refs[group.id] = ref
        for user_id in self._members.get(group.id, ()):
            user = self.users[user_id]
            groups = tuple(ref if one.id == ref.id else one for one in user.groups)
            # Groups have no place in any index.
            self.users[user_id] = replace(user, groups=groups)

    def _set_members(self, group_id: str, user_ids: Iterable[str]) -> None:
        members = dict.fromkeys(user_ids)
        before, ref = self._members[group_id], self._refs[group_id]
        for user_id in before:
            if user_id not in members:
                user = self.users[user_id]
                groups = tuple(one for one in user.groups if one.id != group_id)
                self.users[user_id] = replace(user, groups=groups)
        for user_id in members:
            if user_id not in before:
                user = self.users[user_id]
                self.users[user_id] = replace(user, groups=(*user.groups, ref))
        self._members[group_id] = members


def _existing(membership: Membership, known: Mapping[str, object]) -> list[str]:
    """Return the ids that exist, each once.

    :raises UnknownMember: for one that does not, if the membership is strict
    """
    existing: dict[str, None] = {}
    for index, one in enumerate(membership.ids):
        if one in known:
            existing[one] = None
        elif membership.strict:
            raise UnknownMember(index)
    return list(existing)

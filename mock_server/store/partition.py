"""The records of one application, and what finds them quickly.

Memberships are stored twice: in each user's record (``groups``) and in ``_members``, from group to
users. Only this module writes either, and always both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from mock_server.query.fields import USER_FIELDS, sort_key
from mock_server.query.listing import ANY_GROUP, NO_GROUP, GroupFilter, ListQuery
from mock_server.store.indexes import UserIndexes
from mock_server.text import fold

_FEW = 16
"""Up to one in so many users, it is cheaper to touch them one by one than to go through all."""


class EmailTaken(Exception):
    """Another user of the application has this email address, in whatever case."""


class UnknownMember(Exception):
    """A group or user that a membership names does not exist; ``index`` is its place."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class ParentNotFound(Exception):
    """The group's parent does not exist."""


class ParentIsDescendant(Exception):
    """The group's parent is the group itself or one of its descendants."""


@dataclass(frozen=True)
class Membership:
    """The other side of a record's memberships, by id; repeated ids count once.

    ``strict``: an unknown id raises :class:`UnknownMember`; otherwise it is left out.
    """

    ids: Sequence[str]
    strict: bool = True

    def existing(self, known: Mapping[str, object]) -> list[str]:
        """Return the ids that exist, each once."""
        existing: dict[str, None] = {}
        for index, one in enumerate(self.ids):
            if one in known:
                existing[one] = None
            elif self.strict:
                raise UnknownMember(index)
        return list(existing)


class Partition:
    """The records of one application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.is_shared = False
        """Whether a saved state uses it too, so that it must not be changed."""
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
        users = self.users
        ids = self._indexes.sorted_by(query.sort_field, users).ids
        selected = self._selected(query)
        if selected is not None and len(selected) * _FEW < len(ids):
            key = sort_key(query.sort_field, USER_FIELDS)
            ids = sorted(selected, key=lambda user_id: key(users[user_id]))
        elif selected is not None:
            chosen = set(selected)
            ids = [user_id for user_id in ids if user_id in chosen]
        return Page(tuple(map(users.__getitem__, query.cut(ids))), len(ids))

    def _selected(self, query: ListQuery) -> list[str] | None:
        """Return the ids of the users that the query's filters select; None is all."""
        users = self.users
        if query.advanced is not None:
            matches = query.advanced.matches
            return [user_id for user_id, user in users.items() if matches(user)]
        selected = None
        if query.filter is not None:
            glob = query.filter.glob
            selected = self._indexes.text(query.filter.field, glob, users).matching(glob)
        if query.group is not None:
            members = self._in_group(query.group)
            selected = list(members) if selected is None else [i for i in selected if i in members]
        return selected

    def _in_group(self, query: GroupFilter) -> Mapping[str, None]:
        if query.group in (ANY_GROUP, NO_GROUP):
            in_any = query.group == ANY_GROUP
            return {one.id: None for one in self.users.values() if bool(one.groups) is in_any}
        members = self._members.get(query.group, {})
        if not query.include_ancestors or query.group not in self.groups:
            return members
        everyone = members.copy()
        for ancestor in self.ancestor_ids(query.group):
            everyone.update(self._members[ancestor])
        return everyone

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
            if any(group.id not in self.groups for group in user.groups):
                raise UnknownMember(index)
        members = self._members
        for user in users:
            self.users[user.id] = user
            for group in user.groups:
                members[group.id][user.id] = None
        self._user_ids.update(user_ids)
        if len(users) * _FEW > len(self.users):
            self._indexes = UserIndexes()  # sorted again when they are needed
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
        moved = self._indexes.moved(before, after)
        for index in moved:
            index.remove(before, self.users)
        self.users[user_id] = after
        for index in moved:
            index.add(after, self.users)
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

    def _group_refs(self, groups: Membership) -> tuple[GroupRef, ...]:
        return tuple(self._refs[group_id] for group_id in groups.existing(self.groups))

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
        members = users.existing(self.users)
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
        members = None if users is None else users.existing(self.users)
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

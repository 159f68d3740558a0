"""What lists show of what they choose: parameters, filter, order and pages (section 7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.model.naive_query import Json, glob_matches


@dataclass(frozen=True)
class Listing:
    """What the lists of users and of groups differ in."""

    path: str
    type_name: str
    sort_fields: tuple[str, ...]
    default_sort_field: str
    filter_fields: tuple[str, ...]
    echoed: tuple[str, ...]


USERS = Listing(
    path="users",
    type_name="experienceUsers",
    sort_fields=(
        "firstName",
        "lastName",
        "email",
        "id",
        "creationDate",
        "lastLogin",
        "lastUpdated",
    ),
    default_sort_field="email",
    filter_fields=("firstName", "lastName", "email"),
    echoed=("filterField", "filter", "experienceGroupId"),
)
GROUPS = Listing(
    path="groups",
    type_name="experienceGroups",
    sort_fields=("name", "id", "creationDate", "lastUpdated"),
    default_sort_field="name",
    filter_fields=("name",),
    echoed=("filterField", "filter"),
)
DIRECTIONS = ("asc", "desc", "ASC", "DESC")
YES = ("true", "1", "yes")


def problem_with(params: Mapping[str, str], listing: Listing) -> str | None:
    """Return what is wrong with the first bad parameter, in the order of the contract's table."""
    allowed = {
        "sortField": "|".join(listing.sort_fields),
        "sortDirection": "|".join(DIRECTIONS),
        "page": r"\d+",
        "perPage": r"0*[1-9]\d*",
        "filterField": "|".join(listing.filter_fields),
        "experienceGroupId": "any|none|[0-9a-fA-F]{24}",
    }
    wrong = {
        "page": "is the wrong type",
        "perPage": "is the wrong type",
        "experienceGroupId": "pattern mismatch",
    }
    for name, pattern in allowed.items():
        if params.get(name) and not re.fullmatch(pattern, params[name]):
            return f"{name} {wrong.get(name, 'must be an enum value')}"
    return None


def filter_holds(entity: Json, params: Mapping[str, str]) -> bool:
    """Whether an entity fits filterField and filter."""
    field, pattern = params.get("filterField"), params.get("filter")
    if not field or not pattern:
        return True
    return field in entity and glob_matches(pattern, entity[field])


def page_of(items: list[Json], params: Mapping[str, str], listing: Listing) -> Json:
    """Return the page asked for, with what its envelope says of it."""
    field = params.get("sortField") or listing.default_sort_field
    direction = params.get("sortDirection") or "asc"
    page = int(params.get("page") or 0)
    per_page = min(int(params.get("perPage") or 100), 1000)
    ordered = sorted(
        items,
        key=lambda item: (field in item, item.get(field), item["id"]),
        reverse=direction.lower() == "desc",
    )
    shown = ordered[page * per_page : (page + 1) * per_page]
    return {
        "items": shown,
        "count": len(shown),
        "totalCount": len(items),
        "page": page,
        "perPage": per_page,
        "sortField": field,
        "sortDirection": direction,
        **{name: params[name] for name in listing.echoed if params.get(name)},
    }

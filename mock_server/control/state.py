"""What a world holds, as seed documents; and its users and groups one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Body, Depends, Path, Query
from pydantic import ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator

from mock_server.control.errors import invalid, not_found
from mock_server.control.intake import LARGE_LINES
from mock_server.control.models import InWorld, ObjectId, ResponseModel
from mock_server.control.operations import operations
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import WHOLE, RequestModel
from mock_server.seeds.mistakes import FixtureError
from mock_server.seeds.schema import document_schema
from mock_server.worlds import state as arranging

router = operations("state")

_REPLACING = {
    "groups": [{"name": "Pilots"}],
    "users": [{"email": "ann@example.com", "groups": ["Pilots"]}],
}
_ADDING = {
    "groups": [{"name": "Trainees", "parent": "Pilots"}],
    "users": [{"email": "ben@example.com", "groups": ["Trainees"]}],
}
_USER = {"email": "kim@example.com", "firstName": "Kim", "lastLogin": "2020-01-31"}
_GROUP = {"name": "Crew", "description": "On board"}

SEED = "A seed document, as in seed files; as JSON, or as JSON Lines (application/jsonl)."


def _lines_or_object(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Leave lines as they were sent: only the seed knows what is right in them."""
    return value if isinstance(value, bytes) else read(value)


Document = Annotated[dict[str, Any], WrapValidator(_lines_or_object)]


class Generated(RequestModel):
    """What to make up."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"count": 50, "locales": ["de_DE", "ja_JP"], "seed": 7}]}
    )

    count: Annotated[int, Field(ge=0, le=1_000_000, description="How many users."), WHOLE]
    application_id: ObjectId | None = Field(None, description="By default the first one.")
    locales: Annotated[list[str], FirstMistake()] | None = Field(
        None,
        min_length=1,
        description="Where they come from, as Faker calls it: en_US, de_DE, ja_JP … By default"
        " where the server's settings say.",
    )
    seed: Annotated[int, Field(ge=0), WHOLE] | None = Field(
        None,
        description="Makes them the same people every time, with dates until 2024, but for"
        " addresses that are taken. By default others come each time, with dates until now.",
    )


class Documents(ResponseModel):
    """All users, or all groups."""

    items: list[dict[str, Any]]


async def _application(
    world: InWorld,
    application_id: Annotated[
        ObjectId | None, Query(alias="applicationId", description="By default the first one.")
    ] = None,
) -> str:
    wanted = (world.application_id if application_id is None else application_id).lower()
    if await world.store.application(wanted) is None:
        raise not_found(f"Application {wanted}")
    return wanted


InApplication = Annotated[str, Depends(_application)]

User = Annotated[
    str, Path(description="Id or email address of a user.", examples=["kim@example.com"])
]
Group = Annotated[
    str,
    Path(
        min_length=1,
        description="Id of a group, its path from the root, or the end of that path.",
        examples=["Crew"],
    ),
]


@router.get("/state")
async def export_state(world: InWorld) -> dict[str, Any]:
    """Return the whole world as a seed document; loading it makes the same world again."""
    return await arranging.state(world)


@router.get("/schema")
async def get_schema() -> dict[str, Any]:
    """Return the JSON Schema of seed documents."""
    return document_schema()


@router.put("/state", status_code=204, openapi_extra=LARGE_LINES)
async def replace_state(
    world: InWorld,
    document: Annotated[Document, Body(description=SEED, examples=[_REPLACING])],
) -> None:
    """Put what a document describes in place of everything that is there."""
    await arranging.replace(world, document)


@router.patch("/state", status_code=204, openapi_extra=LARGE_LINES)
async def add_to_state(
    world: InWorld,
    document: Annotated[Document, Body(description=SEED, examples=[_ADDING])],
) -> None:
    """Add what a document describes; applications that are there already are added to."""
    await arranging.add(world, document)


@router.post("/generate", status_code=204)
async def generate(world: InWorld, wanted: Generated) -> None:
    """Add made-up users, and groups for them."""
    application_id = await _application(world, wanted.application_id)
    try:
        await arranging.generate(
            world, wanted.count, application_id, locales=wanted.locales, seed=wanted.seed
        )
    except ValueError as error:
        raise invalid(f"locales: {error}") from None


@router.get("/users")
async def list_users(world: InWorld, application_id: InApplication) -> Documents:
    """List all users, as in seed files."""
    return Documents.model_construct(items=await arranging.users(world, application_id))


@router.post("/users", status_code=201)
async def add_user(
    world: InWorld,
    application_id: InApplication,
    user: Annotated[
        dict[str, Any], Body(description="A user, as in seed files.", examples=[_USER])
    ],
) -> dict[str, Any]:
    """Add a user, with all that seed files can give one."""
    with _alone("users"):
        return await arranging.add_user(world, user, application_id)


@router.get("/users/{called:path}")
async def get_user(world: InWorld, application_id: InApplication, called: User) -> dict[str, Any]:
    """Show a user by id or email address."""
    return await arranging.user(world, application_id, called)


@router.delete("/users/{called:path}", status_code=204)
async def remove_user(world: InWorld, application_id: InApplication, called: User) -> None:
    """Remove a user by id or email address."""
    await arranging.remove_user(world, application_id, called)


@router.get("/groups")
async def list_groups(world: InWorld, application_id: InApplication) -> Documents:
    """List all groups, as in seed files, each with its parent."""
    return Documents.model_construct(items=await arranging.groups(world, application_id))


@router.post("/groups", status_code=201)
async def add_group(
    world: InWorld,
    application_id: InApplication,
    group: Annotated[
        dict[str, Any], Body(description="A group, as in seed files.", examples=[_GROUP])
    ],
) -> dict[str, Any]:
    """Add a group, with all that seed files can give one."""
    with _alone("groups"):
        return await arranging.add_group(world, group, application_id)


@router.get("/groups/{called:path}")
async def get_group(world: InWorld, application_id: InApplication, called: Group) -> dict[str, Any]:
    """Show a group by id, by path from the root, or by the end of that path."""
    return await arranging.group(world, application_id, called)


@router.delete("/groups/{called:path}", status_code=204)
async def remove_group(world: InWorld, application_id: InApplication, called: Group) -> None:
    """Remove a group by id or path; its children move up to its parent."""
    await arranging.remove_group(world, application_id, called)


@contextmanager
def _alone(kind: str) -> Iterator[None]:
    """Tell mistakes in something that was sent alone, and not in a list of its kind."""
    try:
        yield
    except FixtureError as error:
        raise FixtureError(
            [
                replace(one, path=one.path[2:]) if one.path[:2] == (kind, 0) else one
                for one in error.mistakes
            ]
        ) from None

"""All records of a world as one seed document; single users and groups."""

from typing import Annotated, Any

from fastapi import Body, Depends, HTTPException, Path, Query
from pydantic import ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator

from mock_server.control.bodies import LARGE_LINES
from mock_server.control.errors import not_found
from mock_server.control.routing import InWorld, ObjectId, ResponseModel, operations
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.request_model import WHOLE, RequestModel
from mock_server.seeds.documents import document_schema
from mock_server.worlds import state as records

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
    """Leave JSON Lines as they were sent: they are read and checked line by line."""
    return value if isinstance(value, bytes) else read(value)


Document = Annotated[dict[str, Any], WrapValidator(_lines_or_object)]


class Generated(RequestModel):
    """Users to generate."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"count": 50, "locales": ["de_DE", "ja_JP"], "seed": 7}]}
    )

    count: Annotated[int, Field(ge=0, le=1_000_000, description="How many."), WHOLE]
    application_id: ObjectId | None = Field(None, description="By default the first one.")
    locales: Annotated[list[str], FirstMistake()] | None = Field(
        None,
        min_length=1,
        description="Faker's locales for their names: en_US, de_DE, ja_JP … By default those of the"
        " server's settings.",
    )
    seed: Annotated[int, Field(ge=0), WHOLE] | None = Field(
        None,
        description="Generates the same users every time, with dates until 2024, except for"
        " addresses that are taken. By default they differ each time, with dates until now.",
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
    found = (world.application_id if application_id is None else application_id).lower()
    if await world.store.application(found) is None:
        raise not_found(f"Application {found}")
    return found


InApplication = Annotated[str, Depends(_application)]

User = Annotated[
    str,
    Path(
        alias="idOrEmail",
        description="The user's id or email address.",
        examples=["kim@example.com"],
    ),
]
Group = Annotated[
    str,
    Path(
        alias="idOrPath",
        min_length=1,
        description="The group's id, its path from the root, or the end of that path.",
        examples=["Crew"],
    ),
]


@router.get("/state")
async def export_state(world: InWorld) -> dict[str, Any]:
    """Return all records as a seed document, which restores them when it is loaded."""
    return await records.state(world)


@router.get("/schema")
async def get_schema() -> dict[str, Any]:
    """Return the JSON Schema of seed documents."""
    return document_schema()


@router.put("/state", status_code=204, openapi_extra=LARGE_LINES)
async def replace_state(
    world: InWorld,
    document: Annotated[Document, Body(description=SEED, examples=[_REPLACING])],
) -> None:
    """Replace all records with those of a document."""
    await records.replace(world, document)


@router.patch("/state", status_code=204, openapi_extra=LARGE_LINES)
async def add_to_state(
    world: InWorld,
    document: Annotated[Document, Body(description=SEED, examples=[_ADDING])],
) -> None:
    """Add the records of a document; applications that exist already are extended."""
    await records.add(world, document)


@router.post("/generate", status_code=204)
async def generate(world: InWorld, body: Generated) -> None:
    """Generate users, and groups for them."""
    application_id = await _application(world, body.application_id)
    try:
        await records.generate(
            world, body.count, application_id, locales=body.locales, seed=body.seed
        )
    except ValueError as error:
        raise HTTPException(400, f"locales: {error}") from None


@router.get("/users")
async def list_users(world: InWorld, application_id: InApplication) -> Documents:
    """List all users as seed files have them."""
    return Documents.model_construct(items=await records.users(world, application_id))


@router.post("/users", status_code=201)
async def add_user(
    world: InWorld,
    application_id: InApplication,
    user: Annotated[
        dict[str, Any], Body(description="A user, as in seed files.", examples=[_USER])
    ],
) -> dict[str, Any]:
    """Add a user, with any property that seed files can have."""
    return await records.add_one(world, "users", user, application_id)


@router.get("/users/{idOrEmail:path}")
async def get_user(
    world: InWorld, application_id: InApplication, id_or_email: User
) -> dict[str, Any]:
    """Return a user by id or email address."""
    return await records.user(world, application_id, id_or_email)


@router.delete("/users/{idOrEmail:path}", status_code=204)
async def remove_user(world: InWorld, application_id: InApplication, id_or_email: User) -> None:
    """Remove a user by id or email address."""
    await records.remove_user(world, application_id, id_or_email)


@router.get("/groups")
async def list_groups(world: InWorld, application_id: InApplication) -> Documents:
    """List all groups as seed files have them, each with its parent."""
    return Documents.model_construct(items=await records.groups(world, application_id))


@router.post("/groups", status_code=201)
async def add_group(
    world: InWorld,
    application_id: InApplication,
    group: Annotated[
        dict[str, Any], Body(description="A group, as in seed files.", examples=[_GROUP])
    ],
) -> dict[str, Any]:
    """Add a group, with any property that seed files can have."""
    return await records.add_one(world, "groups", group, application_id)


@router.get("/groups/{idOrPath:path}")
async def get_group(
    world: InWorld, application_id: InApplication, id_or_path: Group
) -> dict[str, Any]:
    """Return a group by id, by path from the root, or by the end of that path."""
    return await records.group(world, application_id, id_or_path)


@router.delete("/groups/{idOrPath:path}", status_code=204)
async def remove_group(world: InWorld, application_id: InApplication, id_or_path: Group) -> None:
    """Remove a group by id or path; its children move up to its parent."""
    await records.remove_group(world, application_id, id_or_path)

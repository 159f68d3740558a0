"""Experience users (contract, sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.responses import Response

from mock_server.auth.passwords import hash_password
from mock_server.domain import problems
from mock_server.domain.errors import AlreadyExists, NotFound, ValidationFailed
from mock_server.domain.records import ExperienceUser
from mock_server.jsonio import encode
from mock_server.losant.hypermedia import Hypermedia
from mock_server.losant.responses import JsonResponse, Success
from mock_server.losant.routing import ApplicationId, Call, LosantRoute, found
from mock_server.schemas.experience_users import (
    ExperienceUserListParameters,
    ExperienceUserPatch,
    ExperienceUserPost,
    ExperienceUserResponse,
    ExperienceUsersResponse,
    user_document,
)
from mock_server.schemas.fields import ObjectId
from mock_server.schemas.listings import Parameters
from mock_server.store import EmailTaken, UnknownMember

router = APIRouter(
    prefix="/applications/{applicationId}/experience/users",
    tags=["experience users"],
    route_class=LosantRoute,
)

NOUN = "Experience User"
UserId = Annotated[ObjectId, Path(alias="experienceUserId")]

_REMEMBERED = 4096
"""The number of cached documents."""


@router.get("", name="experienceUsers.get", response_model=ExperienceUsersResponse)
async def list_users(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[ExperienceUserListParameters, Query()],
) -> Response:
    """List the application's users: sorted, filtered, one page."""
    page = await call.store.users(application_id, parameters.query(call.settings))
    document, hypermedia = _documents(call).get, call.hypermedia("experienceUser")
    items = [document(user, hypermedia) for user in page.items]
    href = _href(application_id)
    return call.page("experienceUsers", href, items, page.total_count, applicationId=application_id)


@router.post(
    "", name="experienceUsers.post", status_code=201, response_model=ExperienceUserResponse
)
async def create_user(
    call: Call,
    application_id: ApplicationId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ExperienceUserPost, Body(title="experienceUser")],
) -> Response:
    """Create a user. The email address must be new in the application."""
    world = call.world
    now = world.clock.now()
    user = ExperienceUser(
        id=world.ids.at(now),
        application_id=application_id,
        creation_date=now,
        last_updated=now,
        password_last_updated=now,
        password_hash=hash_password(body.password, world.generator),
        **_attributes(body),
    )
    with _refusals(body):
        groups = call.members(body.experience_group_ids or ())
        user = await call.store.add_user(user, groups)
    return _answer(call, user, 201)


@router.get("/{experienceUserId}", name="experienceUser.get", response_model=ExperienceUserResponse)
async def get_user(
    call: Call,
    application_id: ApplicationId,
    user_id: UserId,
    parameters: Annotated[Parameters, Query()],
) -> Response:
    """Return one user."""
    return _answer(call, found(await call.store.user(application_id, user_id), NOUN))


@router.patch(
    "/{experienceUserId}", name="experienceUser.patch", response_model=ExperienceUserResponse
)
async def change_user(
    call: Call,
    application_id: ApplicationId,
    user_id: UserId,
    parameters: Annotated[Parameters, Query()],
    body: Annotated[ExperienceUserPatch, Body(title="experienceUser")],
) -> Response:
    """Change what was sent. Tags and groups replace those that the user had."""
    world = call.world
    now = world.clock.now()
    changes = {**_attributes(body), "last_updated": now}
    if body.password is not None:
        changes["password_hash"] = hash_password(body.password, world.generator)
        changes["password_last_updated"] = now
    groups = body.experience_group_ids
    membership = None if groups is None else call.members(groups)
    with _refusals(body):
        user = await call.store.change_user(application_id, user_id, changes, membership)
    return _answer(call, found(user, NOUN))


@router.delete("/{experienceUserId}", name="experienceUser.delete", response_model=Success)
async def delete_user(
    call: Call,
    application_id: ApplicationId,
    user_id: UserId,
    parameters: Annotated[Parameters, Query()],
) -> Response:
    """Delete a user, and with it its memberships."""
    if not await call.store.remove_user(application_id, user_id):
        raise NotFound(NOUN)
    return call.deleted()


class UserDocuments:
    """Encodes users as JSON, and caches the results, because listings ask for the same users.

    Records never change, so a cached document stays correct.
    """

    def __init__(self) -> None:
        self.get = lru_cache(maxsize=_REMEMBERED)(_document)
        """Returns the JSON of a user with its hypermedia."""


def _document(user: ExperienceUser, hypermedia: Hypermedia) -> bytes:
    around = hypermedia.around(f"{_href(user.application_id)}/{user.id}")
    return encode({**user_document(user), **around})


def _documents(call: Call) -> UserDocuments:
    documents: UserDocuments = call.app.state.user_documents
    return documents


def _answer(call: Call, user: ExperienceUser, status: int = 200) -> Response:
    return JsonResponse(_documents(call).get(user, call.hypermedia("experienceUser")), status)


def _href(application_id: str) -> str:
    return f"/applications/{application_id}/experience/users"


def _attributes(body: ExperienceUserPatch) -> dict[str, Any]:
    """Return the sent properties that are stored as they are."""
    elsewhere = ("password", "experience_group_ids")
    return {name: value for name, value in body.given().items() if name not in elsewhere}


@contextmanager
def _refusals(body: ExperienceUserPatch) -> Iterator[None]:
    """Raise the API's errors for what the store refuses."""
    try:
        yield
    except EmailTaken:
        raise AlreadyExists(str(body.email)) from None
    except UnknownMember as unknown:
        field = f"experienceUser.experienceGroupIds.{unknown.index}"
        raise ValidationFailed(field, problems.NOT_FOUND) from None

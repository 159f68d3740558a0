"""Logging in over HTTP."""

from __future__ import annotations

from mock_server.jsonio import encode
from mock_server.losant.actions import auth as actions
from mock_server.losant.reply import Reply
from mock_server.losant.routing import BodySpec, Call, Endpoint
from mock_server.schemas.auth import UserCredentials
from mock_server.schemas.listings import Parameters


async def authenticate_user(call: Call[Parameters, UserCredentials]) -> Reply:
    login = await actions.authenticate_user(call.world, call.body)
    document = {"userId": login.user_id, "token": login.token, "needsToVerifyEmail": False}
    return Reply(200, encode(document))


ENDPOINTS = (
    Endpoint(
        "auth.authenticateUser",
        authenticate_user,
        Parameters,
        BodySpec("credentials", UserCredentials),
    ),
)

"""Passwords are told to nobody."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import httpx2 as httpx
import pytest
from pydantic import BaseModel, ValidationError

from mock_server import MockServer
from mock_server.auth.passwords import hash_password, verify_password
from mock_server.domain.context import WorldContext
from mock_server.domain.errors import ApiError
from mock_server.domain.records import Account, ExperienceUser
from mock_server.jsonio import InvalidJson, decode
from mock_server.schemas.auth import UserCredentials
from mock_server.schemas.experience_users import ExperienceUserPatch, ExperienceUserPost
from mock_server.schemas.validation import WireModel
from mock_server.seeds.documents import AccountFixture, FixtureDocument, UserFixture
from mock_server.store import Store

MARK = "xyzzy"
PASSWORD = f"{MARK} correct horse"
ODD = f"{PASSWORD}\ud800\x00"
EMAIL = "horse@example.com"
MODELS: Sequence[type[WireModel]] = (ExperienceUserPost, ExperienceUserPatch, UserCredentials)
FIXTURES: Sequence[type[Any]] = (AccountFixture, UserFixture)

ACCEPTED: Mapping[str, Any] = {"email": EMAIL, "password": PASSWORD}
ALONE: Mapping[str, Any] = {"password": PASSWORD}
REFUSED: Mapping[str, Any] = {
    "too short": {"email": EMAIL, "password": f"{MARK}!!"},
    "too long": {"email": EMAIL, "password": PASSWORD * 200},
    "a list": {"email": EMAIL, "password": [PASSWORD]},
    "an object": {"email": EMAIL, "password": {PASSWORD: PASSWORD}},
    "beside a wrong email": {"email": "horse", "password": PASSWORD},
    "beside an unknown property": {**ACCEPTED, "pasword": PASSWORD},
    "beside a number": {**ACCEPTED, "firstName": 1, "twoFactorCode": 1},
    "without an email": ALONE,
    "alone": PASSWORD,
    "in a list": [PASSWORD],
    "with half a character as a key": {**ACCEPTED, "\ud800": PASSWORD},
}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return all that any logger has to say, at its most talkative."""
    names = [None, *logging.root.manager.loggerDict, "mock_server", "uvicorn", "asyncio"]
    for name in names:
        caplog.set_level(logging.DEBUG, logger=name)

    def everything() -> str:
        records = [f"{record.__dict__!r} {record.getMessage()}" for record in caplog.records]
        return "\n".join([caplog.text, *records])

    return everything


def assert_silent(*texts: str) -> None:
    """Check that no text has a password in it."""
    for text in texts:
        assert MARK not in text


def sent(client: httpx.Client, method: str, path: str, document: object) -> httpx.Response:
    """Send JSON in ASCII, in which every text can be written."""
    headers = {"Content-Type": "application/json"}
    return client.request(method, path, content=json.dumps(document), headers=headers)


@pytest.mark.parametrize("password", [PASSWORD, ODD], ids=["plain", "odd"])
def test_accepted(
    client: httpx.Client,
    paths: Mapping[str, str],
    logged: Callable[[], str],
    password: str,
) -> None:
    """A password that is accepted is in no answer and no log."""
    created = sent(client, "POST", paths["users"], {"email": EMAIL, "password": password})
    user = f"{paths['users']}/{created.json()['id']}"
    answers = [
        created,
        sent(client, "PATCH", user, {"password": f"{password}!"}),
        sent(client, "POST", paths["users"], {"email": EMAIL.upper(), "password": password}),
        client.get(user),
        client.get(paths["users"]),
        client.get(paths["users"], params={"query": json.dumps({"email": EMAIL})}),
        sent(client, "POST", paths["login"], {"email": EMAIL, "password": password}),
        client.delete(user),
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [201, 200, 400, 200, 200, 200, 401, 200]
    assert_silent(logged(), *(answer.text for answer in answers))
    assert not any("hash" in answer.text for answer in answers)


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize(
    ("method", "kind"), [("POST", "users"), ("PATCH", "user"), ("POST", "login")]
)
def test_refused(
    client: httpx.Client,
    paths: Mapping[str, str],
    logged: Callable[[], str],
    document: object,
    method: str,
    kind: str,
) -> None:
    """A password in a body that is refused is in no answer and no log."""
    answer = sent(client, method, paths[kind], document)
    # A change of the password alone is nothing to refuse.
    assert answer.status_code == (200 if (kind, document) == ("user", ALONE) else 400)
    assert_silent(answer.text, logged())


MALFORMED: Mapping[str, bytes] = {
    "no end": b'{"password":"%b"',
    "no quotes": b'{"password":%b}',
    "no UTF-8": b'{"password":"%b\xff"}',
    "a control character": b'{"password":"%b\n"}',
    "an unknown escape": b'{"password":"%b\\x"}',
    "a second value": b'{"password":"%b"} "x"',
    "not JSON at all": b"password=%b",
}


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(
    client: httpx.Client,
    paths: Mapping[str, str],
    logged: Callable[[], str],
    body: bytes,
    content_type: str,
) -> None:
    """A password in a body that cannot be read is in no answer and no log."""
    answer = client.post(
        paths["users"], content=body % PASSWORD.encode(), headers={"Content-Type": content_type}
    )
    assert answer.status_code == 400
    assert_silent(answer.text, logged())


@pytest.mark.parametrize("path", ["nowhere", "devices", "control tokens"])
def test_elsewhere(
    client: httpx.Client, paths: Mapping[str, str], logged: Callable[[], str], path: str
) -> None:
    """A password that is sent to the wrong place is in no answer and no log."""
    answer = sent(client, "POST", paths[path], {**ACCEPTED, "scope": []})
    assert_silent(answer.text, logged())


@pytest.mark.parametrize("mistake", [RuntimeError, OverflowError, RecursionError, KeyError])
def test_mistakes_of_the_server(
    client: httpx.Client,
    paths: Mapping[str, str],
    logged: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    mistake: type[Exception],
) -> None:
    """When the server itself fails, neither its answer nor its log has the password."""

    async def fail(*arguments: object) -> NoReturn:
        raise mistake(repr(arguments))

    monkeypatch.setattr(Store, "add_user", fail)
    answer = sent(client, "POST", paths["users"], ACCEPTED)
    assert answer.status_code == 500
    assert answer.json()["type"] == "InternalError"
    text = logged()
    assert mistake.__name__ in text
    assert_silent(answer.text, text)


def chain(error: BaseException | None) -> Sequence[BaseException]:
    """Return an exception with those that it came from and is shown with."""
    shown = []
    while error is not None:
        shown.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return shown


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_wire_models(model: type[WireModel]) -> None:
    """A body as a model does not show its password."""
    body = model.read("body", dict(ACCEPTED))
    assert_silent(repr(body), str(body), f"{body!r:>200}")


def made(model: type[Any], document: object) -> object:
    """Return a document as a model, or what a fixture document makes of it."""
    if issubclass(model, BaseModel):
        return model.model_validate(document)
    return FixtureDocument.model_validate({"users": [document]}).users[0]


@pytest.mark.parametrize("model", FIXTURES, ids=lambda model: model.__name__)
def test_fixture_models(model: type[Any]) -> None:
    """A fixture does not show its password, nor does the document around it."""
    fixture = made(model, ACCEPTED)
    document = FixtureDocument.model_validate({"users": [ACCEPTED], "accounts": [ACCEPTED]})
    assert_silent(repr(fixture), str(fixture), repr(document), str(document))


@pytest.mark.parametrize("model", [*MODELS, *FIXTURES], ids=lambda model: model.__name__)
@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED.keys())
def test_validation_errors(model: type[Any], document: object) -> None:
    """A validation error does not show what was validated."""
    try:
        made(model, document)
    except ValidationError as error:
        assert_silent(str(error), repr(error))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED.keys())
def test_refusals(model: type[WireModel], document: object) -> None:
    """A refusal does not show what was refused, nor does what it came from."""
    try:
        model.read("body", document)
    except ApiError as error:
        assert_silent(*map(repr, chain(error)), *map(str, chain(error)), repr(vars(error)))


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_refusals_of_content(body: bytes) -> None:
    """A refusal of a body that is not JSON does not show it."""
    with pytest.raises(InvalidJson) as caught:
        decode(body % PASSWORD.encode())
    error = caught.value
    assert_silent(*map(repr, chain(error)), *map(str, chain(error)), repr(vars(error)))


def test_records() -> None:
    """A record shows neither the password nor its hash."""
    hashed = hash_password(PASSWORD, WorldContext.of(1).generator)
    account = Account(id="a" * 24, email=EMAIL, password_hash=hashed)
    user = ExperienceUser(
        id="b" * 24,
        application_id="c" * 24,
        email=EMAIL,
        creation_date=0,
        last_updated=0,
        password_last_updated=0,
        password_hash=hashed,
    )
    for record in (account, user):
        assert_silent(repr(record), str(record))
        assert not any(part in repr(record) for part in hashed.split(":"))


@pytest.mark.parametrize("password", [PASSWORD, ODD, "\x00" * 8, "\ud800" * 8], ids=ascii)
def test_hashes(password: str) -> None:
    """A hash tells its password from others, and does not hold it."""
    generator = WorldContext.of(1).generator
    hashed = hash_password(password, generator)
    assert verify_password(password, hashed)
    assert not verify_password(f"{password}!", hashed)
    assert not verify_password(password, None)
    assert hash_password(password, generator) != hashed
    assert_silent(hashed)


def test_server(server: MockServer, secret: str) -> None:
    """A server does not show its secret."""
    assert secret not in repr(server)
    assert secret not in repr(vars(server))

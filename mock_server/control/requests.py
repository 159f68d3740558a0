"""The journal: requests that came, and assertions about them."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from mock_server.control.errors import invalid
from mock_server.control.intake import decode
from mock_server.control.models import (
    MAX_COUNT,
    GlobText,
    HowMany,
    Instant,
    InWorld,
    Pattern,
    ResponseModel,
    whole,
)
from mock_server.control.operations import answer, operations
from mock_server.journal.journal import Exchange
from mock_server.journal.near_misses import NearMiss
from mock_server.journal.verification import (
    Times,
    Verdict,
    verify,
    verify_order,
)
from mock_server.query.request_pattern import UNSET, Difference, RequestPattern
from mock_server.schemas.fields import FirstMistake

router = operations("requests")


def _status(value: object) -> int | str:
    """Return a status, or a class of them, from a query string or from JSON."""
    value = whole(value)
    text = str(value)
    if isinstance(value, str | int) and len(text) == 3 and text[0] in "12345":
        if text[1:].isascii() and text[1:].isdecimal():
            return int(text)
        if text[1:].lower() == "xx":
            return text.lower()
    raise ValueError("must be a status such as 201, or a class of them such as 4xx")


Status = Annotated[
    Any,
    BeforeValidator(_status),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": "^[1-5]([0-9][0-9]|[xX][xX])$"},
            ]
        }
    ),
]
"""A status, or ``4xx`` for all that begin with 4."""


class RecordedRequest(ResponseModel):
    """A request and what was answered, without passwords and tokens."""

    number: int = Field(description="1 for the first since the last reset.")
    time: Instant
    action: str | None
    method: str
    path: str
    query: dict[str, Any]
    headers: dict[str, str]
    body: Any
    status: int | None = Field(description="null where nothing was answered.")
    response: Any
    milliseconds: float
    error: str | None = Field(description="Type of an error.")
    reason: str | None = Field(description="What was wrong; may say more than was answered.")
    faults: list[str] = Field(description="Ids of the faults that struck.")

    @classmethod
    def of(cls, exchange: Exchange) -> "RecordedRequest":
        # Clients of the mocked API send what pydantic takes for no text.
        return cls.model_construct(
            number=exchange.number,
            time=exchange.time,
            action=exchange.action,
            method=exchange.method,
            path=exchange.path,
            query=dict(exchange.query),
            headers=dict(exchange.headers),
            body=exchange.body,
            status=exchange.status,
            response=exchange.response,
            milliseconds=round(exchange.milliseconds, 3),
            error=exchange.error,
            reason=exchange.reason,
            faults=list(exchange.faults),
        )


class Count(ResponseModel):
    """How many requests of a kind there were."""

    action: str | None
    method: str
    status: int | None
    count: int


class RecordedRequests(ResponseModel):
    """Requests, oldest first, and counts of all there ever were."""

    items: list[RecordedRequest]
    matched: int = Field(description="How many of the kept requests match; items may be fewer.")
    total: int = Field(description="How many requests there were since the last reset.")
    kept: int = Field(description="How many of them are kept.")
    counts: list[Count] = Field(description="How many of each kind there were, kept or not.")


class ExpectedRequest(Pattern):
    """What to look for in requests and answers."""

    status: Status | None = Field(None, description="Status: 201, or 4xx for a class of them.")


class Expectation(ExpectedRequest):
    """What is asserted: that requests match, at least once if nothing else is said.

    With inOrder, that for each pattern there was a request, one after the other.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"action": "experienceUsers.get", "times": 0},
                {"method": "POST", "body": {"email": "ann@example.com"}, "status": 201},
                {"inOrder": [{"action": "experienceUsers.post"}, {"status": "4xx"}]},
            ]
        }
    )

    times: HowMany | None = Field(None, description="Exactly so often; 0 for never.")
    at_least: HowMany | None = Field(None, description="So often or more.")
    at_most: HowMany | None = Field(None, description="So often or less.")
    in_order: Annotated[list[ExpectedRequest], FirstMistake()] | None = Field(
        None, min_length=1, description="Patterns that requests match one after the other."
    )

    @model_validator(mode="after")
    def _one_thing(self) -> "Expectation":
        if self.in_order is not None and len(self.model_fields_set) > 1:
            raise ValueError("must have nothing but inOrder where that is given")
        if self.times is not None and (self.at_least, self.at_most) != (None, None):
            raise ValueError("must have times, or atLeast and atMost, but not both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("must have an atLeast that is not more than atMost")
        return self

    @property
    def wanted_times(self) -> Times:
        if self.times is not None:
            return Times(self.times, self.times)
        if self.at_least is None:
            return Times() if self.at_most is None else Times(0, self.at_most)
        return Times(self.at_least, self.at_most)


class DifferenceFound(ResponseModel):
    """Where a request is not what was looked for; without found there was nothing."""

    where: str
    wanted: Any
    found: Any = None


class NearMissFound(ResponseModel):
    """A request that is nearly what was looked for."""

    request: RecordedRequest
    differences: list[DifferenceFound]


class Verification(ResponseModel):
    """Whether an assertion holds; the message says why not, field by field."""

    passed: bool
    count: int
    message: str
    near_misses: list[NearMissFound]


@router.get("/requests")
async def list_requests(
    world: InWorld,
    action: Annotated[
        GlobText | None, Query(description="Action as a glob.", examples=["experienceUsers.*"])
    ] = None,
    method: Annotated[str | None, Query(description="GET, POST, PATCH, DELETE …")] = None,
    path: Annotated[GlobText | None, Query(description="Path as a glob.")] = None,
    status: Annotated[
        Status | None, Query(description="Status: 201, or 4xx for a class of them.")
    ] = None,
    query: Annotated[
        str | None,
        Query(description="Parameters that must be in the query string, as a JSON object."),
    ] = None,
    body: Annotated[str | None, Query(description="JSON that must be in the body.")] = None,
    limit: Annotated[int, Query(ge=0, le=MAX_COUNT, description="The newest so many.")] = 100,
) -> RecordedRequests:
    """List the newest requests that match."""
    wanted: dict[str, Any] = {"action": action, "method": method, "path": path}
    if query is not None:
        wanted["query"] = _json("query", query)
    if body is not None:
        wanted["body"] = _json("body", body)
    pattern = _pattern(wanted, status)
    journal = world.journal
    found = list(journal.find(pattern))
    return RecordedRequests(
        items=[RecordedRequest.of(exchange) for exchange in found[max(0, len(found) - limit) :]],
        matched=len(found),
        total=journal.total,
        kept=len(journal.kept),
        counts=[
            Count(action=kind.action, method=kind.method, status=kind.status, count=count)
            for kind, count in journal.counts.items()
        ],
    )


@router.delete("/requests", status_code=204)
async def clear_requests(world: InWorld) -> None:
    """Forget all requests."""
    world.journal.clear()


@router.post(
    "/requests/verify",
    response_model=Verification,
    responses={409: {"model": Verification, "description": "The assertion does not hold."}},
)
async def verify_requests(world: InWorld, wanted: Expectation) -> Response:
    """Assert something about the requests. Status 409 if it does not hold."""
    if wanted.in_order is not None:
        patterns = [one.pattern(one.status) for one in wanted.in_order]
        verdict = verify_order(world.journal, patterns)
    else:
        verdict = verify(world.journal, wanted.pattern(wanted.status), wanted.wanted_times)
    return answer(_told(verdict), 200 if verdict.passed else 409)


def _told(verdict: Verdict) -> Verification:
    return Verification.model_construct(
        passed=verdict.passed,
        count=verdict.count,
        message=verdict.message,
        near_misses=[_near(miss) for miss in verdict.near_misses],
    )


def _near(miss: NearMiss) -> NearMissFound:
    return NearMissFound(
        request=RecordedRequest.of(miss.exchange),
        differences=[_difference(one) for one in miss.differences],
    )


def _difference(one: Difference) -> DifferenceFound:
    found = {} if one.found is UNSET else {"found": one.found}
    return DifferenceFound.model_construct(where=one.where, wanted=one.wanted, **found)


def _pattern(wanted: dict[str, Any], status: int | str | None) -> RequestPattern:
    try:
        return Pattern.model_validate(wanted).pattern(status)
    except ValidationError as error:
        details: Sequence[Any] = error.errors(include_url=False)
        errors = [{**detail, "loc": ("query", *detail["loc"])} for detail in details]
        raise RequestValidationError(errors) from None


def _json(name: str, text: str) -> Any:
    try:
        return decode(text)
    except ValueError as error:
        raise invalid(f"{name} is {error}") from None

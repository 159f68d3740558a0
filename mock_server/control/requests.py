"""The journal: the requests that were received, and assertions about them."""

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    SkipValidation,
    WithJsonSchema,
    model_validator,
)

from mock_server.control.bodies import decode
from mock_server.control.models import (
    MAX_COUNT,
    HowMany,
    Instant,
    InWorld,
    Parameters,
    Pattern,
    ResponseModel,
    whole,
)
from mock_server.control.routing import JsonResponse, operations
from mock_server.journal.verification import Times, verify, verify_order
from mock_server.query.request_pattern import UNSET
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

AnyText = SkipValidation[str]
"""Text that a client sent: it may have unpaired surrogates, which pydantic may refuse."""


def _decoded(value: object) -> object:
    """Return the JSON value of a parameter."""
    try:
        return decode(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError(f"is {error}") from None


_JSON = BeforeValidator(_decoded, json_schema_input_type=str)


class RecordedRequest(ResponseModel):
    """A request and its answer, without passwords and tokens."""

    number: int = Field(description="1 for the first since the last reset.")
    time: Instant
    action: str | None
    method: AnyText
    path: AnyText
    query: SkipValidation[dict[str, Any]]
    headers: SkipValidation[dict[str, str]]
    body: Any
    status: int | None = Field(description="null where nothing was answered.")
    response: Any
    milliseconds: Annotated[float, AfterValidator(lambda number: round(number, 3))]
    error: str | None = Field(description="The type of an error.")
    reason: SkipValidation[str | None] = Field(
        description="What was wrong; may say more than the answer."
    )
    faults: list[str] = Field(description="Ids of the faults that affected it.")


class Count(ResponseModel):
    """How many requests of a kind were received."""

    action: str | None
    method: str
    status: int | None
    count: int


class RecordedRequests(ResponseModel):
    """Requests, oldest first, and counts of all requests."""

    items: list[RecordedRequest]
    matched: int = Field(description="How many of the kept requests match; items may be fewer.")
    total: int = Field(description="How many requests were received since the last reset.")
    kept: int = Field(description="How many of them are kept.")
    counts: list[Count] = Field(description="How many of each kind were received, kept or not.")


class ExpectedRequest(Pattern):
    """What to look for in requests and answers."""

    status: Status | None = Field(None, description="Status: 201, or 4xx for a class of them.")


class Expectation(ExpectedRequest):
    """An assertion: requests match, at least once unless a number is given.

    With inOrder: requests match the patterns, one after the other.
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
    def expected_times(self) -> Times:
        if self.times is not None:
            return Times(self.times, self.times)
        if self.at_least is None:
            return Times() if self.at_most is None else Times(0, self.at_most)
        return Times(self.at_least, self.at_most)


class DifferenceFound(ResponseModel):
    """Where a request differs from the pattern; without found it has nothing there."""

    where: AnyText
    wanted: Any
    found: Any = Field(None, exclude_if=lambda value: value is UNSET)


class NearMissFound(ResponseModel):
    """A request that nearly matches."""

    request: RecordedRequest = Field(validation_alias="exchange")
    differences: list[DifferenceFound]


class Verification(ResponseModel):
    """Whether an assertion holds; the message says why not, field by field."""

    passed: bool
    count: int
    message: AnyText
    near_misses: list[NearMissFound]


class RequestFilter(ExpectedRequest):
    """Parameters that select requests."""

    model_config = ConfigDict(strict=False)

    query: Annotated[Parameters | None, _JSON] = Field(
        None, description="Parameters that the query string must have, as a JSON object."
    )
    body: Annotated[Any, _JSON] = Field(None, description="JSON that the body must contain.")
    limit: Annotated[int, Field(ge=0, le=MAX_COUNT)] = Field(
        100, description="Only the newest so many."
    )


@router.get("/requests")
async def list_requests(
    world: InWorld, parameters: Annotated[RequestFilter, Query()]
) -> RecordedRequests:
    """List the newest requests that match."""
    journal = world.journal
    found = list(journal.find(parameters.pattern(parameters.status)))
    return RecordedRequests.model_validate(
        {
            "items": found[max(0, len(found) - parameters.limit) :],
            "matched": len(found),
            "total": journal.total,
            "kept": len(journal.kept),
            "counts": [{**kind._asdict(), "count": n} for kind, n in journal.counts.items()],
        }
    )


@router.delete("/requests", status_code=204)
async def clear_requests(world: InWorld) -> None:
    """Delete all requests."""
    world.journal.clear()


@router.post(
    "/requests/verify",
    response_model=Verification,
    responses={409: {"model": Verification, "description": "The assertion does not hold."}},
)
async def verify_requests(world: InWorld, body: Expectation) -> Response:
    """Assert something about the requests. Status 409 if it does not hold."""
    if body.in_order is not None:
        patterns = [one.pattern(one.status) for one in body.in_order]
        verdict = verify_order(world.journal, patterns)
    else:
        verdict = verify(world.journal, body.pattern(body.status), body.expected_times)
    return JsonResponse(Verification.model_validate(verdict), 200 if verdict.passed else 409)

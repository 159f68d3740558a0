"""The journal: requests that were received, and assertions about them."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from mock_server.control.bodies import decode
from mock_server.control.routing import InWorld, JsonResponse, ResponseModel, operations
from mock_server.journal.verification import Times, Verdict, verify, verify_order
from mock_server.schemas.fields import FirstMistake
from mock_server.schemas.recorded_request import RecordedRequest
from mock_server.schemas.request_model import MAX_COUNT, AnyJson, HowMany, QueryParameters
from mock_server.schemas.request_pattern import MISSING, ExpectedRequest

router = operations("requests")


def _decoded(value: object) -> object:
    """Return the JSON value of a parameter."""
    return decode(value) if isinstance(value, str) else value


_JSON = BeforeValidator(_decoded, json_schema_input_type=str)


class Count(ResponseModel):
    """How many requests of one kind were recorded."""

    action: str | None
    method: str
    status: int | None
    count: int


class RecordedRequests(ResponseModel):
    """Requests, oldest first, and counts of all requests since the last reset."""

    items: list[RecordedRequest]
    matched: int = Field(description="How many of the kept requests match; items may be fewer.")
    total: int = Field(description="How many requests were recorded since the last reset.")
    kept: int = Field(description="How many of them are kept.")
    counts: list[Count] = Field(description="How many of each kind were recorded, kept or not.")


class Expectation(ExpectedRequest):
    """An assertion: how many requests must match, at least one by default.

    With inOrder: that requests match the patterns one after the other.
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

    times: HowMany | None = Field(None, description="The exact number of matches; 0 for none.")
    at_least: HowMany | None = Field(None, description="The minimum number of matches.")
    at_most: HowMany | None = Field(None, description="The maximum number of matches.")
    in_order: Annotated[list[ExpectedRequest], FirstMistake()] | None = Field(
        None, min_length=1, description="Patterns that requests match one after the other."
    )

    @model_validator(mode="after")
    def _one_thing(self) -> "Expectation":
        if self.in_order is not None and len(self.model_fields_set) > 1:
            raise ValueError("must have no property beside inOrder")
        if self.times is not None and (self.at_least, self.at_most) != (None, None):
            raise ValueError("must have times, or atLeast and atMost, but not both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("must have an atLeast that is not more than atMost")
        return self

    @property
    def expected_times(self) -> Times:
        if self.times is not None:
            return Times(self.times, self.times)
        default = 1 if self.at_most is None else 0
        return Times(default if self.at_least is None else self.at_least, self.at_most)


class DifferenceFound(ResponseModel):
    """Where a request does not match; found is null where there is no value."""

    where: str
    wanted: Any
    found: Any = None


class NearMissFound(ResponseModel):
    """A request that nearly matches."""

    request: RecordedRequest
    differences: list[DifferenceFound]


class Verification(ResponseModel):
    """Whether an assertion holds; the message says why not, field by field."""

    passed: bool
    count: int
    message: str
    near_misses: list[NearMissFound]


class RequestFilter(ExpectedRequest):
    """Parameters that select requests."""

    model_config = ConfigDict(strict=False)

    query: Annotated[QueryParameters | None, _JSON] = Field(
        None, description="Parameters that the query string must have, as a JSON object."
    )
    body: Annotated[AnyJson, _JSON] = Field(None, description="JSON that the body must contain.")
    limit: Annotated[int, Field(ge=0, le=MAX_COUNT)] = Field(
        100, description="The maximum number of requests; the newest are returned."
    )


@router.get("/requests", response_model=RecordedRequests)
async def list_requests(world: InWorld, parameters: Annotated[RequestFilter, Query()]) -> Response:
    """List the newest requests that match."""
    journal = world.journal
    found = list(journal.find(parameters))
    newest = found[max(0, len(found) - parameters.limit) :]
    document = {
        "items": [exchange.recorded().to_document() for exchange in newest],
        "matched": len(found),
        "total": journal.total,
        "kept": len(journal.kept),
        "counts": [{**asdict(kind), "count": count} for kind, count in journal.counts.items()],
    }
    return JsonResponse(document)


@router.delete("/requests", status_code=204)
async def clear_requests(world: InWorld) -> None:
    """Forget all requests."""
    world.journal.clear()


@router.post(
    "/requests/verify",
    response_model=Verification,
    responses={409: {"model": Verification, "description": "The assertion does not hold."}},
)
async def verify_requests(world: InWorld, body: Expectation) -> Response:
    """Assert something about the requests. Status 409 if the assertion does not hold."""
    if body.in_order is not None:
        verdict = verify_order(world.journal, body.in_order)
    else:
        verdict = verify(world.journal, body, body.expected_times)
    return JsonResponse(_verification(verdict), 200 if verdict.passed else 409)


def _verification(verdict: Verdict) -> dict[str, Any]:
    return {
        "passed": verdict.passed,
        "count": verdict.count,
        "message": verdict.message,
        "nearMisses": [
            {
                "request": miss.exchange.recorded().to_document(),
                "differences": [
                    {
                        "where": one.where,
                        "wanted": one.expected,
                        "found": None if one.found is MISSING else one.found,
                    }
                    for one in miss.differences
                ],
            }
            for miss in verdict.near_misses
        ],
    }

"""The journal: requests that came, and assertions about them."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field, model_validator

from mock_server.api.control.errors import ControlError
from mock_server.api.control.models import ControlModel, Instant, InWorld, Pattern
from mock_server.control.journal import Exchange
from mock_server.control.matching import UNSET, Difference
from mock_server.control.verification import (
    NearMiss,
    Times,
    Verdict,
    verify,
    verify_order,
)

router = APIRouter(tags=["requests"])

Status = Annotated[int | str, Field(pattern="^[1-5](xx|[0-9][0-9])$", union_mode="left_to_right")]


class RecordedRequest(ControlModel):
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
        return cls(
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


class Count(ControlModel):
    """How many requests of a kind there were."""

    action: str | None
    method: str
    status: int | None
    count: int


class RecordedRequests(ControlModel):
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

    times: int | None = Field(None, ge=0, description="Exactly so often; 0 for never.")
    at_least: int | None = Field(None, ge=0)
    at_most: int | None = Field(None, ge=0)
    in_order: list[ExpectedRequest] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> "Expectation":
        if self.in_order is not None and len(self.model_fields_set) > 1:
            raise ValueError("inOrder stands alone")
        if self.times is not None and (self.at_least, self.at_most) != (None, None):
            raise ValueError("give times, or atLeast and atMost")
        return self

    @property
    def wanted_times(self) -> Times:
        if self.times is not None:
            return Times(self.times, self.times)
        if self.at_least is None:
            return Times() if self.at_most is None else Times(0, self.at_most)
        return Times(self.at_least, self.at_most)


class DifferenceFound(ControlModel):
    """Where a request is not what was looked for; without found there was nothing."""

    where: str
    wanted: Any
    found: Any = None


class NearMissFound(ControlModel):
    """A request that is nearly what was looked for."""

    request: RecordedRequest
    differences: list[DifferenceFound]


class Verification(ControlModel):
    """Whether an assertion holds; the message says why not, field by field."""

    passed: bool
    count: int
    message: str
    near_misses: list[NearMissFound]


@router.get("/requests")
async def list_requests(
    world: InWorld,
    action: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: Status | None = None,
    query: Annotated[str | None, Query(description="A JSON object.")] = None,
    body: Annotated[str | None, Query(description="JSON that must be in the body.")] = None,
    limit: Annotated[int, Query(ge=0, description="The newest so many.")] = 100,
) -> RecordedRequests:
    """List the newest requests that match."""
    wanted: dict[str, Any] = {"action": action, "method": method, "path": path}
    if query is not None:
        wanted["query"] = _json("query", query)
    if body is not None:
        wanted["body"] = _json("body", body)
    pattern = Pattern.model_validate(wanted).pattern(status)
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
async def clear(world: InWorld) -> None:
    """Forget all requests."""
    world.journal.clear()


@router.post("/requests/verify", responses={409: {"model": Verification}})
async def verify_requests(world: InWorld, wanted: Expectation, response: Response) -> Verification:
    """Assert something about the requests. Status 409 if it does not hold."""
    if wanted.in_order is not None:
        patterns = [one.pattern(one.status) for one in wanted.in_order]
        verdict = verify_order(world.journal, patterns)
    else:
        verdict = verify(world.journal, wanted.pattern(wanted.status), wanted.wanted_times)
    response.status_code = 200 if verdict.passed else 409
    return _told(verdict)


def _told(verdict: Verdict) -> Verification:
    return Verification(
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
    if one.found is UNSET:
        return DifferenceFound(where=one.where, wanted=one.wanted)
    return DifferenceFound(where=one.where, wanted=one.wanted, found=one.found)


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ControlError(400, "Validation", f"{name}: is not JSON") from None

"""The kinds of faults, as they are set: whom they strike, when, and what they do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from mock_server.control.models import (
    MAX_SECONDS,
    WHOLE,
    HowMany,
    InstantText,
    Ordinal,
    Pattern,
    instant_of,
)
from mock_server.domain import redaction
from mock_server.faults.faults import (
    EXPIRED_TOKEN,
    SECOND,
    Answer,
    Corrupt,
    Corruption,
    Delay,
    Disconnect,
    Effect,
    Ending,
    LogNormalDelay,
    RateLimit,
    RespondWith,
    Schedule,
    Slow,
    Target,
    digest,
    too_many_requests,
)

MAX_DELAY = 3600.0
"""Seconds."""

_TYPES = {
    400: ("Validation", "Request is not valid"),
    401: ("Unauthorized", "Invalid access token"),
    403: ("Forbidden", "Access is forbidden"),
    404: ("NotFound", "Application was not found"),
    409: ("AlreadyExists", "Resource already exists"),
    429: ("TooManyRequests", "Too many requests"),
}

Seconds = Annotated[float, Field(ge=0, le=MAX_DELAY, allow_inf_nan=False)]
RetryAfter = Annotated[
    int,
    Field(ge=0, le=MAX_SECONDS, description="Seconds, for the Retry-After header."),
    WHOLE,
]
CarryOut = Annotated[
    bool, Field(description="Do what the request asks for, and only then let it fail.")
]


class FaultModel(Pattern, ABC):
    """Whom a fault strikes, and when. All that is given must hold."""

    kind: str
    token: str | None = Field(None, description="Only requests with exactly this token.")
    first: Ordinal | None = Field(None, description="The first N that match.")
    every: Ordinal | None = Field(None, description="Every Nth that matches.")
    nth: Ordinal | None = Field(None, description="The Nth that matches, and no other.")
    probability: float | None = Field(
        None, ge=0, le=1, description="By chance, which --seed makes repeatable."
    )
    until: InstantText | None = Field(None, description="Before this time on the world's clock.")

    def target(self) -> Target:
        return Target(
            pattern=self.pattern(), token_digest=None if self.token is None else digest(self.token)
        )

    def schedule(self) -> Schedule:
        return Schedule(
            first=self.first,
            every=self.every,
            nth=self.nth,
            probability=self.probability,
            until=None if self.until is None else instant_of(self.until),
        )

    @abstractmethod
    def effect(self) -> Effect:
        """Return what it does; a new one each time, since some of them count."""

    def definition(self) -> Mapping[str, Any]:
        """Return what was given, to be shown, without what is secret in it."""
        given = self.model_dump(exclude_unset=True)
        shown: Mapping[str, Any] = redaction.document({"kind": self.kind, **given})
        return shown


def _example(definition: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [definition]})


class StatusFault(FaultModel):
    """Answer an error, with a body like the API's."""

    model_config = _example(
        {"kind": "status", "status": 503, "action": "experienceUsers.get", "first": 2}
    )

    kind: Literal["status"]
    status: Annotated[int, Field(ge=400, le=599, description="Status of the answer."), WHOLE]
    type: str | None = Field(None, description="Type in the body; follows from the status.")
    message: str | None = Field(None, description="Message in the body.")
    retry_after: RetryAfter | None = None
    carry_out: CarryOut = False

    def effect(self) -> Effect:
        kind, message = _TYPES.get(self.status) or _phrase(self.status)
        answer = Answer(self.status, self.type or kind, self.message or message, self.retry_after)
        return RespondWith(answer, self.carry_out)


def _phrase(status: int) -> tuple[str, str]:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    return phrase.title().replace(" ", "").replace("-", ""), phrase


class TooManyRequestsFault(FaultModel):
    """Answer 429 with Retry-After."""

    model_config = _example({"kind": "tooManyRequests", "retryAfter": 5, "every": 3})

    kind: Literal["tooManyRequests"]
    retry_after: RetryAfter = 1

    def effect(self) -> Effect:
        return RespondWith(too_many_requests(self.retry_after))


class ExpiredTokenFault(FaultModel):
    """Answer as to a token that has expired."""

    model_config = _example({"kind": "expiredToken", "nth": 2})

    kind: Literal["expiredToken"]

    def effect(self) -> Effect:
        return RespondWith(EXPIRED_TOKEN)


class DelayFault(FaultModel):
    """Wait before the request is looked at: so long, or from min to max, or log-normally."""

    model_config = _example({"kind": "delay", "median": 0.2, "sigma": 0.5, "method": "POST"})

    kind: Literal["delay"]
    seconds: Seconds | None = Field(None, description="How long.")
    min: Seconds | None = Field(None, description="Seconds at least; goes with max.")
    max: Seconds | None = Field(None, description="Seconds at most; goes with min.")
    median: Annotated[Seconds, Field(gt=0)] | None = Field(
        None, description="Seconds that half of the delays are shorter than; goes with sigma."
    )
    sigma: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = Field(
        None, description="Standard deviation of the delay's logarithm, such as 0.5."
    )

    _WAYS: ClassVar = ({"seconds"}, {"min", "max"}, {"median", "sigma"})

    @model_validator(mode="after")
    def _one_way(self) -> "DelayFault":
        given = {name for way in self._WAYS for name in way if getattr(self, name) is not None}
        if given not in self._WAYS:
            raise ValueError("must have seconds, or min and max, or median and sigma")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("must have a min that is not more than max")
        return self

    def effect(self) -> Effect:
        if self.median is not None and self.sigma is not None:
            return LogNormalDelay(self.median, self.sigma, MAX_DELAY)
        if self.min is not None and self.max is not None:
            return Delay(self.min, self.max)
        return Delay(self.seconds or 0.0, self.seconds or 0.0)


class SlowFault(FaultModel):
    """Send the answer's body slowly."""

    model_config = _example({"kind": "slow", "bytesPerSecond": 1000})

    kind: Literal["slow"]
    bytes_per_second: float = Field(gt=0, allow_inf_nan=False, description="How fast, at most.")

    def effect(self) -> Effect:
        return Slow(self.bytes_per_second)


class ResetFault(FaultModel):
    """Reset the connection, without an answer."""

    model_config = _example({"kind": "reset", "probability": 0.1})

    kind: Literal["reset"]
    carry_out: CarryOut = False

    def effect(self) -> Effect:
        return Disconnect(Ending.RESET, self.carry_out)


class CloseFault(FaultModel):
    """Close the connection, without an answer."""

    model_config = _example({"kind": "close", "carryOut": True, "first": 1})

    kind: Literal["close"]
    carry_out: CarryOut = False

    def effect(self) -> Effect:
        return Disconnect(Ending.CLOSE, self.carry_out)


class MalformedFault(FaultModel):
    """Break the JSON of the answer; it is complete as far as HTTP goes."""

    model_config = _example({"kind": "malformed", "path": "/applications/*/experience/*"})

    kind: Literal["malformed"]

    def effect(self) -> Effect:
        return Corrupt(Corruption.MALFORMED)


class TruncatedFault(FaultModel):
    """Close the connection half-way through the answer's body."""

    model_config = _example({"kind": "truncated", "action": "experienceUsers.get"})

    kind: Literal["truncated"]

    def effect(self) -> Effect:
        return Corrupt(Corruption.TRUNCATED)


class RateLimitFault(FaultModel):
    """Answer 429 to what exceeds so many requests in a window, which begins with the first."""

    model_config = _example({"kind": "rateLimit", "limit": 100, "window": 60})

    kind: Literal["rateLimit"]
    limit: HowMany = Field(description="How many requests may pass in a window.")
    window: float = Field(
        gt=0, le=MAX_DELAY * 24, allow_inf_nan=False, description="Seconds of the world's clock."
    )

    def effect(self) -> Effect:
        return RateLimit(self.limit, max(1, round(self.window * SECOND)))


AnyFault = Annotated[
    StatusFault
    | TooManyRequestsFault
    | ExpiredTokenFault
    | DelayFault
    | SlowFault
    | ResetFault
    | CloseFault
    | MalformedFault
    | TruncatedFault
    | RateLimitFault,
    Field(discriminator="kind"),
]

KINDS = [
    get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(AnyFault)[0])
]

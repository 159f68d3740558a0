"""The kinds of faults: for each, a class with its properties, an example and what it does.

A new kind is a subclass of :class:`Fault` that is listed in :data:`AnyFault`. The control plane's
API and the command line follow from it; the Python client needs a method.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal, Protocol, get_args

from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from mock_server.domain import redaction
from mock_server.faults import Corruption, Ending, InjectedAnswer, Injection, Moment
from mock_server.schemas.request_model import (
    MAX_SECONDS,
    WHOLE,
    HowMany,
    InstantText,
    Notation,
    Ordinal,
    instant_of,
)
from mock_server.schemas.request_pattern import Matchable, RequestPattern

MAX_DELAY = 3600.0
"""Seconds."""

_ERRORS = {
    400: ("Validation", "Request is not valid"),
    401: ("Unauthorized", "Invalid access token"),
    403: ("Forbidden", "Access is forbidden"),
    404: ("NotFound", "Application was not found"),
    409: ("AlreadyExists", "Resource already exists"),
    429: ("TooManyRequests", "Too many requests"),
}

Seconds = Annotated[float, Field(ge=0, le=MAX_DELAY, allow_inf_nan=False), Notation("DURATION")]
RetryAfter = Annotated[
    int,
    Field(ge=0, le=MAX_SECONDS, description="Seconds, for the Retry-After header."),
    WHOLE,
]
CarryOut = Annotated[
    bool, Field(description="Carry the request out before it fails, as if the answer got lost.")
]


class Request(Matchable, Protocol):
    """A request to which faults may apply."""

    @property
    def token(self) -> str | None: ...


class Fault(RequestPattern, ABC):
    """The conditions that all faults have: which requests they apply to, and when. All must hold.

    ``first``, ``every`` and ``nth`` count the requests that match.
    """

    kind: str
    token: str | None = Field(
        default=None, repr=False, description="Only requests with this token."
    )
    first: Ordinal | None = Field(default=None, description="The first N requests that match.")
    every: Ordinal | None = Field(default=None, description="Every Nth request that matches.")
    nth: Ordinal | None = Field(default=None, description="Only the Nth request that matches.")
    probability: float | None = Field(
        default=None, ge=0, le=1, description="Chance from 0 to 1; --seed makes it repeatable."
    )
    until: InstantText | None = Field(
        default=None, description="Before this time of the mock's clock."
    )

    def applies_to(self, request: Request) -> bool:
        """Return whether a request matches, whatever the schedule says."""
        if self.token is not None and request.token != self.token:
            return False
        # Browsers send preflights on their own, so only a fault that names the method applies.
        if request.method == "OPTIONS" and self.method is None:
            return False
        return self.matches(request)

    @abstractmethod
    def apply(self, injection: Injection, moment: Moment) -> None:
        """Add to an injection what this fault does."""

    def is_due(self, number: int, moment: Moment) -> bool:
        """Return whether the fault applies to the ``number``-th request that matches."""
        return (
            (self.first is None or number <= self.first)
            and (self.every is None or number % self.every == 0)
            and (self.nth is None or number == self.nth)
            and (self._until is None or moment.now < self._until)
            and (self.probability is None or moment.random.random() < self.probability)
        )

    def definition(self) -> Mapping[str, Any]:
        """Return the properties that were given, with secrets hidden."""
        given = self.model_dump(exclude_unset=True)
        shown: Mapping[str, Any] = redaction.document({"kind": self.kind, **given})
        return shown

    @cached_property
    def _until(self) -> int | None:
        return None if self.until is None else instant_of(self.until)


def _example(**properties: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [properties]})


class StatusFault(Fault):
    """Answer an error, with a body like the API's."""

    model_config = _example(kind="status", status=503, action="experienceUsers.get", first=2)

    kind: Literal["status"]
    status: Annotated[
        int, Field(ge=400, le=599, description="Status of the answer, from 400 to 599."), WHOLE
    ]
    type: str | None = Field(default=None, description="Type in the body; follows from the status.")
    message: str | None = Field(default=None, description="Message in the body.")
    retry_after: RetryAfter | None = None
    carry_out: CarryOut = False

    def apply(self, injection: Injection, moment: Moment) -> None:
        kind, message = _ERRORS.get(self.status) or _phrase(self.status)
        injection.answer = InjectedAnswer(self.status, self.type or kind, self.message or message)
        injection.carry_out = self.carry_out
        if self.retry_after is not None:
            injection.headers["retry-after"] = str(self.retry_after)


def _phrase(status: int) -> tuple[str, str]:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    return phrase.title().replace(" ", "").replace("-", ""), phrase


class TooManyRequestsFault(Fault):
    """Answer 429 with a Retry-After header."""

    model_config = _example(kind="tooManyRequests", retryAfter=5, every=3)

    kind: Literal["tooManyRequests"]
    retry_after: RetryAfter = 1

    def apply(self, injection: Injection, moment: Moment) -> None:
        _refuse(injection, self.retry_after)


def _refuse(injection: Injection, retry_after: int) -> None:
    injection.answer = InjectedAnswer(429, "TooManyRequests", "Too many requests")
    injection.carry_out = False
    injection.headers["retry-after"] = str(retry_after)


class ExpiredTokenFault(Fault):
    """Answer 401, as if the token had expired."""

    model_config = _example(kind="expiredToken", nth=2)

    kind: Literal["expiredToken"]

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.answer = InjectedAnswer(401, "Unauthorized", "Access token has expired")
        injection.carry_out = False


class DelayFault(Fault):
    """Delay the request: by a fixed time, uniformly or log-normally distributed."""

    model_config = _example(kind="delay", median=0.2, sigma=0.5, method="POST")

    kind: Literal["delay"]
    seconds: Seconds | None = Field(default=None, description="Fixed delay in seconds.")
    min: Seconds | None = Field(
        default=None, description="Shortest delay in seconds; goes with max."
    )
    max: Seconds | None = Field(
        default=None, description="Longest delay in seconds; goes with min."
    )
    median: Annotated[Seconds, Field(gt=0)] | None = Field(
        default=None, description="Median of log-normal delays, in seconds; goes with sigma."
    )
    sigma: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = Field(
        default=None, description="Standard deviation of the delay's logarithm, such as 0.5."
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

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.delay += self._delay(moment)

    def _delay(self, moment: Moment) -> float:
        """Return a delay in seconds."""
        if self.median is not None and self.sigma is not None:
            drawn = moment.random.lognormvariate(math.log(self.median), self.sigma)
            return min(drawn, MAX_DELAY)
        if self.min is not None and self.max is not None:
            return moment.random.uniform(self.min, self.max)
        return self.seconds or 0.0


class SlowFault(Fault):
    """Send the answer's body slowly."""

    model_config = _example(kind="slow", bytesPerSecond=1000)

    kind: Literal["slow"]
    bytes_per_second: float = Field(gt=0, allow_inf_nan=False, description="The highest speed.")

    def apply(self, injection: Injection, moment: Moment) -> None:
        before = injection.bytes_per_second
        injection.bytes_per_second = min(before or math.inf, self.bytes_per_second)


class ResetFault(Fault):
    """Reset the connection without an answer."""

    model_config = _example(kind="reset", probability=0.1)

    kind: Literal["reset"]
    carry_out: CarryOut = False

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.ending, injection.carry_out = Ending.RESET, self.carry_out


class CloseFault(Fault):
    """Close the connection without an answer."""

    model_config = _example(kind="close", carryOut=True, first=1)

    kind: Literal["close"]
    carry_out: CarryOut = False

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.ending, injection.carry_out = Ending.CLOSE, self.carry_out


class MalformedFault(Fault):
    """Break the JSON of the answer; as HTTP it is complete."""

    model_config = _example(kind="malformed", path="/applications/*/experience/*")

    kind: Literal["malformed"]

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.corruption = injection.corruption or Corruption.MALFORMED


class TruncatedFault(Fault):
    """Close the connection in the middle of the answer."""

    model_config = _example(kind="truncated", action="experienceUsers.get")

    kind: Literal["truncated"]

    def apply(self, injection: Injection, moment: Moment) -> None:
        injection.corruption = injection.corruption or Corruption.TRUNCATED


class RateLimitFault(Fault):
    """Answer 429 above a number of requests per window.

    A window begins with the first request after the one before it has ended.
    """

    model_config = _example(kind="rateLimit", limit=100, window=60)

    kind: Literal["rateLimit"]
    limit: HowMany = Field(description="How many requests pass in a window.")
    window: Annotated[float, Notation("DURATION")] = Field(
        gt=0,
        le=MAX_DELAY * 24,
        allow_inf_nan=False,
        description="Length of a window, in seconds of the mock's clock.",
    )

    _begin: int | None = PrivateAttr(None)
    _passed: int = PrivateAttr(0)

    def is_due(self, number: int, moment: Moment) -> bool:
        return super().is_due(number, moment) and self._is_exceeded(moment.now)

    def _is_exceeded(self, now: int) -> bool:
        """Count a request, and return whether it is above the limit of the current window."""
        if self._begin is None or not 0 <= now - self._begin < self._milliseconds:
            self._begin, self._passed = now, 0
        self._passed += 1
        return self._passed > self.limit

    def apply(self, injection: Injection, moment: Moment) -> None:
        remaining = (self._begin or 0) + self._milliseconds - moment.now
        _refuse(injection, retry_after=-(-remaining // 1000))

    @property
    def _milliseconds(self) -> int:
        return max(1, round(self.window * 1000))


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

KINDS: Mapping[str, type[Fault]] = {
    get_args(fault.model_fields["kind"].annotation)[0]: fault
    for fault in get_args(get_args(AnyFault)[0])
}
"""All kinds by name, in the order in which documentation and help list them."""

"""Every setting, declared once.

The flags of ``mock-server serve``, its environment variables, the options of the pytest plugin and
the table in the README are derived from the fields of :class:`Settings`. ``json_schema_extra`` says
what is special about one: ``flag`` when the flag is not the name, and ``in_tests: False`` when the
setting is no option of pytest.
"""

from collections.abc import Callable
from enum import StrEnum
from os import PathLike
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENVIRONMENT_PREFIX = "MOCK_SERVER_"

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to

Name = Annotated[str, Field(min_length=1)]


class LogFormat(StrEnum):
    """Format of the log."""

    TEXT = "text"
    JSON = "json"


class FilterCase(StrEnum):
    """Whether the ``filter`` parameter is case-sensitive."""

    INSENSITIVE = "insensitive"
    SENSITIVE = "sensitive"


class ControlPlane(StrEnum):
    """Whether the mock can be controlled over HTTP."""

    ON = "on"
    OFF = "off"


class UnknownGroupIds(StrEnum):
    """What happens to a membership in something that does not exist."""

    REJECT = "reject"
    IGNORE = "ignore"


def _split(value: object) -> object:
    """Split the text of an environment variable at commas; turn paths into text."""
    if isinstance(value, str):
        return _parts(value)
    if isinstance(value, list | tuple):
        return [str(part) if isinstance(part, PathLike) else part for part in value]
    return value


def _split_each(value: object) -> object:
    """Split the values of options at commas as well; no locale has a comma in its name."""
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return [name for part in value for name in _parts(part)]
    return _split(value)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(value: object) -> object:
    """Convert the text of an environment variable."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class Settings(BaseModel):
    """How a server behaves.

    The settings from ``filter_case`` on control behaviour that Losant does not document
    (contract, section 13).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on.",
        json_schema_extra={"in_tests": False},
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="Port to listen on; 0 picks a free one.",
        json_schema_extra={"in_tests": False},
    )
    fixtures: Annotated[tuple[Name, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="Seed file (JSON, JSON Lines or YAML), directory of seed files, or name of a"
        " built-in set (demo, edge-cases, paging, roles). Repeatable; separated by commas in the"
        " environment.",
    )
    generate: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Number of users to generate for the first application.",
    )
    locales: Annotated[tuple[Name, ...], NoDecode, BeforeValidator(_split_each)] = Field(
        default=(),
        description="Faker's locale for names of generated users (de_DE, ja_JP …); eight by"
        " default. Repeatable, or separated by commas.",
        json_schema_extra={"flag": "--locale"},
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        description="Make runs repeatable: ids, salts and the clock, which then starts at"
        " 2024-01-01 and advances by one millisecond each time it is read.",
    )
    jwt_secret: str = Field(
        default="losant-mock-server-secret-nobody-should-rely-on",
        min_length=1,
        repr=False,
        description="Secret for signing tokens (HS256).",
    )
    log_format: LogFormat = Field(
        default=LogFormat.TEXT,
        description="Format of the log, which has one line per request, on stderr.",
        json_schema_extra={"in_tests": False},
    )
    control_plane: ControlPlane = Field(
        default=ControlPlane.ON,
        description="Whether /_mock has the control plane, or health checks only.",
        json_schema_extra={"in_tests": False},
    )
    admin_token: str | None = Field(
        default=None,
        pattern=r"^\S(.*\S)?$",
        repr=False,
        description="Token that /_mock requires (Authorization: Bearer TOKEN); none by default.",
    )
    journal_requests: int = Field(
        default=1000, ge=0, description="Number of requests that the journal of a sandbox keeps."
    )
    journal_bytes: int = Field(
        default=16 * 1024 * 1024,
        ge=0,
        description="Number of bytes that it keeps, of requests and responses together.",
    )

    filter_case: FilterCase = Field(
        default=FilterCase.INSENSITIVE,
        description="Whether the filter parameter is case-sensitive.",
    )
    duplicate_email_status: Annotated[Literal[400, 409], BeforeValidator(_number)] = Field(
        default=400, description="Status for an email address that is already taken."
    )
    missing_token_status: Annotated[Literal[403, 401], BeforeValidator(_number)] = Field(
        default=403, description="Status for a request without a token."
    )
    foreign_application_status: Annotated[Literal[404, 403], BeforeValidator(_number)] = Field(
        default=404, description="Status for an application token outside its application."
    )
    unknown_group_ids: UnknownGroupIds = Field(
        default=UnknownGroupIds.REJECT,
        description="What happens to memberships in groups, or of users, that do not exist.",
    )
    max_per_page: int = Field(default=1000, ge=1, description="Maximum number of items on a page.")

    @property
    def url(self) -> str:
        """The URL at which a server with these settings is reached on this machine."""
        return local_url(self.host, self.port)

    def public(self) -> dict[str, Any]:
        """Return all settings that are not secret, as JSON values."""
        return self.model_dump(mode="json", exclude=set(SECRETS))


SECRETS = frozenset(
    name for name, setting in Settings.model_fields.items() if setting.repr is False
)
"""The names of secret settings, which are never shown."""


class EnvironmentSettings(BaseSettings, Settings):
    """Settings whose defaults come from environment variables."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, env_ignore_empty=True)


def local_url(host: str, port: int) -> str:
    """Return the URL at which a server that listens on an address is reached on this machine."""
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def messages_of_settings(error: ValidationError, shown: Callable[[str], str]) -> list[str]:
    """Return a line for each wrong setting.

    :param shown: returns the name that the user knows a setting by
    """
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        f"{shown(str(one['loc'][0]))}: {one['msg'][0].lower()}{one['msg'][1:]}" for one in details
    ]

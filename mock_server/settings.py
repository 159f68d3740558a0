"""Every setting, declared once: flags, environment variables and the README's table follow."""

from enum import StrEnum
from os import PathLike
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENVIRONMENT_PREFIX = "MOCK_SERVER_"


Name = Annotated[str, Field(min_length=1)]


class LogFormat(StrEnum):
    """How a request is logged."""

    TEXT = "text"
    JSON = "json"


class FilterCase(StrEnum):
    """How the ``filter`` parameter compares letters."""

    INSENSITIVE = "insensitive"
    SENSITIVE = "sensitive"


class ControlPlane(StrEnum):
    """Whether the mock's own state can be reached over HTTP."""

    ON = "on"
    OFF = "off"


class UnknownGroupIds(StrEnum):
    """What becomes of a membership in something that does not exist."""

    REJECT = "reject"
    IGNORE = "ignore"


def _split(value: object) -> object:
    """Environment variables hold several values separated by commas; code may give paths."""
    if isinstance(value, str):
        return _parts(value)
    if isinstance(value, list | tuple):
        return [str(part) if isinstance(part, PathLike) else part for part in value]
    return value


def _split_each(value: object) -> object:
    """Split what is given on the command line, too: no locale has a comma in it."""
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return [name for part in value for name in _parts(part)]
    return _split(value)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(value: object) -> object:
    """Environment variables hold text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class Settings(BaseModel):
    """How a server behaves. Quirks are what nobody outside Losant knows (contract, section 13)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=8080, ge=0, le=65535, description="Port to listen on; 0 picks a free one."
    )
    fixtures: Annotated[tuple[Name, ...], NoDecode, BeforeValidator(_split)] = Field(
        default=(),
        description="Seed file (JSON, JSON Lines or YAML), directory of them, or name of a shipped"
        " set (demo, edge-cases, paging, roles). Repeatable; separated by commas in the"
        " environment.",
    )
    generate: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="How many made-up users to add to the first application.",
    )
    locales: Annotated[tuple[Name, ...], NoDecode, BeforeValidator(_split_each)] = Field(
        default=(),
        description="Where made-up users come from, as Faker calls it (de_DE, ja_JP …); from eight"
        " countries by default. Repeatable, or separated by commas.",
        json_schema_extra={"flag": "--locale"},
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        description="Make runs repeatable: ids, salts and the clock, which then starts at"
        " 2024-01-01 and moves one millisecond each time it is read.",
    )
    jwt_secret: str = Field(
        default="losant-mock-server-secret-nobody-should-rely-on",
        min_length=1,
        repr=False,
        description="Secret that tokens are signed with (HS256).",
    )
    log_format: LogFormat = Field(
        default=LogFormat.TEXT, description="One line per request, on stderr."
    )
    control_plane: ControlPlane = Field(
        default=ControlPlane.ON,
        description="Whether /_mock answers more than whether the server is well.",
    )
    admin_token: str | None = Field(
        default=None,
        pattern=r"^\S(.*\S)?$",
        repr=False,
        description="Token that /_mock wants: Authorization: Bearer TOKEN. Without, it wants none.",
    )
    journal_requests: int = Field(
        default=1000, ge=0, description="How many requests the journal keeps, of each sandbox."
    )
    journal_bytes: int = Field(
        default=16 * 1024 * 1024,
        ge=0,
        description="How many bytes it keeps, bodies and answers together.",
    )

    filter_case: FilterCase = Field(
        default=FilterCase.INSENSITIVE, description="How the filter parameter compares letters."
    )
    duplicate_email_status: Annotated[Literal[400, 409], BeforeValidator(_number)] = Field(
        default=400, description="Status for an email address that another user has."
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
    max_per_page: int = Field(default=1000, ge=1, description="The most items on one page.")

    def public(self) -> dict[str, Any]:
        """Return all settings but the secret ones, as JSON has them."""
        return self.model_dump(mode="json", exclude=set(SECRETS))


SECRETS = frozenset(
    name for name, setting in Settings.model_fields.items() if setting.repr is False
)
"""The names of settings that are shown to nobody."""


class EnvironmentSettings(BaseSettings, Settings):
    """Settings in which environment variables say what is not given otherwise."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, env_ignore_empty=True)

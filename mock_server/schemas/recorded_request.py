"""A request as the journal shows it: in the control plane's answers and to its clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field


@dataclass(frozen=True)
class RecordedRequest:
    """A request and what was answered, without passwords and tokens."""

    number: Annotated[int, Field(description="1 for the first since the last reset.")]
    time: datetime
    action: Annotated[str | None, Field(description="null for a path that names no action.")]
    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    json: Annotated[Any, Field(alias="body")]
    status: Annotated[int | None, Field(description="null where nothing was answered.")]
    response: Any
    milliseconds: float
    error: Annotated[str | None, Field(description="Type of an error.")]
    reason: Annotated[
        str | None, Field(description="What was wrong; may say more than was answered.")
    ]
    faults: Annotated[
        tuple[str, ...], Field(description="Ids of the faults that changed the answer.")
    ]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> RecordedRequest:
        """Return the request that the control plane describes."""
        values = dict(document)
        return cls(
            json=values.pop("body"),
            time=datetime.fromisoformat(values.pop("time")),
            faults=tuple(values.pop("faults")),
            **values,
        )

    def to_document(self) -> dict[str, Any]:
        """Return the request as the control plane describes it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["time"] = self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values["faults"] = list(self.faults)
        return {"body" if name == "json" else name: value for name, value in values.items()}

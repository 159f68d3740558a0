"""Error messages of the control plane."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_server.schemas.error_messages import Path, failure, path_text

_TOLD = 5
_SHOWN = 100


def message(details: Sequence[Mapping[str, Any]], body: Any) -> str:
    """Return what pydantic found wrong with a request; the first few things of it."""
    told = [f"{_place(path)} {words}" for path, words in _by_place(details, body).items()]
    more = len(told) - _TOLD
    return "; ".join(told[:_TOLD]) + (f"; and {more} more" if more > 0 else "")


def shown(text: str) -> str:
    """Return text of a request so that it can be repeated: printable, and not too long."""
    return shortened(text.encode(errors="backslashreplace").decode(), _SHOWN)


def shortened(text: str, length: int) -> str:
    """Return the beginning of a text, with ``…`` if that is not all of it."""
    return text if len(text) <= length else f"{text[:length]}…"


def _place(path: Path) -> str:
    """Return a place such as ``inOrder[0].action``; parts of it may be any text that was sent."""
    parts = (part if isinstance(part, int) else shown(part) for part in path)
    return path_text(parts) or "the body"


def _by_place(details: Sequence[Mapping[str, Any]], body: Any) -> dict[Path, str]:
    """Return what is wrong with each place; a value that may be several things is told once."""
    found: dict[Path, str] = {}
    for detail in details:
        path, words = _failure(detail, body)
        before = found.get(path)
        if before is None:
            found[path] = words
        elif words not in before:
            found[path] = f"{before} or {words.removeprefix('must be ')}"
    return found


def _failure(detail: Mapping[str, Any], body: Any) -> tuple[Path, str]:
    """Return the place of a failure, without where in the request it was, and what is wrong."""
    where, *inside = detail["loc"]
    if where != "body":
        found = failure({**detail, "loc": ()}, None)
        return (*inside, *found.path), found.reason
    if not inside and detail["type"] == "missing":
        return (), "must be JSON, sent with Content-Type: application/json"
    if inside and isinstance(body, dict) and body.get("kind") == inside[0]:
        del inside[0]  # pydantic names the kind of a fault, which may also be a property
    found = failure({**detail, "loc": tuple(inside)}, body)
    return found.path, found.reason

"""Which methods the paths of the control plane have."""

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Scope

_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def methods_of(app: Starlette, scope: Scope) -> list[str]:
    """Return the methods that the path of a request takes; none for a path that there is not."""
    path = scope["path"].removeprefix(scope["root_path"])
    found = {
        method
        for route in app.routes
        if isinstance(route, Route) and route.path_regex.match(path)
        for method in route.methods or ()
    }
    if not found:
        return []
    if "GET" in found:
        found.add("HEAD")
    return [method for method in _ORDER if method in {*found, "OPTIONS"}]

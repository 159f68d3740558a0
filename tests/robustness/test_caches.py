"""Caches do not grow with what clients send."""

from __future__ import annotations

import functools
import gc
import inspect
import sys
from typing import Any

from mock_server import MockServer
from tests.losant.conftest import Api

BY_MODEL = {"_properties"}
"""Functions whose argument is a class of the package."""


def caches() -> list[Any]:
    """Return all caches of the package, in modules and in objects."""
    modules = [module for name, module in sys.modules.items() if name.startswith("mock_server.")]
    # The garbage collector does not list objects that a large load has made permanent.
    candidates = [*gc.get_objects(), *(one for module in modules for one in vars(module).values())]
    found = {id(one): one for one in candidates if isinstance(one, functools._lru_cache_wrapper)}
    return [one for one in found.values() if one.__module__.startswith("mock_server.")]


def test_caches_have_a_limit() -> None:
    """Only functions without arguments, or with one of few, remember without a limit."""
    with MockServer() as server:
        api = Api(server)
        api.user()
        api.client.close()
        growing = [one for one in caches() if inspect.signature(one).parameters]
    unlimited = {one.__name__ for one in growing if one.cache_parameters()["maxsize"] is None}
    assert unlimited <= BY_MODEL
    # How many modules are loaded depends on the tests before; these two always are.
    assert {"parse_short", "granted_actions"} <= {one.__name__ for one in growing}

"""Very many requests: the memory stays what it was, and every one of them is counted."""

from __future__ import annotations

import json
from collections import Counter
from http.client import HTTPConnection
from typing import Any

from tests.benchmarks.children import Core, program
from tests.benchmarks.rows import Row, at_most, single
from tests.benchmarks.targets import Target, mock_with
from tests.benchmarks.usage import IS_KNOWN, resident_bytes

_REQUESTS = 200_000
_SETTLED = 20_000
"""After which nothing should take more memory."""

_CONNECTIONS = 8
_USERS = 1000
_MEGABYTE = 1024 * 1024


def soak() -> list[Row]:
    """Return the rows for the memory, and for what was counted."""
    if not IS_KNOWN:
        return []
    with mock_with(users=_USERS) as target, program("mixed_load", Core.MEASURING) as clients:
        sent: Counter[str] = Counter()
        sizes = []
        for requests in (_SETTLED, _REQUESTS - _SETTLED):
            sent.update(
                clients.ask(
                    {
                        "port": target.port,
                        "path": target.path.partition("?")[0],
                        "token": target.token,
                        "connections": _CONNECTIONS,
                        "requests": requests,
                    }
                )
            )
            sizes.append(resident_bytes(target.pid) / _MEGABYTE)
        counted = _counted(target)
    wrong = float(sum(((sent - counted) + (counted - sent)).values()))
    total, kinds = sum(sent.values()), len(sent)
    remark = f"{total:,} requests with {kinds} kinds of answers over {_CONNECTIONS} connections"
    return [
        single(f"memory after {_SETTLED:,} requests", sizes[:1], "MB"),
        single(f"more memory after {_REQUESTS:,}", [sizes[1] - sizes[0]], "MB", at_most(10)),
        single("requests that were counted wrong", [wrong], "requests", at_most(0), remark),
    ]


def _counted(target: Target) -> Counter[str]:
    connection = HTTPConnection("127.0.0.1", target.port, timeout=60)
    connection.request("GET", "/_mock/requests?limit=0")
    listed: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return Counter({f"{one['action']} {one['status']}": one["count"] for one in listed["counts"]})

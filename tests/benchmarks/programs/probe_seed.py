"""What a server waits for when it starts with a seed file: all of it but the imports."""

from __future__ import annotations

import asyncio
import os
import time

from mock_server import Settings, create_app
from tests.benchmarks.programs.talk import answer, job
from tests.benchmarks.usage import IS_KNOWN, peak_bytes


def main() -> None:
    """Answer the seconds that it takes to load ``file``, the users, and the peak of memory."""
    wanted = job()
    started = time.perf_counter()
    app = create_app(Settings(port=0, fixtures=(wanted["file"],)))
    asyncio.run(app.state.worlds.ready())
    seconds = time.perf_counter() - started
    ((_, counts),) = app.state.worlds.main.start.applications
    peak = peak_bytes(os.getpid()) if IS_KNOWN else 0
    answer({"seconds": seconds, "users": counts.users, "peak": peak})


if __name__ == "__main__":
    main()

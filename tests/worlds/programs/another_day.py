"""Run a program as if it were another day: another_day.py DAYS (-m MODULE | FILE) [ARGUMENT...]."""

from __future__ import annotations

import datetime
import runpy
import sys
import time

DAY = 24 * 60 * 60


def pretend(days: int) -> None:
    """Move all that tells the time of day; must be called before anything else is imported."""
    ahead = days * DAY
    real_time, real_time_ns, real = time.time, time.time_ns, datetime.datetime
    time.time = lambda: real_time() + ahead
    time.time_ns = lambda: real_time_ns() + ahead * 1_000_000_000

    class Later(real):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return real.now(tz) + datetime.timedelta(days=days)

    datetime.datetime = Later  # type: ignore[misc]


if __name__ == "__main__":
    _, days, *arguments = sys.argv
    pretend(int(days))
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")

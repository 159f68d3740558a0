"""What another process uses. Only Linux tells without an extra package."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

IS_KNOWN = sys.platform == "linux"
_SCHEDULED = 2


def resident_bytes(pid: int) -> int:
    """Return how much memory a process occupies."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def peak_bytes(pid: int) -> int:
    """Return the most memory that a process has occupied since it runs what it runs now.

    ``getrusage`` would count what its parent occupied when it was started, too.

    :raises ValueError: when the process has ended
    """
    status = Path(f"/proc/{pid}/status").read_text()
    _, found, rest = status.partition("VmHWM:")
    if not found:
        raise ValueError(f"process {pid} has no memory")
    return int(rest.split()[0]) * 1024


def cpu_seconds(pid: int) -> float:
    """Return how much time a process has spent on a core, for itself and in the kernel."""
    # The id of another process's CPU clock, as clock_getcpuclockid(3) makes it, which Python
    # does not have; /proc tells the same in hundredths of seconds only.
    return time.clock_gettime(~pid << 3 | _SCHEDULED)

"""The least that JSON Lines cost: the standard library reads them, and writes them again."""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path

from tests.benchmarks.programs.talk import answer, job


def main() -> None:
    """Answer how many lines a second of ``file`` are read, and written to ``copy``."""
    wanted = job()
    gc.disable()  # what is held is never garbage
    started = time.perf_counter()
    with Path(wanted["file"]).open("rb") as file:
        held = [json.loads(line) for line in file]
    read = time.perf_counter()
    with Path(wanted["copy"]).open("w", encoding="utf-8") as copy:
        for one in held:
            copy.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n")
    written = time.perf_counter()
    answer({"read": len(held) / (read - started), "written": len(held) / (written - read)})


if __name__ == "__main__":
    main()

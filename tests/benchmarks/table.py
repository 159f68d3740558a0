"""Rows as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.benchmarks.rows import Row, readable

_HEADINGS = ("what", "measured", "reference", "ratio", "spread", "by CPU", "goal", "")


def as_text(rows: Sequence[Row]) -> str:
    """Return one table, with remarks below the rows that they belong to."""
    lines = [_HEADINGS, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [_line(_HEADINGS, widths), "  ".join("-" * width for width in widths)]
    for row in rows:
        text.append(_line(_cells(row), widths))
        if row.remark:
            text.append(f"    {row.remark}")
    return "\n".join(text)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows with their plain numbers."""
    return [{**asdict(row), "met": row.met} for row in rows]


def _cells(row: Row) -> tuple[str, ...]:
    verdicts = {True: "ok", False: "MISSED", None: ""}
    spread = " … ".join(map(readable, row.spread)) if row.spread else ""
    return (
        row.what,
        f"{readable(row.measured)} {row.unit}",
        "" if row.reference is None else f"{readable(row.reference)} {row.unit}",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        spread,
        "" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}",
        str(row.goal or ""),
        verdicts[row.met],
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *rest = (f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))
    return "  ".join([name, *rest]).rstrip()

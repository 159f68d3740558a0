"""``python -m tests.benchmarks [NAME …]``, from the root of the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import click

from tests.benchmarks.children import Core, bind
from tests.benchmarks.fixture import fixture, plugin
from tests.benchmarks.globs import globs
from tests.benchmarks.isolation import isolation
from tests.benchmarks.journal import journal
from tests.benchmarks.memory import memory
from tests.benchmarks.rows import Row
from tests.benchmarks.scale import prefix, scale
from tests.benchmarks.seeds import seeds
from tests.benchmarks.soak import soak
from tests.benchmarks.startup import start_up
from tests.benchmarks.table import as_json, as_text
from tests.benchmarks.throughput import creating, filtering, listing, serving

BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "start-up": start_up,
    "fixture": fixture,
    "plugin": plugin,
    "listing": listing,
    "filtering": filtering,
    "creating": creating,
    "serve": serving,
    "scale": scale,
    "prefix": prefix,
    "globs": globs,
    "memory": memory,
    "seeds": seeds,
    "isolation": isolation,
    "journal": journal,
    "soak": soak,
}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…", type=click.Choice(list(BENCHMARKS)))
@click.option(
    "--json", "file", type=click.Path(path_type=Path), help="Write the figures there too."
)
@click.option("--check", is_flag=True, help="Exit with 1 if a goal is missed.")
def main(names: tuple[str, ...], file: Path | None, check: bool) -> None:
    """Measure the mock, mostly as ratios to something else that is measured in the same run.

    Each NAME is one benchmark; without any, all run, which takes about nine minutes.

    The column "spread" is the least and the greatest of the ratios, or of what was measured where
    there is no ratio. "By CPU" is the ratio that follows from the CPU time of the two servers,
    which hardly minds what else the machine does. A goal is met when both ratios meet it.
    """
    bind(os.getpid(), Core.MEASURING)
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        click.echo(f"{name} …", err=True)
        rows += BENCHMARKS[name]()
    click.echo(as_text(rows))
    if file is not None:
        file.write_text(json.dumps(as_json(rows), indent=2) + "\n")
    if check and any(row.met is False for row in rows):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()

"""``mock-server schema``: what can stand in a seed file."""

from __future__ import annotations

from pathlib import Path

import click

from mock_server.cli.output import write_to


@click.command(name="schema")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it instead of stdout.",
)
def command(*, output: Path | None) -> None:
    """Print the JSON Schema of seed files.

    Editors that know it complete names and mark mistakes. A running server has it as well, at
    /_mock/schema.

    \b
        mock-server schema -o seed.schema.json

    In YAML, tell the editor by the first line, in JSON by the property $schema:

    \b
        # yaml-language-server: $schema=seed.schema.json
    """  # noqa: D301 - click wants the control character
    from mock_server.jsonio import encode_readably
    from mock_server.seeds.schema import document_schema

    write_to(output, [encode_readably(document_schema(), indent=2), b"\n"])

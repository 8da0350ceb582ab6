"""``paget schema``: the JSON Schema of a scenario file or of a tissue model."""

from enum import StrEnum
from typing import Annotated

import typer

from paget.cli.console import write_text


class Of(StrEnum):
    """What has a schema."""

    SCENARIO = "scenario"
    TISSUE = "tissue"


def schema(
    of: Annotated[
        Of, typer.Argument(metavar="WHAT", help="scenario (by default) or tissue")
    ] = Of.SCENARIO,
) -> None:
    """Print the JSON Schema of a file, for editors and other programs.

    [dim]paget schema > scenario.schema.json[/dim]
    [dim]paget schema tissue > tissue.schema.json[/dim]
    """
    import json

    from paget.run.scenario import scenario_schema
    from paget.tissue.model_file import model_schema

    found = model_schema() if of is Of.TISSUE else scenario_schema()
    write_text(json.dumps(found, indent=2, ensure_ascii=False))

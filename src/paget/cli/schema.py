"""``paget schema``: the JSON Schema of a scenario file."""

from paget.cli.console import write_text


def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors and other programs.

    [dim]paget schema > scenario.schema.json[/dim]
    """
    import json

    from paget.study.scenario import scenario_schema

    write_text(json.dumps(scenario_schema(), indent=2, ensure_ascii=False))

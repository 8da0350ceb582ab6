"""``paget list``: what there is: cancers, scenarios, tissues, parameters, sites, figures."""

from collections.abc import Callable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import typer

from paget.cli.console import data_table, heading, note, show_table
from paget.core.errors import ScenarioError, whats_close

if TYPE_CHECKING:
    from paget.core.parameters import ParameterSet


class What(StrEnum):
    """What can be listed."""

    CANCERS = "cancers"
    SCENARIOS = "scenarios"
    TISSUES = "tissues"
    PARAMETERS = "parameters"
    SITES = "sites"
    TARGETS = "targets"


def list_what(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT", help="cancers, scenarios, tissues, parameters, sites or targets"
        ),
    ] = None,
    cancer: Annotated[
        str | None,
        typer.Argument(
            metavar="CANCER", help="Of which cancer, or tissue, for parameters and targets."
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Argument(metavar="PATTERN", help="Part of a name, or a pattern such as '*.liver.*'."),
    ] = None,
) -> None:
    """List what comes with Paget: cancers, scenarios, tissues, parameters, sites, targets.

    [dim]paget list parameters colon dormancy[/dim]
    """
    if what is None:
        _list_cancers()
        _list_scenarios()
        _list_tissues()
        note("\nMore: paget list parameters colon · paget list sites · paget list targets colon")
        return
    if what not in list(What):
        raise ScenarioError(
            f"paget list {what}",
            allowed=f"what can be listed is {', '.join(What)}",
            remedy=whats_close(what, list(What)),
        )
    if what == What.PARAMETERS:
        _list_parameters(cancer, pattern)
    elif what == What.TARGETS:
        _list_targets(cancer, pattern)
    else:
        _TABLES[What(what)]()


def _list_cancers() -> None:
    from paget.atlas.cancers import known_cancers

    heading("Cancers")
    table = data_table(
        "cancer", "", "parameters", "assumptions", right=("parameters", "assumptions")
    )
    for name in known_cancers():
        parameters = _parameters(name)
        label = str(parameters.meta.get("label", ""))
        table.add_row(name, label, str(len(parameters)), str(len(parameters.assumptions())))
    show_table(table)


def _list_scenarios() -> None:
    from paget.run.scenario import known_scenarios, load_scenario

    heading("Scenarios")
    table = data_table(
        "scenario", "", "cancer", "patients", "changes", right=("patients", "changes"), fold=("",)
    )
    for name in known_scenarios():
        scenario = load_scenario(name)
        n_changes = len(scenario.change)
        table.add_row(
            name, scenario.label, scenario.cancer, f"{scenario.patients:,}", str(n_changes)
        )
    show_table(table)


def _list_tissues() -> None:
    from paget.tissue.model_file import known_models, load_model

    heading("Tissues")
    table = data_table("tissue", "", "voxels", "until", "laws", right=("laws",), fold=("",))
    for name in known_models():
        model = load_model(name)
        shape = " × ".join(str(length) for length in model.grid.shape)
        table.add_row(name, model.title, shape, model.until, str(len(model.processes)))
    show_table(table)


def _list_parameters(cancer: str | None, pattern: str | None) -> None:
    from paget.core.units import spoken
    from paget.run.scenario import known_scenarios, load_scenario, resolve
    from paget.tissue.model_file import known_models, load_model

    name = cancer or "common"
    if cancer in known_scenarios():
        parameters = resolve(load_scenario(cancer)).parameters
    elif cancer in known_models():
        parameters = load_model(cancer).values
    else:
        parameters = _parameters(name)
    chosen = [p for p in parameters.values() if _matches(p.name, pattern)]
    if not chosen:
        near = whats_close(pattern or "", parameters)
        raise ScenarioError(
            f"no parameter of {name} matches {pattern!r}",
            allowed=f"`paget list parameters {name}` shows every name",
            remedy=near,
        )
    table = data_table(
        "parameter", "value", "unit", "range", "source", right=("value",),
        fold=("parameter", "range", "source"),
    )  # fmt: skip
    for p in sorted(chosen, key=lambda p: p.name):
        number = isinstance(p.value, float | int) and not isinstance(p.value, bool)
        bounds = f"{p.low:g} to {p.high:g}" if p.low is not None and p.high is not None else ""
        table.add_row(
            p.name,
            f"{p.value:.6g}" if number else p.shown,
            spoken(p.unit) if number else "",
            bounds or " | ".join(p.choices),
            p.source,
        )
    show_table(table)
    n_assumed = sum(p.is_assumption for p in chosen)
    note(f"\n{len(chosen)} parameters of {name}, of which {n_assumed} are assumptions.")


def _matches(name: str, pattern: str | None) -> bool:
    """Tell whether a name has the pattern, as a part of it or with its wild cards."""
    return pattern is None or pattern in name or fnmatchcase(name, pattern)


def _list_sites() -> None:
    from paget.atlas.anatomy import Organ
    from paget.report.page.intervals import percent
    from paget.run.scenario import the_body

    body = the_body()
    heading("Sites of the body map")
    table = data_table(
        "site", "", "reported as", "blood flow", "mass", right=("blood flow", "mass"), fold=("",)
    )
    for site in body.sites:
        is_organ = isinstance(site, Organ)
        table.add_row(
            site.name,
            site.label,
            site.group,
            percent(site.flow, 2) if is_organ else "",
            f"{site.mass:,g} g" if is_organ else "",
        )
    show_table(table)
    note(f"\n{len(body.sites)} sites. Blood flow is a share of the cardiac output.")


def _list_targets(cancer: str | None, pattern: str | None) -> None:
    from paget.atlas.cancers import known_cancers
    from paget.fit.validate import targets

    if cancer is not None:
        _parameters(cancer)  # says which cancers there are where this is none
    table = data_table(
        "cancer", "quantity", "published", "tolerance", "unit", "kind", "source",
        right=("published", "tolerance"), fold=("cancer", "quantity", "unit", "source"),
    )  # fmt: skip
    rows = [t for name in ([cancer] if cancer else known_cancers()) for t in targets(name)]
    rows = [t for t in dict.fromkeys(rows) if _matches(f"{t.quantity}: {t.group}", pattern)]
    for t in rows:
        table.add_row(
            t.cancer,
            f"{t.quantity}: {t.group}",
            f"{t.value:g}",
            f"factor {t.stated:g}" if t.is_factor else f"{t.tolerance:.3g}",
            t.unit,
            t.kind,
            t.source if t.confirmed else f"{t.source} (not confirmed)",
        )
    show_table(table)
    of = f" of {cancer}" if cancer else ""
    note(f"\n{len(rows)} published figures{of}; paget validate shows the model beside them.")


def _parameters(cancer: str) -> "ParameterSet":
    from paget.atlas.cancers import load_cancer
    from paget.run.scenario import the_body

    return load_cancer(cancer, frozenset(the_body().site_names))


_TABLES: dict[What, Callable[[], None]] = {
    What.CANCERS: _list_cancers,
    What.SCENARIOS: _list_scenarios,
    What.TISSUES: _list_tissues,
    What.SITES: _list_sites,
}

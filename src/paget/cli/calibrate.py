"""``paget calibrate``: fit a cancer to its published targets."""

from typing import Annotated, Final

import typer

from paget.cli.console import complaints, note, screen
from paget.cli.options import PatientsOption, ScenarioArgument, SetOption, chosen
from paget.cli.usage import whole_number
from paget.core.arguments import whole_number as check_whole

_LOOSE: Final = 0.9  # posterior over prior SD above which the data say nearly nothing


def calibrate(
    scenario: ScenarioArgument,
    patients: PatientsOption = None,
    change: SetOption = None,
    steps: Annotated[
        int,
        typer.Option(
            metavar="N", parser=whole_number("--steps"), help="Gauss-Newton steps at most."
        ),
    ] = 4,
    lives_seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", parser=whole_number("--seed"), help="Of the lives of the fit."
        ),
    ] = 1,
) -> None:
    """Fit what the atlas lets a fit explore, and print the values as the change of a scenario.

    Minutes: each step lives the cohort once for every parameter, on the same random numbers.
    """
    from paget.fit.fitting import as_toml, fit_cancer
    from paget.run.scenario import resolve

    check_whole("steps", steps, 1, where="--steps")
    given = chosen(scenario, patients=patients, seed=lives_seed, changes=change)
    parameters = resolve(given).parameters  # says what is wrong before anybody lives
    told = complaints()
    fit = fit_cancer(
        given.cancer,
        given.patients,
        lives_seed,
        steps,
        fixed=given.change,
        report=lambda line: note(line, console=told),
    )
    screen().print(as_toml(fit, parameters), end="", highlight=False, markup=False, soft_wrap=True)
    loose = [k.name for k, sd in zip(fit.knobs, fit.posterior_sd, strict=True) if sd > _LOOSE]
    note(f"Not identified by the data: {', '.join(loose) or 'none'}.", console=told)

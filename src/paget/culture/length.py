"""How long a tissue takes to grow, as far as can be told before it does.

Public names: ``check_length``.
"""

from typing import Final

from paget.core.arguments import ARGUMENTS
from paget.core.errors import ScenarioError
from paget.tissue.model import Model

_SECONDS_A_VOXEL: Final = (
    5e-9  # of a step: the published model as `benchmarks/bench_tissue.py` has it
)
_LONGEST: Final = 86_400.0  # seconds
_SCALES: Final = (("second", 1.0), ("hour", 3600.0), ("day", 86_400.0), ("year", 365.25 * 86_400.0))


def check_length(
    model: Model, until: str | None, *, long: bool, seeds: int = 1, where: str = ARGUMENTS
) -> None:
    """Refuse what would take more than a day of computing, unless ``long``.

    Parameters
    ----------
    model : what grows.
    until : how long; as long as the model says by default.
    long : whether that was asked for.
    seeds : how many tissues.
    where : where the time was given.
    """
    steps = seeds * model.steps(until)
    seconds = steps * model.lattice.voxels * _SECONDS_A_VOXEL
    if seconds > _LONGEST and not long:
        raise ScenarioError(
            f"until = {until or model.until!r}",
            where,
            f"{steps:,} steps would take about {_spoken(seconds)} of computing on one core",
            "Give a shorter time, or --long (in Python long=True) to grow it all the same.",
        )


def _spoken(seconds: float) -> str:
    """Return a time in the largest unit that it fills.

    Examples
    --------
    >>> _spoken(7200.0), _spoken(5e10)
    ('2 hours', '1,600 years')
    """
    name, scale = next(x for x in reversed(_SCALES) if seconds >= x[1] or x == _SCALES[0])
    number = float(f"{seconds / scale:.2g}")
    return f"{number:,.10g} {name}{'s' * (number != 1)}"

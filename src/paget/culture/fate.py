"""What became of a tissue: named outcomes, none of which is an error.

Public names: ``Outcome``, ``Fate``, ``fate_of``.
"""

from dataclasses import dataclass
from enum import StrEnum

from paget.culture.counts import BREACH, days_of
from paget.tissue.cascade import Cascade


class Outcome(StrEnum):
    """How a tissue ended."""

    EXTINCT = "extinct"
    METASTASIS = "metastasis"
    NO_METASTASIS = "no_metastasis"
    EDGE_REACHED = "edge_reached"

    @property
    def text(self) -> str:
        """Return the outcome as a sentence."""
        return _TEXTS[self]


_TEXTS = {
    Outcome.EXTINCT: "No living cell of the tumour is left.",
    Outcome.METASTASIS: "Seeds have founded metastases.",
    Outcome.NO_METASTASIS: "No seed has founded a metastasis.",
    Outcome.EDGE_REACHED: "The tumour has reached the edge of its box, which holds it in from then "
    "on: give a larger grid, or stop there.",
}


@dataclass(frozen=True)
class Fate:
    """What became of one tissue by its last day."""

    outcomes: tuple[Outcome, ...]
    """All that hold, the main one first."""
    day: float
    """The last day."""
    first_intravasation_day: float | None
    first_metastasis_day: float | None
    breach_day: float | None
    """When the first hole opened in the basement membrane, where there is one."""
    edge_day: float | None
    """When the tumour was first seen at the edge of the box; None also where it began there."""
    intravasations: int
    metastases: int
    """Arrivals that found room."""
    tumour_cells: int
    """Living, in all tissues and in the vasculature."""

    @property
    def outcome(self) -> Outcome:
        """Return the main outcome."""
        return self.outcomes[0]


def fate_of(cascade: Cascade, edge_step: int | None) -> Fate:
    """Return what has become of a cascade.

    Parameters
    ----------
    cascade : the tissues.
    edge_step : when the tumour was first seen at the edge, 0 for at the start.
    """
    travelling = cascade.vasculature.travelling if cascade.vasculature else []
    living = sum(tissue.tumour_cells() for tissue in cascade.tissues)
    living += sum(len(cluster.ids) for cluster in travelling)
    metastases = sum(bool(arrival.ids) for arrival in cascade.arrivals)
    outcomes = [Outcome.METASTASIS if metastases else Outcome.NO_METASTASIS]
    if living == 0:
        outcomes.insert(0, Outcome.EXTINCT)
    if edge_step:
        outcomes.append(Outcome.EDGE_REACHED)

    def day_of(step: int | None) -> float | None:
        return None if step is None else float(days_of(cascade.model, step))

    return Fate(
        outcomes=tuple(outcomes),
        day=float(days_of(cascade.model, cascade.step)),
        first_intravasation_day=day_of(cascade.first_intravasation),
        first_metastasis_day=day_of(cascade.first_metastasis),
        breach_day=day_of(cascade.primary.tallies.get(BREACH)),
        edge_day=day_of(edge_step or None),
        intravasations=len(cascade.departures),
        metastases=metastases,
        tumour_cells=living,
    )

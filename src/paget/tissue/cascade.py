r"""The spatial cascade: a primary and the tissues that its vessels lead to.

Cells that enter a vessel together travel as a cluster for the residence time. Then each cell of a
cluster of two or more falls off with probability 1 - ``cohesion``; what remains travels on as one.
Single cells, also those that fell off, survive with probability ``single_survival``, a cluster as a
whole with ``cluster_survival``. Of s cells therefore survive, on average,

.. math:: s (1 - p_d) P_s + s p_d P_C + s p_d (1 - p_d)^{s-1} (P_s - P_C), \qquad s \ge 2,

the last term because a cluster of one is a single cell. Platelets cloak a seed with probability
``platelet_cloak``, which then dies less often: survival P becomes P^(1 - ``cloak_protection``).
A survivor picks a site by its share and one of the site's vessels at random; it adheres and crosses
with probability ``crossing``. Its cells fill the voxels around that vessel in the order left,
right, below, above (in three dimensions: then before and behind), mesenchymal cells first; cells
that find no room are lost, and counted.

Assumes: clusters come apart where they leave the vasculature, which the article leaves open; cells
that went the way of the lymph join the blood and take ``lymph_delay`` longer.

Source: Franssen et al. 2019; crossing, cloak and lymph are assumptions, off in its presets.

Public names: `Cascade`, `Travelling`, `Departure`, `Arrival`, `disaggregated`, `settle_seed`.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from paget.core.errors import ScenarioError
from paget.core.streams import CHOICE_OF_SITE, CROSSING, DISAGGREGATION, TRANSIT
from paget.kernels.philox import uniform
from paget.tissue.begin import lay_vessels, settle_start
from paget.tissue.cells import neighbours
from paget.tissue.model import Model, VesselSpec
from paget.tissue.processes import PROCESSES
from paget.tissue.state import Leaving, Tissue
from paget.tissue.vessels import BLOOD, LYMPH, SPROUT

PRIMARY: Final = "primary"


@dataclass(frozen=True, slots=True)
class Travelling:
    """Cells that are in the vasculature together."""

    exit_step: int
    source: int
    """Number of the tissue that they left."""
    ids: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Departure:
    """Cells that entered a vessel together."""

    step: int
    site: str
    voxel: int
    """Of the vessel."""
    vessel: int
    """What the vessel is, see `paget.tissue.vessels`."""
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a cluster, or a single cell, founded."""

    step: int
    site: str
    source: str
    voxel: int
    """Of the vessel by which they came."""
    ids: tuple[int, ...]
    """Of the cells that found room."""
    lost: int
    """How many found none."""


@dataclass
class Vasculature:
    """The laws of travel, in probabilities and steps."""

    residence: int
    lymph_delay: int
    cohesion: float
    single_survival: float
    cluster_survival: float
    platelet_cloak: float
    cloak_protection: float
    crossing: float
    shares: dict[str, float]
    """Share of the seeds that each site receives."""
    travelling: list[Travelling] = field(default_factory=list[Travelling])

    @classmethod
    def of(cls, model: Model) -> "Vasculature | None":
        """Return the vasculature of a model, where it leads anywhere."""
        if model.cascade is None:
            return None
        values = model.values
        return cls(
            residence=round(values.real("vasculature.residence") / model.step_days),
            lymph_delay=round(values.real("vasculature.lymph_delay") / model.step_days),
            cohesion=values.real("vasculature.cohesion"),
            single_survival=values.real("vasculature.single_survival"),
            cluster_survival=values.real("vasculature.cluster_survival"),
            platelet_cloak=values.real("vasculature.platelet_cloak"),
            cloak_protection=values.real("vasculature.cloak_protection"),
            crossing=values.real("vasculature.crossing"),
            shares=dict(model.cascade.sites),
        )

    def take_up(self, step: int, source: int, cluster: Leaving) -> None:
        """Let cells that left a tissue travel until their exit."""
        delay = self.lymph_delay if cluster.vessel & LYMPH else 0
        exit_step = step + self.residence + delay
        self.travelling.append(Travelling(exit_step, source, cluster.ids, cluster.kinds))

    def survival(self, *, cells: int, cloaked: bool) -> float:
        """Return the probability that a seed survives its travel."""
        bare = self.single_survival if cells == 1 else self.cluster_survival
        return bare ** (1.0 - self.cloak_protection) if cloaked else bare


class Cascade:
    """A primary tissue and those that it can reach; a model without others is a primary alone.

    Parameters
    ----------
    model : of all its tissues.
    seed : the key of every draw.
    threads : threads that work on fields; no result depends on it.
    """

    def __init__(self, model: Model, seed: int, threads: int = 1) -> None:
        self.model = model
        self.seed = seed
        self.key: Any = np.uint64(seed)
        self.step = 0
        processes = [PROCESSES[name](model) for name in model.processes]
        self.tissues = [
            Tissue(model, seed, processes, site, number, threads)
            for number, site in enumerate(model.sites)
        ]
        self.vasculature = Vasculature.of(model)
        self.arrivals: list[Arrival] = []
        self.departures: list[Departure] = []
        self.first_intravasation: int | None = None
        for tissue in self.tissues:
            lay_vessels(tissue, self._vessels_of(tissue))
        self._settle_starts()

    @property
    def primary(self) -> Tissue:
        """Return the tissue in which the tumour begins."""
        return self.tissues[0]

    @property
    def first_metastasis(self) -> int | None:
        """Return the step in which the first seed founded one, where there is one."""
        steps = [arrival.step for arrival in self.arrivals if arrival.ids]
        return min(steps, default=None)

    def tally(self, name: str) -> int:
        """Return a count of events over all tissues."""
        return sum(tissue.tallies.get(name, 0) for tissue in self.tissues)

    def advance(self, steps: int = 1) -> None:
        """Carry out steps: arrivals first, then every tissue."""
        for _ in range(steps):
            self.step += 1
            self.arrive(self.step)
            for tissue in self.tissues:
                tissue.advance()
                self._depart(tissue)

    def send(self, cluster: Travelling) -> None:
        """Let cells travel that entered the vessels elsewhere than in these tissues."""
        if self.vasculature is None:
            raise ScenarioError(
                "cells that travel", self.model.name, "a model without other sites leads nowhere"
            )
        self.vasculature.travelling.append(cluster)

    def _vessels_of(self, tissue: Tissue) -> VesselSpec:
        if tissue.number == 0 or self.model.cascade is None:
            return self.model.vessels
        return self.model.cascade.vessels

    def _settle_starts(self) -> None:
        by_site = {tissue.site: tissue for tissue in self.tissues}
        for number, spec in enumerate(self.model.start):
            site = spec.site or PRIMARY
            if site not in by_site:
                raise ScenarioError(
                    f"site = {site!r}",
                    self.model.where(f"start[{number}].site"),
                    f"tissues of this model are {', '.join(by_site)}",
                )
            settle_start(by_site[site], number, spec)

    def _depart(self, tissue: Tissue) -> None:
        """Take what left a tissue in this step into the vasculature."""
        if not tissue.leaving:
            return
        if self.first_intravasation is None:
            self.first_intravasation = self.step
        self.departures += [
            Departure(self.step, tissue.site, one.voxel, one.vessel, tuple(one.ids.tolist()))
            for one in tissue.leaving
        ]
        if self.vasculature is not None:
            for cluster in tissue.leaving:
                self.vasculature.take_up(self.step, tissue.number, cluster)
        tissue.leaving.clear()

    def arrive(self, step: int) -> None:
        """Let those leave the vasculature whose time has come."""
        vasculature = self.vasculature
        if vasculature is None or not vasculature.travelling:
            return
        due = [one for one in vasculature.travelling if one.exit_step <= step]
        if due:
            vasculature.travelling = [one for one in vasculature.travelling if one.exit_step > step]
        for cluster in due:
            for seed in disaggregated(self.key, vasculature.cohesion, cluster):
                self._try_to_found(vasculature, seed)

    def _try_to_found(self, vasculature: Vasculature, seed: Travelling) -> None:
        """Let a single cell or a cluster survive, choose a site, cross and settle there, or not."""
        name = int(seed.ids[0])
        source = self.tissues[seed.source]
        what = "singles" if len(seed.ids) == 1 else "clusters"
        source.tally(f"{what}_travelled")
        cloaked = self._draw(TRANSIT, name, 1) < vasculature.platelet_cloak
        survival = vasculature.survival(cells=len(seed.ids), cloaked=cloaked)
        if self._draw(TRANSIT, name, 0) >= survival:
            return
        source.tally(f"{what}_survived")
        source.tally("survived_cells", len(seed.ids))
        if self._draw(CROSSING, name, 0) >= vasculature.crossing:
            return
        shares = np.cumsum(list(vasculature.shares.values()))
        place = int(np.searchsorted(shares / shares[-1], self._draw(CHOICE_OF_SITE, name, 0)))
        site = self.tissues[1 + place]
        carries = (site.lattice.vessel & (BLOOD | SPROUT)) == BLOOD
        vessels = np.flatnonzero(carries)
        if len(vessels) == 0:
            return
        vessel = int(vessels[int(self._draw(CHOICE_OF_SITE, name, 1) * len(vessels))])
        settled = settle_seed(site, vessel, seed)
        lost = len(seed.ids) - len(settled)
        self.arrivals.append(Arrival(self.step, site.site, source.site, vessel, settled, lost))
        site.tally("arrived_cells", len(settled))
        site.tally("lost_cells", lost)

    def _draw(self, stream: int, cell: int, index: int) -> float:
        return uniform(self.key, stream, self.step, cell, index)


def disaggregated(key: Any, cohesion: float, cluster: Travelling) -> list[Travelling]:
    """Return what a cluster comes apart into: single cells, and the cells that stay together."""
    n = len(cluster.ids)
    if n == 1:
        return [cluster]
    stays = np.array(
        [
            uniform(key, DISAGGREGATION, cluster.exit_step, int(cell), 0) < cohesion
            for cell in cluster.ids
        ]
    )
    parts = [[i] for i in np.flatnonzero(~stays).tolist()]
    if stays.any():
        parts.append(np.flatnonzero(stays).tolist())
    return [
        Travelling(cluster.exit_step, cluster.source, cluster.ids[part], cluster.kinds[part])
        for part in parts
    ]


def settle_seed(site: Tissue, vessel: int, seed: Travelling) -> tuple[int, ...]:
    """Put the cells of a seed around a vessel as far as there is room; return their ids."""
    lattice = site.lattice
    around = [voxel for voxel in neighbours(lattice, vessel) if voxel >= 0]
    open_ones = [voxel for voxel in around if not lattice.closed[voxel]]
    free = [max(lattice.capacity - int(lattice.occupied[voxel]), 0) for voxel in open_ones]
    places = np.repeat(np.array(open_ones, np.int64), free)[: len(seed.ids)]
    order = np.lexsort((seed.ids, -seed.kinds.astype(np.int64)))[: len(places)]
    site.admit(seed.ids[order], places, seed.kinds[order])
    return tuple(seed.ids[order].tolist())

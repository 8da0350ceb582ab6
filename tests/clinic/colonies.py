"""Lesions set up by hand, for the laws of the clinic.

Public names: ``Case``, ``case``.
"""

from dataclasses import dataclass

import numpy as np

from paget.body.growth import NEVER, corner
from paget.body.lesion import Scratch
from paget.engine import ROOM, Model, people, scratch
from paget.engine.lives import run_key
from tests.lived import Changes, Table, model_of, soil_of


@dataclass(frozen=True)
class Case:
    """One virtual patient whose lesions a test has placed."""

    model: Model
    scratch: Scratch
    person: Table

    @property
    def p(self) -> Table:
        """The parameter record."""
        return self.model.world

    def row(self, site: str) -> int:
        """Return the row of a soil by its name."""
        return self.model.sites.index(site)

    def soil(self, site: str) -> Table:
        """Return the soil of a site."""
        return soil_of(self.model)[self.row(site)]

    def cells(self, diameter_mm: float) -> float:
        """Return the cells in a ball."""
        return float(np.pi / 6.0 * self.p.density * (1000.0 * diameter_mm) ** 3)

    def add(self, site: str, vascular: float, rate: float = 0.004, count: int = 1) -> Table:
        """Place a metastasis that got its vessels on day ``vascular``; return its record."""
        lesion = self.scratch.lesions[self.scratch.n_lesions]
        lesion.id, lesion.parent = self.scratch.n_lesions, 0
        lesion.site, lesion.count, lesion.founders = self.row(site), count, 1
        lesion.founded = lesion.wakes = vascular - 100.0
        lesion.start, lesion.rate = 10.0, rate
        lesion.capacity = self.soil(site).capacity
        lesion.corner = corner(rate, lesion.capacity, self.p.ceiling)
        lesion.balance_from = lesion.balance_until = vascular
        lesion.stall_from = lesion.stall_until = vascular
        lesion.dies_asleep = lesion.removed = lesion.anchor = NEVER
        lesion.seen = lesion.first_seen = lesion.overt = NEVER
        lesion.visible_row = lesion.treated_by = -1
        self.scratch.n_lesions += 1
        self.scratch.by_site[lesion.site] += 1.0
        return lesion


def case(changes: Changes, patient: int = 0, seed: int = 1) -> Case:
    """Return a patient with a primary of invasion day 0 and no metastases."""
    from paget.body.person import draw_person, found_primary

    model = model_of({"progression.precursor": False, **changes})
    working, person = scratch(ROOM), people(1)[0]
    draw_person(run_key(seed), patient, model.world, person)
    found_primary(person, model.world, working)
    working.n_lesions = 1
    working.by_site[:] = 0.0
    working.overt[:] = NEVER
    return Case(model, working, person)

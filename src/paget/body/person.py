r"""Who differs from whom: the traits of one virtual patient are drawn.

Sex, age, growth, frailty of blood and of lymph shedding (correlated), depth of invasion,
awareness of symptoms, growth of metastases and course of late disease vary between patients; each
has its own stream.

Public names: ``draw_person``, ``found_primary``.
"""

import math

import numpy as np

from paget.body.founding import founding_size
from paget.body.growth import NEVER, corner, doubling_time, elapsed, growth_law, largest_size
from paget.body.hazard import integrate
from paget.body.lesion import Scratch, World, law_of
from paget.body.precursor import invasion_day
from paget.body.progression import competence_size
from paget.body.shedding import frailty, primary_shedding, turnover_factor
from paget.body.traits import Traits
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential, normal, normals, uniform
from paget.words import TWO_CLASS


@jit
def _growth_constant(median_doubling: float, factor: float, p: np.record) -> float:
    """Return the constant that doubles in ``median_doubling / factor`` at the reference size."""
    unit = growth_law(p.law, 1.0, p.capacity, math.inf, p.power_exponent)
    return factor * doubling_time(unit, p.reference_cells) / median_doubling


@jit
def draw_person(key: int, patient: int, world: World, person: Traits) -> None:
    """Draw the traits of one virtual patient.

    Assumes
    -------
    Traits are log-normal between patients and independent of each other, but for the correlated
    frailties; age is normal, cut to 15 to 105 years.
    """
    p = world
    person.key, person.patient = key, patient
    person.sex = 1 if uniform(key, streams.SEX, patient, SELF, ONCE) < p.male_share else 0
    age = p.age_mean + p.age_sd * normal(key, streams.AGE, patient, SELF, ONCE)
    person.age_onset = min(max(age, 15.0), 105.0)
    u = uniform(key, streams.PRIMARY_SITE, patient, SELF, ONCE)
    person.primary_site = 0
    while person.primary_site < p.n_primaries - 1 and u >= p.primary_share[person.primary_site]:
        person.primary_site += 1
    growth = math.exp(p.growth_spread * normal(key, streams.GROWTH, patient, SELF, ONCE))
    person.rate = _growth_constant(p.doubling_time, growth, p)
    person.turnover = turnover_factor(p.doubling_time / growth, p)
    z, other = normals(key, streams.FRAILTY, patient, SELF, ONCE)
    rho = p.frailty_correlation
    capable = 1.0
    if p.frailty_family == TWO_CLASS:
        u = uniform(key, streams.FRAILTY_CLASS, patient, SELF, ONCE)
        capable = 0.0 if u < p.incapable_share else 1.0
    person.blood_factor = capable * person.turnover * frailty(z, p.blood_spread, p)
    mixed = rho * z + math.sqrt(1.0 - rho * rho) * other
    person.lymph_factor = capable * person.turnover * frailty(mixed, p.lymph_spread, p)
    z = normal(key, streams.DEPTH, patient, SELF, ONCE)
    person.depth_ratio = p.depth_ratio * math.exp(p.depth_spread * z)
    z = normal(key, streams.SYMPTOM_FACTOR, patient, SELF, ONCE)
    person.symptom_factor = math.exp(p.symptom_spread * z)
    person.grade_factor = math.exp(p.grade_spread * normal(key, streams.GRADE, patient, SELF, ONCE))
    z = normal(key, streams.SITE_GROWTH, patient, SELF, ONCE)
    person.metastasis_growth = math.exp(p.metastasis_growth_spread * z)
    person.late_factor = math.exp(
        p.late_spread * normal(key, streams.LATE_COURSE, patient, SELF, ONCE)
    )


@jit
def found_primary(person: Traits, world: World, scratch: Scratch) -> None:
    """Found the primary in row 0 of the lesions and write its shedding hazards.

    Assumes
    -------
    The cancer is a new clone of one cell that outgrows its precursor: its size does not include it.
    """
    p, primary = world, scratch.lesions[0]
    primary.id, primary.parent, primary.site = 0, -1, world.n_sites + person.primary_site
    primary.route, primary.kind, primary.founders, primary.count = -1, -1, 1, 1
    primary.founded = primary.wakes = person.invasion_day = invasion_day(person, p)
    primary.dies_asleep = primary.removed = NEVER
    primary.balance_from = primary.balance_until = NEVER
    primary.stall_from = primary.stall_until = primary.anchor = NEVER
    primary.seen = primary.first_seen = primary.overt = NEVER
    primary.sensitive = primary.resistant = 0.0
    primary.treated_by, primary.killed, primary.visible_row = -1, 0, -1
    primary.visible = primary.visible_cells = primary.cells = 0.0
    primary.rate, primary.capacity, primary.evasion = person.rate, p.capacity, p.evasion
    primary.corner = corner(person.rate, p.capacity, p.ceiling)
    primary.start = 1.0
    if p.founding:
        u = uniform(person.key, streams.FOUNDING, person.patient, SELF, ONCE)
        primary.start = min(
            founding_size(u, primary.founders, 1.0, p.cell_loss), 0.5 * p.avascular_cells
        )
    law = law_of(primary, p)
    person.detectable_day = primary.wakes + elapsed(law, primary.start, p.detectable_cells)
    first = max(primary.start, p.avascular_cells)
    if p.clone:
        threshold = exponential(person.key, streams.CLONE, person.patient, SELF, ONCE)
        first = max(first, competence_size(law, primary.start, threshold, p))
    per_depth = math.pi / 6.0 * p.density / person.depth_ratio**3
    for route in range(3):
        factor = person.lymph_factor if route == 1 else person.blood_factor
        row = scratch.pieces[route]
        n = primary_shedding(row, route, first, largest_size(law), per_depth, factor, p)
        scratch.n_pieces[route] = n
        integrate(law, row, n)

r"""Who differs from whom: one virtual patient's own traits, and the record of what happens.

Sex, age, growth, frailty of blood and of lymph shedding (correlated), depth of invasion,
awareness of symptoms, growth of metastases and course of late disease vary between patients; each
has its own stream. The same record then takes the milestones of the life.

Public names: ``PERSON``, ``draw_person``, ``found_primary``, ``forget``, ``forget_treatment``.
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
from paget.core import streams
from paget.kernels.jit import jit
from paget.kernels.philox import ONCE, SELF, exponential, normal, normals, uniform
from paget.words import TWO_CLASS

PERSON = np.dtype(
    [
        # Who.
        ("key", "u8"),  # the run's seed
        ("patient", "i8"),
        ("sex", "i8"),  # 0 female, 1 male
        ("subtype", "i8"),
        ("age_onset", "f8"),  # [year] at the first malignant cell
        ("performance", "i8"),  # 0 (fully active) to 4, apart from the cancer
        ("primary_site", "i8"),  # which of the sites in which the primary may lie
        # How this patient differs.
        ("rate", "f8"),  # growth constant of the primary [1/day]
        ("turnover", "f8"),  # factor on shedding
        ("blood_factor", "f8"),  # frailty times turnover
        ("lymph_factor", "f8"),
        ("depth_ratio", "f8"),  # depth of invasion / diameter
        ("symptom_factor", "f8"),
        ("grade_factor", "f8"),
        ("metastasis_growth", "f8"),  # metastases against this primary
        ("late_factor", "f8"),  # hazard of death in late disease
        # What happens [day since day 0 unless said].
        ("invasion_day", "f8"),
        ("detectable_day", "f8"),
        ("entry_day", "f8"),  # of a population's people: the day they enter; else long ago
        ("clinical_day", "f8"),  # symptoms would find it without any screening
        ("clinical_detection", "i8"),
        ("screen_day", "f8"),  # screening finds the cancer
        ("end_day", "f8"),  # the record ends, if the person lives so long
        ("prevented_day", "f8"),  # screening removes its precursor
        ("in_situ_day", "f8"),  # screening finds it in situ, and it is treated
        ("diagnosis_day", "f8"),
        ("detection", "i8"),  # 0 none, 1 symptom, 2 metastasis, 3 screen
        ("surgery_day", "f8"),
        ("recurrence_day", "f8"),
        ("recurrence_site", "i8"),  # row of the soil; n_sites is local; -1 none
        ("recurrence_found", "i8"),  # 0 scan, 1 symptom, 2 marker
        ("second_primary_day", "f8"),
        ("progression_day", "f8"),  # the first progression of overt disease
        ("best_response", "i8"),  # 0 complete to 3 progression; -1 never assessed
        ("last_response", "i8"),
        ("n_lines", "i8"),  # of treatment that were started
        ("intent", "i8"),  # of treatment at diagnosis: 1 curative, 2 palliative
        ("aim", "i8"),  # of treatment now
        ("death_day", "f8"),
        ("cause", "i8"),  # of death: 0 alive, 1 cancer, 2 other, 3 operation, 4 treatment
        ("death_site", "i8"),  # the worst site of late disease, or the failing organ; -1 none
        ("follow_up_day", "f8"),
        ("first_seeding_day", "f8"),
        ("cells_at_diagnosis", "f8"),
        ("cells_measured", "f8"),  # as the clinic measures the primary
        ("cells_at_first_seeding", "f8"),
        ("depth", "f8"),  # of invasion at diagnosis [um]
        ("grade", "i8"),
        ("positive_nodes", "i8"),  # regional deposits above the positive size
        ("swollen_nodes", "i8"),  # regional deposits that the work-up can see
        ("examined_nodes", "i8"),
        ("found_nodes", "i8"),  # positive among the examined
        ("nodes_stay", "i8"),  # 1: the operation leaves the regional nodes behind
        ("sentinel", "i8"),  # 1 positive, 0 negative, -1 not done
        ("n_true", "i8"),  # distant metastases at diagnosis
        ("n_seen", "i8"),
        ("sites_true", "u8"),  # bit mask over the rows of the soil
        ("sites_seen", "u8"),
        ("recurrence_sites", "u8"),
        ("ctc", "f8"),  # circulating cells per mL at diagnosis
        ("ctc_tube", "i8"),  # counted in 7.5 mL
        ("complications", "i8"),  # a bit mask
        ("n_tests", "i8"),
        ("n_false_positives", "i8"),
        ("n_lesions", "i8"),  # rows written, the primary included
        ("shed_blood", "f8"),  # seeds that the primary sheds in this life
        ("shed_lymph", "f8"),
        ("shed_serosa", "f8"),
    ]
)


@jit
def forget(person: np.record) -> None:
    """Empty the record of what the clinic and the end of life will write."""
    person.clinical_day = person.screen_day = person.prevented_day = person.in_situ_day = NEVER
    person.diagnosis_day = person.death_day = person.end_day = NEVER
    person.detection = person.clinical_detection = 0
    person.cells_at_diagnosis = person.cells_measured = person.depth = person.ctc = 0.0
    person.grade = person.positive_nodes = person.swollen_nodes = person.ctc_tube = 0
    person.n_true = person.n_seen = person.n_tests = person.n_false_positives = 0
    person.sites_true = person.sites_seen = np.uint64(0)
    person.cause = person.aim = person.intent = person.performance = 0
    forget_treatment(person)
    person.surgery_day, person.nodes_stay, person.sentinel = NEVER, 0, -1


@jit
def forget_treatment(person: np.record) -> None:
    """Empty the record of what follows from the diagnosis, to tell it again."""
    person.recurrence_day = person.second_primary_day = person.progression_day = NEVER
    person.recurrence_site = person.death_site = person.best_response = -1
    person.recurrence_sites = np.uint64(0)
    person.recurrence_found = person.n_lines = person.complications = 0
    person.last_response = -1
    person.examined_nodes = person.found_nodes = 0


@jit
def _growth_constant(median_doubling: float, factor: float, p: np.record) -> float:
    """Return the constant that doubles in ``median_doubling / factor`` at the reference size."""
    unit = growth_law(p.law, 1.0, p.capacity, math.inf, p.power_exponent)
    return factor * doubling_time(unit, p.reference_cells) / median_doubling


@jit
def draw_person(key: int, patient: int, world: World, person: np.record) -> None:
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
def found_primary(person: np.record, world: World, scratch: Scratch) -> None:
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

"""The chart of one virtual person: their traits, what the clinic finds, how the life ends.

Public names: ``Findings``, ``Outcome``, ``Person``, ``PERSON``, ``forget``, ``forget_treatment``.
"""

import numpy as np

from paget.body.growth import NEVER
from paget.body.traits import Traits
from paget.kernels.jit import jit
from paget.kernels.records import Bits, Mask, record_type


class Findings:
    """What the clinic finds, and what there was to find, until the diagnosis; days since day 0."""

    entry_day: float  # of a population's people: the day they enter; else long ago
    clinical_day: float  # symptoms would find it without any screening
    clinical_detection: int
    screen_day: float  # screening finds the cancer
    end_day: float  # the record ends, if the person lives so long
    prevented_day: float  # screening removes its precursor
    in_situ_day: float  # screening finds it in situ, and it is treated
    diagnosis_day: float
    detection: int  # 0 none, 1 symptom, 2 metastasis, 3 screen
    intent: int  # of treatment at diagnosis: 1 curative, 2 palliative
    cells_at_diagnosis: float
    cells_measured: float  # as the clinic measures the primary
    depth: float  # of invasion at diagnosis [um]
    grade: int
    positive_nodes: int  # regional deposits above the positive size
    swollen_nodes: int  # regional deposits that the work-up can see
    examined_nodes: int
    found_nodes: int  # positive among the examined
    sentinel: int  # 1 positive, 0 negative, -1 not done
    n_true: int  # distant metastases at diagnosis
    n_seen: int
    sites_true: Mask  # bit mask over the rows of the soil
    sites_seen: Mask
    ctc: float  # circulating cells per mL at diagnosis
    ctc_tube: int  # counted in 7.5 mL
    n_tests: int
    n_false_positives: int


class Outcome:
    """What is done from the diagnosis on, what returns, and the end; days since day 0."""

    surgery_day: float
    nodes_stay: int  # 1: the operation leaves the regional nodes behind
    recurrence_day: float
    recurrence_site: int  # row of the soil; n_sites is local; -1 none
    recurrence_found: int  # 0 scan, 1 symptom, 2 marker
    recurrence_sites: Mask
    second_primary_day: float
    progression_day: float  # the first progression of overt disease
    best_response: int  # 0 complete to 3 progression; -1 never assessed
    last_response: int
    n_lines: int  # of treatment that were started
    aim: int  # of treatment now
    complications: Bits  # a bit mask
    death_day: float
    cause: int  # of death: 0 alive, 1 cancer, 2 other, 3 operation, 4 treatment
    death_site: int  # the worst site of late disease, or the failing organ; -1 none
    follow_up_day: float
    n_lesions: int  # rows written, the primary included
    shed_blood: float  # seeds that the primary sheds in this life
    shed_lymph: float
    shed_serosa: float
    first_seeding_day: float
    cells_at_first_seeding: float


class Person(Traits, Findings, Outcome):
    """All of it: one record, made by `PERSON`."""


PERSON = record_type(Traits, Findings, Outcome)


@jit
def forget(person: Person) -> None:
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
def forget_treatment(person: Person) -> None:
    """Empty the record of what follows from the diagnosis, to tell it again."""
    person.recurrence_day = person.second_primary_day = person.progression_day = NEVER
    person.recurrence_site = person.death_site = person.best_response = -1
    person.recurrence_sites = np.uint64(0)
    person.recurrence_found = person.n_lines = person.complications = 0
    person.last_response = -1
    person.examined_nodes = person.found_nodes = 0

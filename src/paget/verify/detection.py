r"""Detection: screening against its closed forms, and the odds of imaging and blood.

Screening: the cancer of each virtual person can be found from its first cell on, gives symptoms
after an exponential sojourn of mean :math:`\mu`, and the person dies of other causes at a rate
:math:`h`. A test of sensitivity s at every size, every D years from a random phase, finds
:math:`s (\mu/D)(1-q) / (1-(1-s)q)` of the cancers, :math:`q = e^{-D/\mu}`, where nobody dies; the
lead time is exponential with mean :math:`\mu`; and :math:`h / (h + 1/\mu)` of the screen-detected
would have died first. The engine's own rounds, sizes and draws find the cancers.

Public names: `trials`.
"""

import math
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from scipy import special, stats

from paget.body.growth import NEVER
from paget.body.lesion import Scratch, World
from paget.body.person import draw_person, found_primary
from paget.clinic.blood import TUBE_ML, tube_count
from paget.clinic.chart import Person
from paget.clinic.imaging import detection_diameter
from paget.clinic.screening import screened
from paget.core import streams
from paget.core.units import YEAR
from paget.engine import people, scratch
from paget.engine.lives import run_key
from paget.kernels.jit import jit
from paget.kernels.philox import exponential, uniform
from paget.verify.check import Lie, Trial, tell
from paget.verify.lives import SEED, theory_model
from paget.verify.statistics import (
    Floats,
    Verdict,
    compare_cdf,
    compare_proportion,
    needed_for_cdf,
    needed_for_proportion,
)
from paget.words import CANCER_FOUND

DETECT: Final = 0.02
FIRST_AGE: Final = 30.0
"""Age [year] of the first round; people fall ill in the second interval after it."""

PASSED: Final = np.dtype([("clinical", "f8"), ("death", "f8"), ("screen", "f8")])


class Facts(NamedTuple):
    """A screening programme, and people who fall ill."""

    sensitivity: float = 0.6
    attendance: float = 1.0
    interval: float = 2.0
    """[year]"""
    sojourn: float = 3.0
    """Mean time [year] from the first cell to symptoms."""
    death_rate: float = 0.05
    """Of other causes [1/year]."""
    rounds: float = 1000.0
    """Rounds of the programme after the onset."""


def _world(facts: Facts) -> World:
    """Return the world of ``theory`` with one programme whose test sees every size alike."""
    world = theory_model({}).world
    world.protocol.n_screens = 1
    screen = world.protocol.screens[0]
    screen.from_age, screen.every = FIRST_AGE, facts.interval
    screen.to_age = FIRST_AGE + facts.interval * (facts.rounds + 0.5)
    screen.attendance, screen.never, screen.sex = facts.attendance, 0.0, 2
    screen.best, screen.median, screen.spread = facts.sensitivity, 0.0, 0.0
    screen.precursor_best, screen.specificity = 0.0, 1.0
    screen.confirm_best, screen.confirm_median, screen.removes = 1.0, 0.0, 0
    return world


@jit
def _pass(
    key: int,
    world: World,
    work: Scratch,
    person: Person,
    sojourn: float,
    death_rate: float,
    rows: np.recarray,
) -> None:
    """Let people fall ill at a random phase of the first interval; write what befalls them."""
    for patient in range(len(rows)):
        draw_person(key, patient, world, person)
        found_primary(person, world, work)
        phase = uniform(key, streams.AGE, patient, 0, 0) * world.protocol.screens[0].every
        person.age_onset = FIRST_AGE + phase
        person.entry_day = -NEVER
        work.lesions[0].removed = NEVER
        row = rows[patient]
        row.screen = row.death = NEVER
        waits = exponential(key, streams.SYMPTOM, patient, 0, 0)
        row.clinical = person.invasion_day + sojourn * waits * YEAR
        if death_rate > 0.0:
            waits = exponential(key, streams.OTHER_DEATH, patient, 0, 0)
            row.death = person.invasion_day + waits / death_rate * YEAR
        if screened(person, world, work, min(row.clinical, row.death)) == CANCER_FOUND:
            row.screen = person.screen_day


@cache
def _people(facts: Facts, n: int) -> Any:
    rows: Any = np.zeros(n, PASSED).view(np.recarray)
    person, sojourn = people(1)[0], facts.sojourn
    _pass(run_key(SEED), _world(facts), scratch(), person, sojourn, facts.death_rate, rows)
    return rows


def _found(facts: Facts) -> float:
    """Return the programme's sensitivity where nobody dies of other causes."""
    s, mu, interval = facts.sensitivity * facts.attendance, facts.sojourn, facts.interval
    q = math.exp(-interval / mu)
    return s * (mu / interval) * (1.0 - q) / (1.0 - (1.0 - s) * q)


def _judge_programme(rows: Any, facts: Facts) -> Verdict:
    found = int(np.isfinite(rows.screen).sum())
    return compare_proportion(found, len(rows), _found(facts), detect=DETECT)


def _judge_lead(rows: Any, facts: Facts) -> Verdict:
    early = rows[np.isfinite(rows.screen)]
    years = (early.clinical - early.screen) / YEAR
    return compare_cdf(years, lambda t: -np.expm1(-t / facts.sojourn), detect=DETECT)


def _overdiagnosed(facts: Facts) -> float:
    return facts.death_rate / (facts.death_rate + 1.0 / facts.sojourn)


def _judge_overdiagnosed(rows: Any, facts: Facts) -> Verdict:
    early = rows[np.isfinite(rows.screen)]
    dead = int((early.death < early.clinical).sum())
    return compare_proportion(dead, len(early), _overdiagnosed(facts), detect=DETECT)


def _judge_repeated(rows: Any, facts: Facts) -> Verdict:
    missed = (1.0 - facts.sensitivity * facts.attendance) ** facts.rounds
    found = int(np.isfinite(rows.screen).sum())
    return compare_proportion(found, len(rows), 1.0 - missed, detect=DETECT)


# -------------------------------------------------------------------------------- imaging, blood


class Sizes(NamedTuple):
    """A curve of sensitivity by diameter."""

    median: float = 8.0
    spread: float = 0.3
    best: float = 1.0


def _diameters(facts: Sizes, n: int) -> Floats:
    """Return the diameters from which lesions of even luck are seen."""
    draws = (uniform(run_key(SEED), streams.SEEN, k, 0, 0) for k in range(n))
    return np.array([detection_diameter(u, *facts) for u in draws])


def _judge_diameters(found: Floats, facts: Sizes) -> Verdict:
    def curve(d: Floats) -> Floats:
        return facts.best * special.expit(np.log(d / facts.median) / facts.spread)

    return compare_cdf(found, curve, detect=DETECT)


class Tube(NamedTuple):
    """Circulating cells per mL."""

    ctc: float = 1.6


def _tubes(facts: Tube, n: int) -> Floats:
    """Return the cells counted in each of many tubes."""
    draws = (uniform(run_key(SEED), streams.BLOOD_TUBE, k, 0, 0) for k in range(n))
    return np.array([float(tube_count(facts.ctc, u)) for u in draws])


def _judge_tubes(found: Floats, facts: Tube) -> Verdict:
    law = stats.poisson(TUBE_ML * facts.ctc)
    return compare_cdf(found, law.cdf, detect=DETECT, discrete=True)


def trials() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of detection."""
    return (*_of_programmes(), *_of_the_screened(), *_of_odds())


def _of_programmes() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of how many cancers screening finds."""
    facts = Facts(death_rate=0.0)
    repeated = facts._replace(sensitivity=0.4, sojourn=1e6, rounds=3.0)
    return (
        Trial(
            "detection.programme",
            "screening, exponential sojourn",
            "found by screening = s (mu/D) (1-q) / (1 - (1-s) q), q = e^{-D/mu}",
            facts,
            _people,
            _judge_programme,
            (
                *tell(facts, "sensitivity", (0.2,)),
                *tell(facts, "sensitivity", (0.2,), to_engine=True),
                *tell(facts, "interval", (0.2,)),
                *tell(facts, "sojourn", (0.2,)),
                Lie("one in five stays away", 0.2, facts._replace(attendance=0.8), to_engine=True),
            ),
            needed_for_proportion(_found(facts), detect=DETECT),
            DETECT,
        ),
        Trial(
            "detection.repeated",
            "repeated tests of a cancer that stays",
            "found within n rounds = 1 - (1-s)^n",
            repeated,
            _people,
            _judge_repeated,
            (
                *tell(repeated, "sensitivity", (0.2,)),
                *tell(repeated, "sensitivity", (0.2,), to_engine=True),
                Lie("one luck for all rounds", 1.0, repeated._replace(rounds=1.0)),
                Lie("one round more", 1.0, repeated._replace(rounds=4.0), to_engine=True),
            ),
            needed_for_proportion(0.5, detect=DETECT),
            DETECT,
        ),
    )


def _of_the_screened() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of the cancers that screening has found."""
    immortal, mortal = Facts(death_rate=0.0), Facts()
    # They are a share of all cancers; a third more people leave room for chance and early deaths.
    people_each = 4.0 / 3.0 / _found(immortal)
    dead = needed_for_proportion(_overdiagnosed(mortal), detect=DETECT)
    return (
        Trial(
            "detection.lead_time",
            "lead time of the screen-detected",
            "P(lead time <= t) = 1 - e^{-t/mu}",
            immortal,
            _people,
            _judge_lead,
            (
                *tell(immortal, "sojourn", (0.2,)),
                *tell(immortal, "sojourn", (0.2,), to_engine=True),
            ),
            math.ceil(people_each * needed_for_cdf(detect=DETECT)),
            DETECT,
        ),
        Trial(
            "detection.overdiagnosis",
            "the screen-detected who would have died first",
            "overdiagnosed among screen-detected = h / (h + 1/mu)",
            mortal,
            _people,
            _judge_overdiagnosed,
            (
                *tell(mortal, "death_rate", (0.3,)),
                *tell(mortal, "death_rate", (0.3,), to_engine=True),
                *tell(mortal, "sojourn", (0.3,)),
            ),
            math.ceil(people_each * dead),
            DETECT,
        ),
    )


def _of_odds() -> tuple[Trial[Any, Any], ...]:
    """Return the checks of what a scan and a tube of blood show."""
    sizes, tube = Sizes(), Tube()
    needed = needed_for_cdf(detect=DETECT)
    return (
        Trial(
            "detection.imaging",
            "from which diameter a lesion is seen",
            "P(seen at d) = b / (1 + (m/d)^{1/s})",
            sizes,
            _diameters,
            _judge_diameters,
            (
                *tell(sizes, "median", (0.1, 0.2)),
                *tell(sizes, "spread", (0.2,)),
                *tell(sizes, "median", (0.2,), to_engine=True),
            ),
            needed,
            DETECT,
        ),
        Trial(
            "detection.blood",
            "circulating cells in a tube",
            "P(k in 7.5 mL) = Poisson of 7.5 times the concentration",
            tube,
            _tubes,
            _judge_tubes,
            (*tell(tube, "ctc"), *tell(tube, "ctc", (0.2,), to_engine=True)),
            needed,
            DETECT,
        ),
    )

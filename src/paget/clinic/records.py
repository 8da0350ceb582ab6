"""Records of the clinic: what a protocol is to compiled code, and what one life notes of it.

A protocol is one structured record, nested in the world: rows of tests, drugs and treatment lines,
padded to fixed numbers. Codes are the places of words in the tuples beside them.

Public names: ``PROTOCOL``, ``MODALITY``, ``SCREEN``, ``DRUG``, ``LINE``, ``FOLLOW``, ``NOTE`` and
the vocabularies of their codes.
"""

from typing import Final

import numpy as np

from paget.body.lesion import MAX_SITES

MAX_MODALITIES: Final = 8
MAX_SCREENS: Final = 4
MAX_DRUGS: Final = 16
MAX_LINES: Final = 24
MAX_FOLLOW: Final = 6
MAX_NOTES: Final = 1024  # of one life, to begin with
LINE_DRUGS: Final = 3

ANY_SITE: Final = 2**64 - 1
ANY_SUBTYPE: Final = 255

# An imaging test: what it sees by diameter, site and activity.
MODALITY: Final = np.dtype(
    [
        ("key", "i8"),  # of its name, for the keys of draws
        ("median", "f8", (MAX_SITES + 1,)),  # detection diameter over detection.<site>.diameter;
        # inf: it does not look there; the last entry is the primary and local relapse
        ("spread", "f8"),  # of the logarithm of diameter, logistic scale
        ("best", "f8"),  # highest sensitivity
        ("needs_activity", "i8"),  # 1: sees only what is awake and grows
        ("false_positive", "f8"),  # probability an examination
    ]
)

# A screening programme: the first test, and the one that looks again when it is positive.
SCREEN: Final = np.dtype(
    [
        ("key", "i8"),  # of its name, for the keys of draws
        ("from_age", "f8"),  # [year]
        ("to_age", "f8"),  # [year]; the last round is at most at this age
        ("every", "f8"),  # [year]
        ("attendance", "f8"),  # probability, a round
        ("never", "f8"),  # share of people who never attend
        ("sex", "i8"),  # 0 women, 1 men, 2 both
        ("best", "f8"),  # highest sensitivity for an invasive primary
        ("median", "f8"),  # [mm] diameter at half of it; 0: the best at any size
        ("spread", "f8"),
        ("precursor_best", "f8"),  # 0: it does not find precursors
        ("precursor_median", "f8"),
        ("precursor_spread", "f8"),
        ("specificity", "f8"),
        ("confirm_best", "f8"),  # the second look at a precursor; 1 and median 0: no second test
        ("confirm_median", "f8"),
        ("confirm_spread", "f8"),
        ("removes", "i8"),  # 1: a confirmed precursor is removed; 0: it is a case in situ, treated
    ]
)

DRUG: Final = np.dtype(
    [
        ("key", "i8"),  # of its name, for the keys of draws
        ("kind", "i8"),  # of DRUG_CLASSES
        ("subtypes", "i8"),  # bit mask of the subtypes that carry the target
        ("log_kill", "f8"),  # decades of sensitive cells killed a cycle
        ("norton_simon", "f8"),  # 0: plain log-kill; 1: all of it goes with the growth rate
        ("arrest", "f8"),  # share of sensitive growth that it stops in a cycle
        ("resistance_rate", "f8"),  # mutations to resistance a division
        ("responders", "f8"),  # share of patients in whom it works at all
        ("durable", "f8"),  # share of responders in whom no clone resists
        ("on_asleep", "i8"),  # of SLEEPER_EFFECTS
        ("on_stalled", "i8"),
        ("eliminates", "f8"),  # probability a course with which a sleeper or stalled colony dies
        ("sanctuary", "f8", (MAX_SITES,)),  # share of its log-kill that reaches each site
        ("toxicity", "f8"),  # probability a course of a toxicity that ends it
        ("toxic_death", "f8"),  # probability a course
    ]
)

LINE: Final = np.dtype(
    [
        ("key", "i8"),  # of its name, for the keys of draws
        ("kind", "i8"),
        ("trigger", "i8"),
        ("after", "i8"),  # row of the line that must have ended; -1
        ("group", "i8"),  # of alternatives: the first eligible one starts; -1: none
        ("repeats", "i8"),  # times it may be given to one patient
        ("share", "f8"),  # of the eligible who get it
        ("delay", "f8"),  # [day] after the trigger
        # Eligibility, by what is seen.
        ("aim", "i8"),  # of AIMS
        ("t_min", "i8"),
        ("t_max", "i8"),
        ("n_min", "i8"),
        ("n_max", "i8"),
        ("m_min", "i8"),
        ("m_max", "i8"),
        ("subtypes", "i8"),  # bit mask
        ("sites", "u8"),  # bit mask: metastases are seen in these sites only
        ("most_metastases", "i8"),
        ("min_age", "f8"),  # [year]
        ("max_age", "f8"),
        ("max_performance", "i8"),  # 0 to 4
        ("response", "i8"),  # worst response to the last line: 0 CR, 1 PR, 2 SD, 3 PD (any)
        # What is done.
        ("targets", "i8"),  # of surgery and radiotherapy: a sum of *_TARGET
        ("drugs", "i8", (LINE_DRUGS,)),  # rows of drugs; -1
        ("cycles", "i8"),  # 0: until progression
        ("every", "f8"),  # [day] between cycles
        ("assess", "f8"),  # [day] between scans of response; 0: never
        ("residual", "f8"),  # surgery: factor on the probability of residual cells
        ("mortality", "f8"),  # operative, at 65 years
        ("mortality_decade", "f8"),  # factor on its odds for each ten years of age
        ("dose", "f8"),  # [Gy] a fraction
        ("fractions", "i8"),
        ("alpha", "f8"),  # [1/Gy]
        ("beta", "f8"),  # [1/Gy^2]
        ("control", "f8"),  # factor on the hazard of late disease until progression
    ]
)

FOLLOW: Final = np.dtype(
    [
        ("key", "i8"),  # of its name, for the keys of draws
        ("modality", "i8"),  # row of modalities; -1: the marker in blood
        ("every", "f8"),  # [day]
        ("start", "f8"),  # [day] after diagnosis
        ("until", "f8"),
    ]
)

PROTOCOL: Final = np.dtype(
    [
        ("modalities", MODALITY, (MAX_MODALITIES,)),
        ("screens", SCREEN, (MAX_SCREENS,)),
        ("drugs", DRUG, (MAX_DRUGS,)),
        ("lines", LINE, (MAX_LINES,)),
        ("follow", FOLLOW, (MAX_FOLLOW,)),
        ("workup", "i8", (MAX_MODALITIES,)),  # rows of modalities used at diagnosis; -1
        ("on_recurrence", "i8", (MAX_MODALITIES,)),  # and at a recurrence
        ("n_modalities", "i8"),
        ("n_screens", "i8"),
        ("n_drugs", "i8"),
        ("n_lines", "i8"),
        ("n_follow", "i8"),
        ("examined_nodes", "f8"),  # mean number that the pathologist examines; 0: all
        (
            "sentinel",
            "f8",
        ),  # probability that a positive axilla has a positive sentinel node; 0: off
        ("second_primary", "f8"),  # hazard [1/day] after curative treatment
        ("marker_baseline", "f8"),
        ("marker_per_cell", "f8"),
        ("marker_spread", "f8"),  # SD of the logarithm between samples
        ("marker_limit", "f8"),  # above it a scan follows
        # Worked out when it is compiled.
        ("floor", "f8"),  # the smallest control of any line: it bounds how late a death can come
    ]
)

# What may happen next in a life under treatment, and the number of the first.
EVENT: Final = np.dtype(
    [
        ("day", "f8"),
        ("what", "i8"),  # START, DOSES, SCAN, SECOND
        ("row", "i8"),  # of the line, or of the follow-up
        ("number", "i8"),  # of cycles given, or of the scan
    ]
)
MAX_EVENTS: Final = 32
MOST_TARGETS: Final = 5
MOST_LINES: Final = 64  # lines started in one life; a protocol that reaches them loops

# Where a life stands in its clinic.
COURSE: Final = np.dtype(
    [
        ("now", "f8"),  # [day]
        ("surgery", "f8"),  # [day] of the primary
        ("t", "i8"),  # categories as seen
        ("n", "i8"),
        ("m", "i8"),
        ("metastases", "i8"),  # seen and not removed
        ("sites", "u8"),  # in which they lie: a bit mask
        ("is_late", "i8"),  # overt disease has been seen
        ("line", "i8"),  # palliative line under way; -1
        ("control", "f8"),  # its factor on the hazard of late disease
        ("since", "f8"),  # [day] until which ``left`` is accounted for
        ("left", "f8"),  # of the threshold of late disease
        ("worst", "i8"),  # site; -1
        ("killed", "f8"),  # [day] of an operative or toxic death
        ("killed_by", "i8"),
        ("measured", "f8"),  # [day] on which the cells of all lesions were last worked out
        ("weighed", "f8"),  # [day] until which ``burdened`` is accounted for
        ("local_symptom", "f8"),  # [day] on which a local relapse gives symptoms
        ("targets", "i8", (MOST_TARGETS,)),  # rows of the lesions that are measured; -1
        ("baseline", "f8"),  # [mm] sum of diameters at the start of the line
        ("nadir", "f8"),
        ("n_events", "i8"),
        ("events", EVENT, (MAX_EVENTS,)),
        ("given", "i8", (MAX_LINES,)),  # times each line was started
        ("burdened", "f8", (MAX_SITES + 1,)),  # hazard of organ failure that has passed
    ]
)


# What one life notes of its clinic, in order of time.
# Why a scan was made.
REASON_SHIFT: Final = 8  # the detail of a scan is its reason, shifted, and the row of its modality
NOTE: Final = np.dtype(
    [
        ("patient", "i8"),
        ("day", "f8"),
        ("code", "i8"),
        ("site", "i8"),  # row of the soil; n_sites and more: the primary; -1 none
        ("lesion", "i8"),  # id; -1 none
        ("detail", "i8"),
        ("value", "f8"),
    ]
)
# What a treatment has left of a lesion. A lesion itself knows its last treatment only; this is kept
# of one life that is told alone.
LEFT: Final = np.dtype(
    [
        ("lesion", "i8"),  # its row
        ("day", "f8"),  # from which it is so
        ("anchor", "f8"),  # [day] from which that many cells grow
        ("sensitive", "f8"),
        ("resistant", "f8"),
    ]
)
MAX_LEFT: Final = 2**17  # of one life, to begin with; memory that is never written costs nothing

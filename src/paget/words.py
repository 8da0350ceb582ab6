"""Words: every code of an enumeration, defined once, with its word.

Compiled laws, tables, figures and messages all take them from here. A code is the place of its word
in the tuple beside it, unless a line says otherwise. The kinds of cells in a tissue stand in
`paget.tissue.kinds`, the sides of its vessels in `paget.tissue.vessels`.
"""

from collections.abc import Mapping
from typing import Final

from paget.kernels.jit import constant

# --------------------------------------------------------------------------------------- the body

# How a lesion grows; the word is the name of the law's file in `paget.body.growth`.
GROWTH_LAWS: Final = ("exponential", "gompertz", "logistic", "power")
EXPONENTIAL, GOMPERTZ, LOGISTIC, POWER = 0, 1, 2, 3

# By which a seed leaves its lesion. Two more rows of the tables of seeds are no ways out: NODE,
# from node to node within one station, and NICHE, by blood into soil that has been prepared.
ROUTES: Final = ("blood", "lymph", "serosa")
BLOOD, LYMPH, SEROSA = 0, 1, 2
NODE = 3
NICHE = 4
N_ROUTES = 5

SEED_KINDS: Final = ("single", "small", "cluster")
SINGLE, SMALL, CLUSTER = 0, 1, 2

# The law of frailty between patients.
FRAILTIES: Final = ("lognormal", "gamma", "two-class")
LOGNORMAL, GAMMA, TWO_CLASS = 0, 1, 2

# What deposits in lymph nodes may feed.
NODE_ROLES: Final = ("filter", "bystander", "gateway")
FILTER, BYSTANDER, GATEWAY = 0, 1, 2

# -------------------------------------------------------------------------------------- a life

SEXES: Final = ("female", "male")
FEMALE, MALE = 0, 1
# Whom a programme invites.
INVITED: Final = ("women", "men", "both")
BOTH_SEXES = 2

# Whether a life was lived, and if not why: it wants more room, the person never has this cancer,
# or is not there when the record begins.
LIVED, CRAMPED, NOBODY, EXCLUDED = 0, 1, 2, 3

# How the cancer came to light; 0 is not at all, so a word stands at its code less one.
DETECTIONS: Final = ("symptom", "metastasis", "screen", "incidental")
NOT_FOUND, SYMPTOM, METASTASIS, SCREEN = 0, 1, 2, 3

# What a screening programme comes to in one life; UNTOLD is for want of room.
UNTOLD = -1
NOTHING_FOUND, CANCER_FOUND, PREVENTED, IN_SITU = 0, 1, 2, 3

# What has become of a lesion. ALIVE is also a person's, who has no cause of death.
FATES: Final = ("alive", "removed", "extinct", "asleep", "killed")
ALIVE, REMOVED, EXTINCT, ASLEEP, KILLED = 0, 1, 2, 3, 4

# Of death, after ALIVE; the last two are of the treatment of the cancer.
CANCER, OTHER_CAUSE, OPERATION, TREATMENT = 1, 2, 3, 4

# What a table says of a death from the cancer's treatment, after the cancer's name.
CAUSE_SUFFIXES: Final = (" (operation)", " (treatment)")
OTHER_CAUSE_WORDS: Final = "other cause"

# What a lesion is.
LESION_KINDS: Final = ("primary", "nodal", "distant", "local", "second_primary")
PRIMARY, NODAL, DISTANT, LOCAL = 0, 1, 2, 3

# By which a lesion was founded: a seed that settles only in prepared soil came by blood as well.
LESION_ROUTES: Final = ("blood", "lymph", "serosa", "node")

RECURRENCES: Final = ("local", "regional", "distant", "second_primary")

# ------------------------------------------------------------------------------------ the clinic

# What T goes by.
T_RULES: Final = ("depth", "diameter")
BY_DEPTH, BY_DIAMETER = 0, 1
STAGES: Final = ("0", "I", "IA", "IB", "II", "IIA", "IIB", "III", "IIIA", "IIIB", "IIIC", "IV")
SUMMARY_STAGES: Final = ("localized", "regional", "distant")

DRUG_CLASSES: Final = ("chemotherapy", "targeted", "endocrine", "immunotherapy")

# What a drug does to what is asleep or stalled.
SLEEPER_EFFECTS: Final = ("nothing", "hold", "eliminate")
SPARES, HOLD, ELIMINATE = 0, 1, 2

LINE_KINDS: Final = ("surgery", "radiotherapy", "systemic")
SURGERY, RADIOTHERAPY, SYSTEMIC = 0, 1, 2

# What a line of treatment follows.
TRIGGERS: Final = ("diagnosis", "after", "recurrence", "progression")
DIAGNOSIS, AFTER, RECURRENCE, PROGRESSION = map(constant, range(4))

AIMS: Final = ("any", "curative", "palliative")
CURATIVE, PALLIATIVE = 1, 2
INTENTS: Final = ("curative", "palliative")  # at their code less one

# At what surgery and radiotherapy aim: a sum of these.
TARGETS: Final = ("primary", "nodes", "metastases")
PRIMARY_TARGET, NODES_TARGET, METASTASES_TARGET = 1, 2, 4

RESPONSES: Final = ("complete", "partial", "stable", "progression")
COMPLETE, PARTIAL, STABLE, PROGRESSED = 0, 1, 2, 3
STOPPED_BY_TOXICITY = 4  # how a line ends that no response has ended

# By what a recurrence was found.
FINDINGS: Final = ("scan", "symptom", "marker")
BY_SCAN, BY_SYMPTOM, BY_MARKER = map(constant, range(3))

# What a biopsy tells.
BIOPSIES: Final = (
    "origin not told",
    "origin confirmed",
    "origin confirmed, receptors changed",
    "primary not found",
)
NO_ANSWER, CONFIRMED, CHANGED, PRIMARY_NOT_FOUND = 0, 1, 2, 3

# Why a scan was made.
REASONS: Final = ("work_up", "follow_up", "response", "recurrence", "screening")
WORK_UP, FOLLOW_UP, FOR_RESPONSE, FOR_RECURRENCE, SCREENING = map(constant, range(5))

# What may happen next in a life under treatment, and the number of the first.
START, DOSES, SCAN, SECOND = map(constant, range(4))
FIRST = constant(0)

# What one life notes of its clinic.
SCREEN_NOTE = constant(0)  # detail: row of screens; value: one of the next three
NEGATIVE, POSITIVE, FALSE_ALARM = map(float, range(3))
PREVENTED_NOTE = constant(1)
SYMPTOM_NOTE = constant(2)  # detail: name of the symptom
SCAN_NOTE = constant(3)  # detail: reason and row of modalities; value: lesions seen
FALSE_POSITIVE_NOTE = constant(4)  # a scan that is positive with nothing behind it; as a scan
BIOPSY_NOTE = constant(5)  # value: one of BIOPSIES
BLOOD_NOTE = constant(6)  # value: circulating cells in 7.5 mL
MARKER_NOTE = constant(7)  # value: its level
LINE_START_NOTE = constant(8)  # detail: row of lines
LINE_END_NOTE = constant(9)  # detail: row of lines; value: response, 4: toxicity, -1: all given
SURGERY_NOTE = constant(10)  # detail: row of lines; value: lesions that left cells behind, or
DIED_OF_IT = -1.0  # that the patient dies of it
RESPONSE_NOTE = constant(11)  # detail: one of RESPONSES; value: sum of diameters
COMPLICATION_NOTE = constant(12)  # detail: which
TOXICITY_NOTE = constant(13)  # detail: row of lines
SECOND_PRIMARY_NOTE = constant(14)
FALSE_MARKER_NOTE = constant(15)  # a marker above its limit with nothing behind it; as a marker

NOTHING = constant(-1)  # no site, no lesion, no line
NO_DETAIL = constant(0)

# What a parameter file may name as the choices of a word that a law goes by.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "growth_laws": GROWTH_LAWS,
    "frailties": FRAILTIES,
    "node_roles": NODE_ROLES,
    "t_rules": T_RULES,
    "drug_classes": DRUG_CLASSES,
    "sleeper_effects": SLEEPER_EFFECTS,
    "invited": INVITED,
}

"""Fields: what the engine calls what the atlas names.

Field by field the dotted name of the atlas, and the types of the two records: ``RECORD``, what all
patients share, and ``SOIL``, one a site.

Public names: ``REALS``, ``SIZES``, ``FLAGS``, ``CHOICES``, ``VECTORS``, ``LAYERS``, ``SOIL_REALS``,
``SOIL_SIZES``, ``SOIL``, ``RECORD``, ``MAX_AGE``.
"""

from typing import Final

import numpy as np

from paget.body.lesion import MAX_PRIMARIES, MAX_SITES
from paget.clinic.complications import COMPLICATION, MAX_COMPLICATIONS
from paget.clinic.records import PROTOCOL
from paget.clinic.symptoms import MAX_SYMPTOMS
from paget.words import FRAILTIES, GROWTH_LAWS, N_ROUTES, NODE_ROLES, ROUTES, T_RULES

# Field of the record: dotted name. Lengths are in um, days, cells; spreads are SDs of a logarithm.
REALS: Final = {
    "age_mean": "onset.age_mean",
    "age_sd": "onset.age_sd",
    "male_share": "onset.male_share",
    "performance_first": "onset.performance_first",
    "performance_step": "onset.performance_step",
    "performance_slope": "onset.performance_slope",
    "people_male_share": "onset.people_male_share",
    "doubling_time": "growth.doubling_time",
    "growth_spread": "growth.doubling_time.spread",
    "power_exponent": "growth.power_exponent",
    "cell_loss": "growth.cell_loss",
    "precursor_doubling_time": "progression.precursor_doubling_time",
    "precursor_spread": "progression.precursor_doubling_time.spread",
    "benign_number": "progression.benign_number",
    "benign_age_power": "progression.benign_age_power",
    "benign_risk_shape": "progression.benign_risk_shape",
    "benign_male_factor": "progression.benign_male_factor",
    "benign_spread": "progression.benign_diameter.spread",
    "depth_ratio": "progression.depth_ratio",
    "depth_spread": "progression.depth_ratio.spread",
    "t2_limit": "progression.t2_limit",
    "t3_limit": "progression.t3_limit",
    "t4_depth": "progression.t4_depth",
    "regional_depth": "progression.regional_depth",
    "motile_reference": "progression.motile_fraction",
    "motile_exponent": "progression.motile_exponent",
    "motile_ceiling": "progression.motile_ceiling",
    "grade_spread": "progression.grade2_diameter.spread",
    "clone_mutation_rate": "progression.clone_mutation_rate",
    "clone_advantage": "progression.clone_advantage",
    "access_entry": "progression.access_entry",
    "blood_spread": "shedding.blood_rate.spread",
    "blood_exponent": "shedding.blood_exponent",
    "lymph_spread": "shedding.lymph_rate.spread",
    "lymph_exponent": "shedding.lymph_exponent",
    "frailty_correlation": "shedding.lymph_rate.correlation",
    "incapable_share": "shedding.incapable_share",
    "turnover_exponent": "shedding.turnover_exponent",
    "turnover_reference": "shedding.turnover_reference",
    "cluster_mean": "shedding.cluster_mean",
    "cross_rate": "arrest.cross_rate",
    "detach_rate": "arrest.detach_rate",
    "detach_rate_unadhered": "arrest.detach_rate_unadhered",
    "die_rate": "arrest.die_rate",
    "viability": "arrest.viability",
    "mass_exponent": "arrest.mass_exponent",
    "affinity_on_crossing": "arrest.affinity_on_crossing",
    "affinity_on_viability": "arrest.affinity_on_viability",
    "affinity_on_sleep": "arrest.affinity_on_sleep",
    "niche_decay": "arrest.niche_decay",
    "node_to_node_rate": "nodes.node_to_node_rate",
    "node_shedding": "nodes.shedding_factor",
    "surgery_window": "dormancy.surgery_window",
    "balance_escape_rate": "dormancy.balance_escape_rate",
    "metastasis_growth_spread": "colonisation.everywhere.growth_factor.spread",
    "lesion_growth_spread": "colonisation.lesion_growth_spread",
    "evasion": "colonisation.evasion",
    "evasion_step": "colonisation.evasion_step",
    "explicit": "colonisation.explicit",
    "cohort_rate": "colonisation.cohort_rate",
    "symptom_spread": "symptoms.primary_diameter.spread",
    "symptom_exponent": "symptoms.exponent",
    "metastasis_symptom_exponent": "symptoms.metastasis_exponent",
    "workup_window": "detection.workup_window",
    "size_error": "detection.size_error",
    "surgery_delay": "surgery.delay",
    "residual_shallow": "surgery.residual_shallow",
    "residual_deep": "surgery.residual_deep",
    "local_death_rate": "survival.local_death_rate",
    "late_spread": "survival.late_course.spread",
    "burden_exponent": "survival.burden_exponent",
}

# Field: dotted name of a diameter that the engine knows as a number of cells.
SIZES: Final = {
    "capacity": "growth.capacity",
    "reference_cells": "growth.reference_diameter",
    "detectable_cells": "growth.detectable_diameter",
    "precursor_cells": "progression.precursor_reference",
    "precursor_capacity": "progression.precursor_capacity",
    "benign_cells": "progression.benign_diameter",
    "motile_cells": "progression.motile_diameter",
    "grade2_cells": "progression.grade2_diameter",
    "grade3_cells": "progression.grade3_diameter",
    "shedding_cells": "shedding.reference_diameter",
    "niche_cells": "arrest.niche_diameter",
    "positive_cells": "nodes.positive_diameter",
    "avascular_cells": "dormancy.avascular_diameter",
    "inhibition_cells": "dormancy.inhibition_diameter",
    "balance_cells": "dormancy.balance_diameter",
    "symptom_cells": "symptoms.primary_diameter",
    "residual_cells": "surgery.residual_diameter",
    "local_detection_cells": "surgery.local_detection_diameter",
    "primary_burden_cells": "survival.primary_burden_diameter",
}

FLAGS: Final = {
    "founding": "growth.founding",
    "precursor": "progression.precursor",
    "clone": "progression.clone",
    "adhesion": "arrest.adhesion",
    "niche": "arrest.niche",
    "surgery": "surgery.on",
}

CHOICES: Final = {
    "law": ("growth.law", GROWTH_LAWS),
    "frailty_family": ("shedding.frailty", FRAILTIES),
    "node_role": ("nodes.role", NODE_ROLES),
    "t_rule": ("progression.t_rule", T_RULES),
}

# Derived: worked out by ``paget.engine.values`` from what is above.
DERIVED: Final = (
    "density",
    "ceiling",
    "motile_scale",  # [cell^-exponent] the motile fraction is this times a power of size
    "motile_saturated",  # [cell] from which it is at its ceiling
    "breach_rate",
    "blood_rate",
    "lymph_rate",
    "serosal_rate",
    "reference_mass",
    "inhibition",
    "immune_kill",
    "balance_share",
    "secondary_shedding",
    "surgery_waking_factor",
    "horizon",
    "arm_volume",
    "biopsy_kept",
    "biopsy_loss",
    "biopsy_changed",
    "prevalence",  # cumulative share of the subtypes up to this one
    "entry_age",  # [year] of a population's people
    "follow_up",  # [day] of a population's people
)

LAYERS: Final = ("layer_1", "layer_2", "layer_3", "layer_4")
VECTORS: Final = {
    "access_depth": "progression.access_depth",
    "access_blood": "progression.access_blood",
    "access_lymph": "progression.access_lymph",
    "access_serosa": "progression.access_serosa",
}
MAX_AGE: Final = 120

# Field of a soil: dotted name with the site's own in place of {}.
SOIL_REALS: Final = {
    "nodes": "nodes.{}.per_station",
    "asleep_share": "dormancy.{}.asleep_share",
    "wake_rate": "dormancy.{}.wake_rate",
    "wake_shape": "dormancy.{}.wake_shape",
    "sleep_death_rate": "dormancy.{}.sleep_death_rate",
    "switch_rate": "dormancy.{}.switch_rate",
    "coopt_share": "dormancy.{}.coopt_share",
    "growth_factor": "colonisation.{}.growth_factor",
    "niche_gain": "arrest.{}.niche_gain",
    "death_rate": "survival.{}.death_rate",
}
SOIL_SIZES: Final = {
    "capacity": "colonisation.{}.capacity",
    "symptom_cells": "symptoms.{}.diameter",
    "detection_cells": "detection.{}.diameter",
    "burden_cells": "survival.{}.burden_diameter",
}
SOIL: Final = np.dtype(
    [(name, "f8") for name in (*SOIL_REALS, *SOIL_SIZES)]
    + [("is_node", "i8"), ("is_regional", "i8"), ("stalls", "i8")]
    + [("place", "i8")]  # the site's place on the body map: it names the site in the keys of draws
)

_SOURCES: Final = MAX_SITES + MAX_PRIMARIES
_ARRAYS: Final = {
    "primary_share": (MAX_PRIMARIES,),
    "arm_days": (_SOURCES, len(ROUTES)),
    "reach": (N_ROUTES, _SOURCES, MAX_SITES),
    "total_reach": (N_ROUTES, _SOURCES),
    "offspring": (len(ROUTES), _SOURCES),
    "kinds": (N_ROUTES, _SOURCES, MAX_SITES, 2),
    "mortality": (2, MAX_AGE + 1),
    "onset": (2, MAX_AGE + 1),
    "symptoms": (MAX_SITES + 1, MAX_SYMPTOMS),
    **dict.fromkeys(VECTORS, (len(LAYERS),)),
}
RECORD: Final = np.dtype(
    [(name, "f8") for name in (*REALS, *SIZES, *DERIVED)]
    + [
        (name, "i8")
        for name in (*FLAGS, *CHOICES, "n_sites", "n_primaries", "n3_from", "of_people")
    ]
    + [(name, "f8", shape) for name, shape in _ARRAYS.items()]
    + [("first_arrivals", "i8", (N_ROUTES, MAX_SITES))]
    + [("soil", SOIL, (MAX_SITES,)), ("protocol", PROTOCOL)]
    + [("complications", COMPLICATION, (MAX_COMPLICATIONS,))]
)
